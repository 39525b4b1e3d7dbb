package io.github.evidently.persistence.postgresql;

import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.ServiceUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Batches that wait for the committer, together with their caller. A task without batches only asks for a commit. */
final class AppendTask {

    final long bytes;
    private final AtomicReference<@Nullable List<EncodedBatch>> waiting;
    private final CompletableFuture<List<UUID>> answer = new CompletableFuture<>();

    AppendTask(List<EncodedBatch> batches) {
        this.waiting = new AtomicReference<>(batches);
        this.bytes = batches.stream().mapToLong(batch -> batch.events.length).sum();
    }

    /** Takes the batches for a transaction; null when the caller has given up, so that nothing of them is kept or stored. */
    @Nullable
    List<EncodedBatch> take() {
        return waiting.getAndSet(null);
    }

    void succeed(List<UUID> ids) {
        answer.complete(ids);
    }

    void fail(Throwable failure) {
        answer.completeExceptionally(failure);
    }

    /**
     * Waits until the batches are durable.
     *
     * @return the id of the stored batch for each of them
     * @throws EvidentlyException why they are not, as far as that is known
     */
    List<UUID> await(Duration timeout) {
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw StoreFailures.answer(e.getCause());
        } catch (TimeoutException e) {
            boolean _ = take() != null;
            throw new ServiceUnavailableException("The store did not answer in time; the request may be sent again");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InternalServerException("The request was interrupted before the store had committed it");
        }
    }
}
