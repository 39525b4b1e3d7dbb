package io.github.evidently.persistence.postgresql;

import io.github.evidently.persistence.EventLogProperties;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Forgets calls that are too old or too many, the oldest first. Their age is measured on the clock of the database. */
final class RetryWindow {

    // Some milliseconds of work.
    private static final int STEP_CALLS = 2_000;

    private static final String FORGET_OLD = """
            WITH oldest AS (SELECT id, stored_time FROM event_call ORDER BY id LIMIT :step)
            DELETE FROM event_call USING oldest
            WHERE event_call.id = oldest.id
                AND oldest.stored_time < (extract(epoch FROM clock_timestamp()) * 1000)::bigint - :window
            """;

    // Numbers have holes: they tell only that there may be too many.
    private static final String RANGE = "SELECT coalesce(max(id) - min(id) + 1, 0) FROM event_call";

    private static final String LAST_EXCESS = "SELECT id FROM event_call ORDER BY id DESC OFFSET :kept LIMIT 1";

    private static final String FORGET_EXCESS = """
            DELETE FROM event_call WHERE id IN (SELECT id FROM event_call WHERE id <= :last ORDER BY id LIMIT :step)
            """;

    private final EventLogProperties properties;

    RetryWindow(EventLogProperties properties) {
        this.properties = properties;
    }

    void forget(JdbcClient client) {
        while (client.sql(FORGET_OLD)
                        .param("step", STEP_CALLS)
                        .param("window", properties.retryWindow().toMillis())
                        .update()
                == STEP_CALLS) {
            // More calls may be as old.
        }
        int callsMax = properties.retryWindowCallsMax();
        if (client.sql(RANGE).query(Long.class).single() <= callsMax) {
            return;
        }
        long last = client.sql(LAST_EXCESS)
                .param("kept", callsMax)
                .query(Long.class)
                .optional()
                .orElse(0L);
        while (client.sql(FORGET_EXCESS)
                        .param("last", last)
                        .param("step", STEP_CALLS)
                        .update()
                == STEP_CALLS) {
            // There may be more.
        }
    }
}
