package io.github.evidently.persistence.postgresql;

import io.github.evidently.persistence.TallyStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps tallies in PostgreSQL. Several nodes may count the same experiment and write what they have.
 *
 * <p>A node writes the parts that have changed since it last wrote, which fit only what it wrote then. So it writes nothing when
 * another node has written meanwhile: what that one wrote is whole, and as good.
 */
final class PostgresqlTallyStore implements TallyStore {

    private static final int BATCH_BYTES = 1024 * 1024;

    private final ConnectionPool pool;

    PostgresqlTallyStore(ConnectionPool pool) {
        this.pool = pool;
    }

    @Override
    public List<TallyEntry> list() {
        return pool.read(client -> client.sql("SELECT id, project_key, experiment, created_time, started_time,"
                        + " first_sequence, closed FROM result_tally ORDER BY id")
                .query((row, _) -> new TallyEntry(
                        row.getLong(1),
                        new ExecutionKey(
                                row.getLong(2),
                                row.getString(3),
                                Instant.ofEpochMilli(row.getLong(4)),
                                Instant.ofEpochMilli(row.getLong(5))),
                        row.getLong(6),
                        row.getBoolean(7)))
                .list());
    }

    @Override
    public TallyEntry create(ExecutionKey key, long firstSequence) {
        return pool.write(connection -> {
            // Another node may have created it: then that one counts.
            try (PreparedStatement insert = connection.prepareStatement("""
                    INSERT INTO result_tally (project_key, experiment, created_time, started_time, first_sequence)
                    VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (project_key, experiment, created_time, started_time)
                    DO UPDATE SET first_sequence = result_tally.first_sequence
                    RETURNING id, first_sequence, closed
                    """)) {
                insert.setLong(1, key.projectId());
                insert.setString(2, key.experiment());
                insert.setLong(3, key.created().toEpochMilli());
                insert.setLong(4, key.started().toEpochMilli());
                insert.setLong(5, firstSequence);
                try (ResultSet row = insert.executeQuery()) {
                    row.next();
                    return new TallyEntry(row.getLong(1), key, row.getLong(2), row.getBoolean(3));
                }
            }
        });
    }

    @Override
    public long generation(TallyEntry entry) {
        return pool.read(client -> client.sql("SELECT generation FROM result_tally WHERE id = ?")
                .param(entry.id())
                .query(Long.class)
                .optional()
                .orElse(0L));
    }

    @Override
    public boolean write(
            TallyEntry entry,
            long generation,
            int version,
            boolean closed,
            byte[] head,
            Map<Integer, byte[]> parts,
            boolean isNew) {
        return pool.write(connection -> {
            if (!writeHead(connection, entry, generation, version, closed, head)) {
                return false;
            }
            if (isNew) {
                deleteParts(connection, entry.id());
            }
            writeParts(connection, entry.id(), parts);
            return true;
        });
    }

    /** Returns false when the tally is of another generation, or gone. */
    private static boolean writeHead(
            Connection connection, TallyEntry entry, long generation, int version, boolean closed, byte[] head)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE result_tally SET version = ?, closed = ?, head = ?, generation = generation + 1
                WHERE id = ? AND generation = ?
                """)) {
            update.setInt(1, version);
            update.setBoolean(2, closed);
            update.setBytes(3, head);
            update.setLong(4, entry.id());
            update.setLong(5, generation);
            return update.executeUpdate() == 1;
        }
    }

    private static void deleteParts(Connection connection, long id) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM result_tally_part WHERE tally_id = ?")) {
            delete.setLong(1, id);
            delete.executeUpdate();
        }
    }

    private static void writeParts(Connection connection, long id, Map<Integer, byte[]> parts) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement("""
                INSERT INTO result_tally_part (tally_id, part, content) VALUES (?, ?, ?)
                ON CONFLICT (tally_id, part) DO UPDATE SET content = excluded.content
                """)) {
            long bytes = 0;
            for (Map.Entry<Integer, byte[]> part : parts.entrySet()) {
                upsert.setLong(1, id);
                upsert.setInt(2, part.getKey());
                upsert.setBytes(3, part.getValue());
                upsert.addBatch();
                bytes += part.getValue().length;
                if (bytes >= BATCH_BYTES) {
                    upsert.executeBatch();
                    bytes = 0;
                }
            }
            upsert.executeBatch();
        }
    }

    @Override
    public @Nullable Content read(TallyEntry entry, int version) {
        // One statement, so one generation. The head, which is small beside the parts, comes with the first row.
        return pool.<Optional<Content>>read(client -> client.sql("""
                        SELECT generation, CASE WHEN row_number() OVER (ORDER BY part) = 1 THEN head END, part, content
                        FROM result_tally LEFT JOIN result_tally_part ON tally_id = id
                        WHERE id = ? AND version = ? ORDER BY part
                        """)
                        .param(entry.id())
                        .param(version)
                        .query(rows -> {
                            long generation = 0;
                            byte[] head = null;
                            Map<Integer, byte[]> parts = new TreeMap<>();
                            while (rows.next()) {
                                if (head == null) {
                                    generation = rows.getLong(1);
                                    head = rows.getBytes(2);
                                }
                                byte[] content = rows.getBytes(4);
                                if (content != null) {
                                    parts.put(rows.getInt(3), content);
                                }
                            }
                            return head == null ? Optional.empty() : Optional.of(new Content(generation, head, parts));
                        }))
                .orElse(null);
    }

    @Override
    public void delete(TallyEntry entry) {
        int _ = pool.write(connection -> {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM result_tally WHERE id = ?")) {
                delete.setLong(1, entry.id());
                return delete.executeUpdate();
            }
        });
    }
}
