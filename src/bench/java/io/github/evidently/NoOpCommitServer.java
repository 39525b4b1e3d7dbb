package io.github.evidently;

import io.github.evidently.persistence.EventBatch;
import io.github.evidently.persistence.EventLog;
import io.github.evidently.persistence.EventQuery;
import io.github.evidently.persistence.Slice;
import java.util.List;
import java.util.UUID;
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
                        "noOpEventStore", EventLog.class, NoOpEventLog::new, bean -> bean.setPrimary(true)))
                .run(args);
    }

    private static final class NoOpEventLog implements EventLog {

        @Override
        public List<UUID> append(List<EventBatch> batches) {
            return batches.stream().map(EventBatch::id).toList();
        }

        @Override
        public Slice read(EventQuery query, int limit) {
            return new Slice(List.of(), null);
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
