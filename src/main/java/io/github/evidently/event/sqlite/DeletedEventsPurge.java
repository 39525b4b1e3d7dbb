package io.github.evidently.event.sqlite;

import io.github.evidently.store.Database;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Removes the events of deleted projects, which nothing shows any more, from the disk.
 *
 * <p>In small steps between which events are appended, so that deleting a project with millions of events disturbs
 * nobody; a purge that a crash or a stop cuts short goes on after the next start.
 */
@Component
class DeletedEventsPurge implements AutoCloseable {

    private static final int STEP_ROWS = 5_000;
    private static final int PAUSE_SECONDS = 10;
    private static final Logger log = LoggerFactory.getLogger(DeletedEventsPurge.class);

    private final Database database;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("evidently-purge").factory());

    private final ScheduledFuture<?> schedule;

    DeletedEventsPurge(Database database) {
        this.database = database;
        this.schedule = thread.scheduleWithFixedDelay(this::runQuietly, PAUSE_SECONDS, PAUSE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        schedule.cancel(false);
        thread.shutdown();
    }

    private void runQuietly() {
        try {
            run();
        } catch (RuntimeException e) {
            log.debug("the events of deleted projects are removed later", e);
        }
    }

    /** Removes all events of the projects that are deleted by now. */
    void run() {
        List<Long> projects = database.read(client ->
                client.sql("SELECT id FROM deleted_project").query(Long.class).list());
        if (projects.isEmpty()) {
            return;
        }
        long first = bound("min");
        long last = bound("max");
        for (long from = first; from <= last; from += STEP_ROWS) {
            removeStep(from, Math.min(last, from + STEP_ROWS - 1));
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
        return database.read(client -> client.sql("SELECT coalesce(" + function + "(sequence), 0) FROM event")
                .query(Long.class)
                .single());
    }

    private void removeStep(long from, long to) {
        database.write(
                transaction -> {
                    PreparedStatement remove = transaction.statement("DELETE FROM event WHERE sequence BETWEEN ? AND ?"
                            + " AND project_id IN (SELECT id FROM deleted_project)");
                    remove.setLong(1, from);
                    remove.setLong(2, to);
                    return remove.executeUpdate();
                },
                _ -> {});
    }
}
