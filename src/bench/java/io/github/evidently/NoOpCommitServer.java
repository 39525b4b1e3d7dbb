package io.github.evidently;

import io.github.evidently.event.EventBatch;
import io.github.evidently.event.EventQuery;
import io.github.evidently.event.EventStore;
import io.github.evidently.event.StoredEvent;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.support.GenericApplicationContext;

/**
 * The server with a store that forgets: what HTTP, JSON and validation cost, and so the most that any store could reach.
 *
 * <p>All else is the same, the projects in the embedded database included.
 */
final class NoOpCommitServer {

    private NoOpCommitServer() {}

    public static void main(String[] args) {
        // Not a component: the tests scan the packages that this class stands in.
        new SpringApplicationBuilder(EvidentlyEmulator.class)
                .initializers((GenericApplicationContext context) -> context.registerBean(
                        "noOpEventStore", EventStore.class, NoOpEventStore::new, bean -> bean.setPrimary(true)))
                .run(args);
    }

    private static final class NoOpEventStore implements EventStore {

        @Override
        public UUID append(EventBatch batch) {
            return batch.id();
        }

        @Override
        public void appendAll(long projectId, List<EventBatch> batches) {
            // Nothing is stored.
        }

        @Override
        public void read(EventQuery query, Predicate<StoredEvent> visitor) {
            // Nothing is stored.
        }

        @Override
        public long lastSequence() {
            return 0;
        }

        @Override
        public long count(EventQuery query) {
            return 0;
        }
    }
}
