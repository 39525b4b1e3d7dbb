package io.github.evidently.persistence.postgresql;

import io.github.evidently.persistence.Rejection;
import io.github.evidently.persistence.RejectionLog;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps the latest rejections in PostgreSQL. Texts are bytes there: its own texts have no character U+0000. */
final class PostgresqlRejectionLog implements RejectionLog {

    private static final String ADD = """
            INSERT INTO rejection (time, project, entry, code, message, data) VALUES (?, ?, ?, ?, ?, ?)
            """;

    private static final String DROP = """
            DELETE FROM rejection WHERE id <= (SELECT id FROM rejection ORDER BY id DESC OFFSET ? LIMIT 1)
            """;

    private final ConnectionPool pool;

    PostgresqlRejectionLog(ConnectionPool pool) {
        this.pool = pool;
    }

    @Override
    public void add(List<Rejection> rejections) {
        int _ = pool.write(connection -> {
            doNotAwaitTheDisk(connection);
            try (PreparedStatement add = connection.prepareStatement(ADD)) {
                for (Rejection rejection : rejections) {
                    add.setLong(1, rejection.time().toEpochMilli());
                    add.setBytes(2, bytes(rejection.project()));
                    add.setObject(3, rejection.entry(), Types.INTEGER);
                    add.setString(4, rejection.code());
                    add.setBytes(5, bytes(rejection.message()));
                    String data = rejection.data();
                    add.setBytes(6, data == null ? null : bytes(data));
                    add.addBatch();
                }
                int[] _ = add.executeBatch();
            }
            try (PreparedStatement drop = connection.prepareStatement(DROP)) {
                drop.setInt(1, KEPT_MAX);
                return drop.executeUpdate();
            }
        });
    }

    @Override
    public List<Rejection> latestFirst() {
        return pool.read(client -> client.sql(
                        "SELECT time, project, entry, code, message, data FROM rejection ORDER BY id DESC LIMIT ?")
                .param(KEPT_MAX)
                .query((row, _) -> rejection(row))
                .list());
    }

    @Override
    public void clear() {
        int _ = pool.write(connection -> {
            try (Statement clear = connection.createStatement()) {
                return clear.executeUpdate("DELETE FROM rejection");
            }
        });
    }

    @Override
    public void clear(Set<String> references) {
        int _ = pool.write(connection -> {
            try (PreparedStatement clear =
                    connection.prepareStatement("DELETE FROM rejection WHERE project = ANY (?)")) {
                clear.setArray(
                        1,
                        connection.createArrayOf(
                                "bytea",
                                references.stream()
                                        .map(PostgresqlRejectionLog::bytes)
                                        .toArray(byte[][]::new)));
                return clear.executeUpdate();
            }
        });
    }

    private static void doNotAwaitTheDisk(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL synchronous_commit = off");
        }
    }

    private static Rejection rejection(ResultSet row) throws SQLException {
        byte[] data = row.getBytes(6);
        return new Rejection(
                Instant.ofEpochMilli(row.getLong(1)),
                text(row.getBytes(2)),
                row.getObject(3, Integer.class),
                row.getString(4),
                text(row.getBytes(5)),
                data == null ? null : text(data));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}
