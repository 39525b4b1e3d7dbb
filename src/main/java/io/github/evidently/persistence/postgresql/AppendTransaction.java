package io.github.evidently.persistence.postgresql;

import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.persistence.EventBatch;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Appends groups of batches on one connection, each group in a transaction of two round trips.
 *
 * <p>The first records the calls and finds the projects that are open; it waits where another node is about to commit the same
 * call. The second takes sequences, adds the batches and commits, so that the row that all nodes count on is never held while a
 * node is waited for. For the committer's thread.
 */
final class AppendTransaction implements AutoCloseable {

    private static final int ATTEMPTS_MAX = 5;

    // The lock keeps projects from being closed until the commit. It is a statement of its own, as the next one must
    // see what was
    // committed before it was granted. Two nodes that record the same calls do so in the same order.
    private static final String BEGIN = Locks.SHARE_OPEN_LOGS + """
            ;
            SELECT project_key FROM open_log WHERE project_key = ANY (?);
            INSERT INTO event_call (project_key, call_key, batch_id)
            SELECT project_key, call_key, batch_id
            FROM unnest(?::bigint[], ?::uuid[], ?::uuid[]) AS recent (project_key, call_key, batch_id)
            ORDER BY project_key, call_key
            ON CONFLICT (project_key, call_key) DO NOTHING
            RETURNING project_key, call_key
            """;

    private static final String FIND_FIRST = """
            SELECT project_key, call_key, event_call.batch_id
            FROM unnest(?::bigint[], ?::uuid[]) AS retried (project_key, call_key)
            JOIN event_call USING (project_key, call_key)
            """;

    private static final String STORE = """
            WITH counter AS (
                UPDATE event_counter SET last_sequence = last_sequence + ?, bytes = bytes + ?
                RETURNING last_sequence - ? AS base)
            INSERT INTO event_batch (last_sequence, project_key, batch_id, received_time, event_count, events)
            SELECT base + end_place, project_key, batch_id, received_time, event_count, events
            FROM counter,
                 unnest(?::bigint[], ?::bigint[], ?::uuid[], ?::bigint[], ?::integer[], ?::bytea[])
                     AS batch (end_place, project_key, batch_id, received_time, event_count, events);
            COMMIT
            """;

    private static final String PROBE = "UPDATE store_probe SET count = count + 1; COMMIT";

    /** Identifies a call for retries. */
    private record CallId(long projectKey, UUID key) {}

    private final Connection connection;
    private final boolean detectsRetries;
    private final PreparedStatement begin;
    private final PreparedStatement findFirst;
    private final PreparedStatement store;
    private final PreparedStatement probe;

    AppendTransaction(Connection connection, boolean detectsRetries) throws SQLException {
        this.connection = connection;
        this.detectsRetries = detectsRetries;
        connection.setAutoCommit(false);
        this.begin = connection.prepareStatement(BEGIN);
        this.findFirst = connection.prepareStatement(FIND_FIRST);
        this.store = connection.prepareStatement(STORE);
        this.probe = connection.prepareStatement(PROBE);
    }

    /**
     * Appends a group, and returns what is durable when it returns; the other tasks have been refused.
     *
     * @throws SQLException when that is not known; the connection is then of no more use
     */
    List<Append> append(List<Append> group) throws SQLException {
        List<Append> rest = group;
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            Map<CallId, UUID> calls = calls(rest);
            Set<Long> open = new HashSet<>();
            Set<CallId> recorded = begin(rest, calls, open);
            List<Append> accepted = refuseClosed(rest, open);
            if (accepted.size() < rest.size()) {
                // Without what the refused ones have recorded.
                connection.rollback();
                rest = accepted;
                if (rest.isEmpty()) {
                    return rest;
                }
            } else if (findFirst(calls, recorded)) {
                store(rest, calls);
                return rest;
            } else {
                // A call of which this one is a retry was forgotten at this moment.
                connection.rollback();
            }
        }
        throw new SQLException("the calls of a group were forgotten while it was appended, " + ATTEMPTS_MAX + " times");
    }

    /** Commits a small change. */
    void probe() throws SQLException {
        probe.execute();
        Commits.requireCertain(probe);
    }

    /** Returns the batch id for each call of the group, which is that of its first attempt in the group. */
    private Map<CallId, UUID> calls(List<Append> group) {
        Map<CallId, UUID> calls = new LinkedHashMap<>();
        for (Append append : group) {
            for (EncodedBatch encoded : append.batches) {
                CallId call = call(encoded.batch);
                if (call != null) {
                    calls.putIfAbsent(call, encoded.batch.id());
                }
            }
        }
        return calls;
    }

    private @Nullable CallId call(EventBatch batch) {
        UUID key = batch.callKey();
        return key == null || !detectsRetries ? null : new CallId(batch.projectKey(), key);
    }

    /** Records calls and returns those that were not recorded before; adds the projects of the group that are open. */
    private Set<CallId> begin(List<Append> group, Map<CallId, UUID> calls, Set<Long> open) throws SQLException {
        long[] projects = group.stream()
                .flatMap(append -> append.batches.stream())
                .mapToLong(encoded -> encoded.batch.projectKey())
                .distinct()
                .toArray();
        begin.setArray(1, bigints(projects));
        begin.setArray(2, bigints(calls.keySet().stream().mapToLong(CallId::projectKey)));
        begin.setArray(3, uuids(calls.keySet().stream().map(CallId::key).toList()));
        begin.setArray(4, uuids(List.copyOf(calls.values())));
        begin.execute();
        begin.getMoreResults();
        try (ResultSet rows = begin.getResultSet()) {
            while (rows.next()) {
                open.add(rows.getLong(1));
            }
        }
        begin.getMoreResults();
        Set<CallId> recorded = new HashSet<>();
        try (ResultSet rows = begin.getResultSet()) {
            while (rows.next()) {
                recorded.add(new CallId(rows.getLong(1), rows.getObject(2, UUID.class)));
            }
        }
        return recorded;
    }

    private static List<Append> refuseClosed(List<Append> group, Set<Long> open) {
        List<Append> accepted = new ArrayList<>(group.size());
        for (Append append : group) {
            Long closed = append.batches.stream()
                    .map(encoded -> encoded.batch.projectKey())
                    .filter(key -> !open.contains(key))
                    .findFirst()
                    .orElse(null);
            if (closed == null) {
                accepted.add(append);
            } else {
                append.task.fail(ResourceNotFoundException.dataPlane("project", String.valueOf(closed)));
            }
        }
        return accepted;
    }

    /**
     * Replaces the batch ids of retries by those of the first attempts, which are durable; returns false when one is not found.
     */
    private boolean findFirst(Map<CallId, UUID> calls, Set<CallId> recorded) throws SQLException {
        List<CallId> retries =
                calls.keySet().stream().filter(call -> !recorded.contains(call)).toList();
        if (retries.isEmpty()) {
            return true;
        }
        findFirst.setArray(1, bigints(retries.stream().mapToLong(CallId::projectKey)));
        findFirst.setArray(2, uuids(retries.stream().map(CallId::key).toList()));
        int found = 0;
        try (ResultSet rows = findFirst.executeQuery()) {
            while (rows.next()) {
                calls.put(new CallId(rows.getLong(1), rows.getObject(2, UUID.class)), rows.getObject(3, UUID.class));
                found++;
            }
        }
        return found == retries.size();
    }

    private void store(List<Append> group, Map<CallId, UUID> calls) throws SQLException {
        List<EncodedBatch> added = new ArrayList<>();
        for (Append append : group) {
            List<UUID> ids = new ArrayList<>(append.batches.size());
            for (EncodedBatch encoded : append.batches) {
                CallId call = call(encoded.batch);
                UUID id = call == null ? encoded.batch.id() : calls.getOrDefault(call, encoded.batch.id());
                ids.add(id);
                if (id.equals(encoded.batch.id())) {
                    added.add(encoded);
                }
            }
            append.stored(ids);
        }
        if (added.isEmpty()) {
            connection.rollback();
        } else {
            insert(added);
        }
    }

    private void insert(List<EncodedBatch> added) throws SQLException {
        int count = added.size();
        long[] ends = new long[count];
        int[] sizes = new int[count];
        byte[][] events = new byte[count][];
        long end = 0;
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            EncodedBatch encoded = added.get(i);
            sizes[i] = encoded.batch.events().size();
            end += sizes[i];
            ends[i] = end;
            events[i] = encoded.events;
            bytes += encoded.events.length;
        }
        store.setLong(1, end);
        store.setLong(2, bytes);
        store.setLong(3, end);
        store.setArray(4, bigints(ends));
        store.setArray(5, bigints(added.stream().mapToLong(encoded -> encoded.batch.projectKey())));
        store.setArray(
                6, uuids(added.stream().map(encoded -> encoded.batch.id()).toList()));
        store.setArray(
                7,
                bigints(added.stream()
                        .mapToLong(encoded -> encoded.batch.receivedTime().toEpochMilli())));
        store.setArray(8, array("int4", sizes));
        store.setArray(9, array("bytea", events));
        store.execute();
        store.clearParameters(); // Without what it holds of the events.
        if (store.getUpdateCount() != count) {
            throw new SQLException(store.getUpdateCount() + " batches were added, not " + count);
        }
        Commits.requireCertain(store);
    }

    private Array bigints(LongStream values) throws SQLException {
        return bigints(values.toArray());
    }

    private Array bigints(long[] values) throws SQLException {
        return array("int8", values);
    }

    private Array uuids(List<UUID> values) throws SQLException {
        return connection.createArrayOf("uuid", values.toArray());
    }

    private Array array(String type, Object values) throws SQLException {
        return connection.unwrap(PGConnection.class).createArrayOf(type, values);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
