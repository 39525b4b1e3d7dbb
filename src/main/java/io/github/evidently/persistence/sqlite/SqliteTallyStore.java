package io.github.evidently.persistence.sqlite;

import io.github.evidently.persistence.TallyStore;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps tallies in the embedded database.
 *
 * <p>Parts are written by several small transactions, between which events are appended, under a generation that does
 * not count before the last of them has written the head.
 */
final class SqliteTallyStore implements TallyStore {

    // A few milliseconds of work, so that events do not wait for it.
    private static final int TRANSACTION_BYTES = 512 * 1024;

    private final Database database;

    SqliteTallyStore(Database database) {
        this.database = database;
    }

    @Override
    public List<TallyEntry> list() {
        return database.read(client -> client.sql("SELECT id, project_id, experiment, created_time, started_time,"
                        + " first_sequence, closed FROM result_tally ORDER BY id")
                .query((row, _) -> new TallyEntry(
                        row.getLong(1),
                        new ExecutionKey(
                                row.getLong(2),
                                row.getString(3),
                                Instant.ofEpochMilli(row.getLong(4)),
                                Instant.ofEpochMilli(row.getLong(5))),
                        row.getLong(6),
                        row.getInt(7) == 1))
                .list());
    }

    @Override
    public TallyEntry create(ExecutionKey key, long firstSequence) {
        long id = database.append(key.experiment().length(), transaction -> {
            PreparedStatement insert = transaction.statement("INSERT INTO result_tally (project_id, experiment,"
                    + " created_time, started_time, first_sequence, closed, version, generation, head)"
                    + " VALUES (?, ?, ?, ?, ?, 0, 0, 0, x'') RETURNING id");
            insert.setLong(1, key.projectId());
            insert.setString(2, key.experiment());
            insert.setLong(3, key.created().toEpochMilli());
            insert.setLong(4, key.started().toEpochMilli());
            insert.setLong(5, firstSequence);
            try (ResultSet row = insert.executeQuery()) {
                return row.getLong(1);
            }
        });
        return new TallyEntry(id, key, firstSequence, false);
    }

    @Override
    public long generation(TallyEntry entry) {
        return database.read(client -> client.sql("SELECT generation FROM result_tally WHERE id = ?")
                .param(entry.id())
                .query(Long.class)
                .optional()
                .orElse(0L));
    }

    @Override
    public boolean write(
            TallyEntry entry,
            long before,
            int version,
            boolean closed,
            byte[] head,
            Map<Integer, byte[]> parts,
            boolean isNew) {
        if (generation(entry) != before) {
            return false;
        }
        long generation = before + 1;
        // The rest of an attempt that was interrupted.
        database.append(0, transaction -> delete(transaction, entry.id(), " AND generation >= ?", generation));
        Map<Integer, byte[]> chunk = new TreeMap<>();
        long bytes = 0;
        for (Map.Entry<Integer, byte[]> part : parts.entrySet()) {
            chunk.put(part.getKey(), part.getValue());
            bytes += part.getValue().length;
            if (bytes >= TRANSACTION_BYTES) {
                append(entry.id(), generation, chunk, bytes);
                chunk = new TreeMap<>();
                bytes = 0;
            }
        }
        append(entry.id(), generation, chunk, bytes);
        int updated = database.append(head.length, transaction -> {
            PreparedStatement update = transaction.statement(
                    "UPDATE result_tally SET version = ?, generation = ?, closed = ?, head = ? WHERE id = ?");
            update.setInt(1, version);
            update.setLong(2, generation);
            update.setInt(3, closed ? 1 : 0);
            update.setBytes(4, head);
            update.setLong(5, entry.id());
            return update.executeUpdate();
        });
        if (updated == 0) {
            // Deleted meanwhile.
            database.append(0, transaction -> delete(transaction, entry.id(), " AND generation >= ?", 0));
            return false;
        }
        if (isNew) {
            database.append(0, transaction -> delete(transaction, entry.id(), " AND generation < ?", generation));
        } else {
            for (List<Integer> some : inChunks(parts)) {
                database.append(0, transaction -> deleteOlder(transaction, entry.id(), generation, some));
            }
        }
        return true;
    }

    private void append(long id, long generation, Map<Integer, byte[]> parts, long bytes) {
        database.append(bytes, transaction -> {
            PreparedStatement insert = transaction.statement(
                    "INSERT INTO result_tally_part (tally_id, part, generation, content) VALUES (?, ?, ?, ?)");
            for (Map.Entry<Integer, byte[]> part : parts.entrySet()) {
                insert.setLong(1, id);
                insert.setInt(2, part.getKey());
                insert.setLong(3, generation);
                insert.setBytes(4, part.getValue());
                insert.executeUpdate();
            }
            return parts.size();
        });
    }

    private static List<List<Integer>> inChunks(Map<Integer, byte[]> parts) {
        List<Integer> all = new ArrayList<>(parts.keySet());
        List<List<Integer>> chunks = new ArrayList<>();
        for (int i = 0; i < all.size(); i += 50) {
            chunks.add(all.subList(i, Math.min(all.size(), i + 50)));
        }
        return chunks;
    }

    private static int delete(Transaction transaction, long id, String condition, long generation) throws SQLException {
        PreparedStatement delete =
                transaction.statement("DELETE FROM result_tally_part WHERE tally_id = ?" + condition);
        delete.setLong(1, id);
        delete.setLong(2, generation);
        return delete.executeUpdate();
    }

    private static int deleteOlder(Transaction transaction, long id, long generation, List<Integer> parts)
            throws SQLException {
        PreparedStatement delete = transaction.statement(
                "DELETE FROM result_tally_part WHERE tally_id = ? AND part = ? AND generation < ?");
        for (int part : parts) {
            delete.setLong(1, id);
            delete.setInt(2, part);
            delete.setLong(3, generation);
            delete.executeUpdate();
        }
        return parts.size();
    }

    @Override
    public @Nullable Content read(TallyEntry entry, int version) {
        return database.read(client -> {
            @SuppressWarnings("ArrayRecordComponent") // Never compared.
            record Head(byte[] bytes, long generation) {}
            Head head = client.sql("SELECT head, generation FROM result_tally WHERE id = ? AND version = ?")
                    .param(entry.id())
                    .param(version)
                    .query((row, _) -> new Head(row.getBytes(1), row.getLong(2)))
                    .optional()
                    .orElse(null);
            if (head == null) {
                return null;
            }
            Map<Integer, byte[]> parts = new TreeMap<>();
            client.sql("SELECT part, content FROM result_tally_part WHERE tally_id = ? AND generation <= ?"
                            + " ORDER BY part, generation")
                    .param(entry.id())
                    .param(head.generation)
                    .query(row -> {
                        parts.put(row.getInt(1), row.getBytes(2));
                    });
            return new Content(head.generation, head.bytes, parts);
        });
    }

    @Override
    public void delete(TallyEntry entry) {
        database.append(0, transaction -> delete(transaction, entry.id(), " AND generation >= ?", 0));
        database.append(0, transaction -> {
            PreparedStatement delete = transaction.statement("DELETE FROM result_tally WHERE id = ?");
            delete.setLong(1, entry.id());
            return delete.executeUpdate();
        });
    }
}
