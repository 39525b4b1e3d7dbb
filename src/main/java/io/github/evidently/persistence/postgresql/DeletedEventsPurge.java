package io.github.evidently.persistence.postgresql;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Deletes the events of deleted projects, which are no longer visible, from the disk.
 *
 * <p>It works in small steps between which events are appended. A purge that is interrupted begins anew, at this node or another.
 */
final class DeletedEventsPurge {

    private static final int STEP_BATCHES = 1_000;

    private static final String REMOVE_STEP = """
            WITH step AS (
                SELECT last_sequence, project_key FROM event_batch
                WHERE last_sequence > :from ORDER BY last_sequence LIMIT :batches),
            removed AS (
                DELETE FROM event_batch WHERE last_sequence IN (
                    SELECT last_sequence FROM step JOIN closed_log USING (project_key))
                RETURNING octet_length(events) AS size),
            counted AS (
                UPDATE event_removal SET bytes = bytes + (SELECT sum(size) FROM removed)
                WHERE EXISTS (SELECT FROM removed))
            SELECT coalesce(max(last_sequence), -1) FROM step
            """;

    private DeletedEventsPurge() {}

    /** Removes all events of the projects that are deleted now. */
    static void run(JdbcClient client) {
        List<Long> projects = client.sql("SELECT project_key FROM closed_log")
                .query((row, _) -> row.getLong(1))
                .list();
        if (projects.isEmpty()) {
            return;
        }
        long from = 0;
        while (from >= 0) {
            from = client.sql(REMOVE_STEP)
                    .param("from", from)
                    .param("batches", STEP_BATCHES)
                    .query(Long.class)
                    .single();
        }
        client.sql("DELETE FROM closed_log WHERE project_key IN (:projects)")
                .param("projects", projects)
                .update();
    }
}
