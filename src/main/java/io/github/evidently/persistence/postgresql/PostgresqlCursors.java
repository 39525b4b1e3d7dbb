package io.github.evidently.persistence.postgresql;

import io.github.evidently.persistence.Cursors;
import java.sql.PreparedStatement;

/** Keeps the positions of consumers in PostgreSQL. */
final class PostgresqlCursors implements Cursors {

    private final ConnectionPool pool;

    PostgresqlCursors(ConnectionPool pool) {
        this.pool = pool;
    }

    @Override
    public long position(String consumer) {
        return pool.read(client -> client.sql("SELECT sequence FROM consumer_position WHERE consumer = ?")
                .param(consumer)
                .query(Long.class)
                .optional()
                .orElse(0L));
    }

    @Override
    public boolean advance(String consumer, long from, long to) {
        return pool.write(connection -> {
            try (PreparedStatement advance = connection.prepareStatement(
                    from == 0
                            ? "INSERT INTO consumer_position (sequence, consumer) VALUES (?, ?) ON CONFLICT DO NOTHING"
                            : "UPDATE consumer_position SET sequence = ? WHERE consumer = ? AND sequence = ?")) {
                advance.setLong(1, to);
                advance.setString(2, consumer);
                if (from != 0) {
                    advance.setLong(3, from);
                }
                return advance.executeUpdate() == 1;
            }
        });
    }

    @Override
    public void remove(String consumer) {
        int _ = pool.write(connection -> {
            try (PreparedStatement remove =
                    connection.prepareStatement("DELETE FROM consumer_position WHERE consumer = ?")) {
                remove.setString(1, consumer);
                return remove.executeUpdate();
            }
        });
    }
}
