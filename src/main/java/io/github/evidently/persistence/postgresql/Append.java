package io.github.evidently.persistence.postgresql;

import java.util.List;
import java.util.UUID;

/** What a transaction makes of a task. Not thread-safe. */
final class Append {

    final AppendTask task;
    final List<EncodedBatch> batches;
    private List<UUID> stored = List.of();

    Append(AppendTask task, List<EncodedBatch> batches) {
        this.task = task;
        this.batches = batches;
    }

    /** Sets the ids of the batches that are stored once the transaction is durable. */
    void stored(List<UUID> ids) {
        this.stored = ids;
    }

    /** Tells the caller that the transaction is durable. */
    void acknowledge() {
        task.succeed(stored);
    }
}
