package io.github.evidently.persistence.sqlite;

import io.github.evidently.persistence.EventBatch;
import io.github.evidently.persistence.EventLogProperties;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.UUID;

/**
 * Holds recently stored calls to deduplicate SDK retries.
 *
 * <p>The database holds them twice: on disk in the order of arrival, which is cheap to append to, and by key in a
 * temporary table of the connection that writes, which is in memory. Adding a call needs no random access to the disk,
 * and a transaction that fails takes its calls out of both.
 *
 * <p>The window is measured on the monotonic clock, from the arrival of the call or, for calls of an earlier run, from
 * the start.
 */
final class RetryWindow {

    // A few milliseconds of work, so that appends do not wait for it.
    private static final int STEP_CALLS = 1_000;

    private static final WriteTask<Integer> LOAD = transaction -> {
        transaction
                .statement("CREATE TEMPORARY TABLE recent_call (project_id INTEGER NOT NULL, key BLOB NOT NULL,"
                        + " batch_id BLOB NOT NULL, PRIMARY KEY (project_id, key)) STRICT, WITHOUT ROWID")
                .executeUpdate();
        return transaction
                .statement("INSERT INTO recent_call SELECT project_id, key, batch_id FROM main.call")
                .executeUpdate();
    };

    private record Mark(long nanoTime, long lastCall) {}

    private final Database database;
    private final Duration length;
    private final int callsMax;
    private final ArrayDeque<Mark> marks = new ArrayDeque<>();

    RetryWindow(Database database, EventLogProperties properties) {
        this.database = database;
        this.length = properties.retryWindow();
        this.callsMax = properties.retryWindowCallsMax();
        if (!length.isZero()) {
            // Done now and not at the first call, which should not have to wait for it.
            database.write(
                    transaction -> {
                        transaction.once(LOAD);
                        return 0;
                    },
                    _ -> {});
        }
    }

    /**
     * Returns the batch id of the first attempt of a call. If the given batch is the first attempt, records it and
     * returns its id.
     */
    UUID firstBatch(Transaction transaction, EventBatch batch) throws SQLException {
        long projectId = batch.projectKey();
        UUID callKey = batch.callKey();
        if (callKey == null || length.isZero()) {
            return batch.id();
        }
        transaction.once(LOAD);
        byte[] key = UuidBytes.of(callKey);
        PreparedStatement find =
                transaction.statement("SELECT batch_id FROM recent_call WHERE project_id = ? AND key = ?");
        find.setLong(1, projectId);
        find.setBytes(2, key);
        try (ResultSet found = find.executeQuery()) {
            if (found.next()) {
                return UuidBytes.parse(found.getBytes(1));
            }
        }
        add(transaction, "INSERT INTO recent_call VALUES (?, ?, ?)", projectId, key, batch);
        add(transaction, "INSERT INTO main.call (project_id, key, batch_id) VALUES (?, ?, ?)", projectId, key, batch);
        return batch.id();
    }

    private static void add(Transaction transaction, String sql, long projectId, byte[] key, EventBatch batch)
            throws SQLException {
        PreparedStatement add = transaction.statement(sql);
        add.setLong(1, projectId);
        add.setBytes(2, key);
        add.setBytes(3, UuidBytes.of(batch.id()));
        add.executeUpdate();
    }

    /**
     * Deletes the calls that are too old or too many.
     *
     * @param nanoTime the time on the clock of {@link System#nanoTime()}
     */
    void forget(long nanoTime) {
        long last = bound("max");
        marks.addLast(new Mark(nanoTime, last));
        long lastToForget = length.isZero() ? last : last - callsMax;
        while (nanoTime - marks.getFirst().nanoTime() > length.toNanos()) {
            lastToForget = Math.max(lastToForget, marks.removeFirst().lastCall());
        }
        // The last one of all stays, so that its number is not used again.
        lastToForget = Math.min(lastToForget, last - 1);
        for (long from = bound("min"); from <= lastToForget; from += STEP_CALLS) {
            forgetUpTo(Math.min(from + STEP_CALLS - 1, lastToForget));
        }
    }

    private long bound(String function) {
        return database.read(client -> client.sql("SELECT coalesce(" + function + "(id), 0) FROM call")
                .query(Long.class)
                .single());
    }

    private void forgetUpTo(long call) {
        database.write(
                transaction -> {
                    transaction.once(LOAD);
                    PreparedStatement old =
                            transaction.statement("SELECT project_id, key FROM main.call WHERE id <= ?");
                    // One by one: SQLite would look through all calls of a project for a list of keys.
                    PreparedStatement known =
                            transaction.statement("DELETE FROM recent_call WHERE project_id = ? AND key = ?");
                    old.setLong(1, call);
                    try (ResultSet calls = old.executeQuery()) {
                        while (calls.next()) {
                            known.setLong(1, calls.getLong(1));
                            known.setBytes(2, calls.getBytes(2));
                            known.executeUpdate();
                        }
                    }
                    PreparedStatement stored = transaction.statement("DELETE FROM main.call WHERE id <= ?");
                    stored.setLong(1, call);
                    return stored.executeUpdate();
                },
                _ -> {});
    }
}
