package io.github.evidently.persistence.sqlite;

import java.sql.PreparedStatement;
import java.util.List;

/**
 * Deletes the events of deleted projects, which are no longer visible, from the disk.
 *
 * <p>It works in small steps between which events are appended, so that deleting a project with millions of events
 * disturbs no other call. A purge that a crash or a stop interrupts continues after the next start.
 */
final class DeletedEventsPurge {

    private static final int STEP_EVENTS = 5_000;

    private final Database database;

    DeletedEventsPurge(Database database) {
        this.database = database;
    }

    /** Removes all events of the projects that are deleted now. */
    void run() {
        List<Long> projects = database.read(client ->
                client.sql("SELECT id FROM deleted_project").query(Long.class).list());
        if (projects.isEmpty()) {
            return;
        }
        long first = bound("min");
        long last = bound("max");
        for (long from = first; from <= last; from += STEP_EVENTS) {
            removeStep(from, Math.min(last, from + STEP_EVENTS - 1));
        }
        database.write(
                transaction -> {
                    PreparedStatement forget = transaction.statement("DELETE FROM deleted_project WHERE id = ?");
                    for (Long project : projects) {
                        forget.setLong(1, project);
                        forget.executeUpdate();
                    }
                    return projects.size();
                },
                _ -> {});
    }

    private long bound(String function) {
        return database.read(
                client -> client.sql("SELECT coalesce(" + function + "(last_sequence), 0) FROM event_batch")
                        .query(Long.class)
                        .single());
    }

    private void removeStep(long from, long to) {
        database.write(
                transaction -> {
                    PreparedStatement remove =
                            transaction.statement("DELETE FROM event_batch WHERE last_sequence BETWEEN ? AND ?"
                                    + " AND project_id IN (SELECT id FROM deleted_project)");
                    remove.setLong(1, from);
                    remove.setLong(2, to);
                    return remove.executeUpdate();
                },
                _ -> {});
    }
}
