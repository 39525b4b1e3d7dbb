package io.github.evidently.persistence.postgresql;

import io.github.evidently.persistence.EventBatch;
import io.github.evidently.persistence.EventBlob;

/** A batch with its events as one value. The thread of the request encodes it, and the committer only has to send it. */
final class EncodedBatch {

    final EventBatch batch;
    final byte[] events;

    EncodedBatch(EventBatch batch) {
        this.batch = batch;
        this.events = EventBlob.encode(batch.events());
    }
}
