package io.github.evidently.persistence.postgresql;

import io.github.evidently.persistence.StoreProperties;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.util.unit.DataSize;

/**
 * The PostgreSQL server of the tests: one for the JVM, on a free port, which stops with it. Every test has a schema and a role that
 * may do nothing beyond it.
 */
final class PostgresqlServer {

    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private PostgresqlServer() {}

    private static final class Holder {

        private static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                // The library turns off what makes a commit durable; the later of two settings counts.
                return EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static int port() {
        return Holder.SERVER.getPort();
    }

    /** Runs SQL as the superuser. */
    static void execute(String sql) {
        try (Connection connection = Holder.SERVER.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Counts the rows of a table. */
    static long count(StoreProperties store, String table) {
        try (Connection connection = Holder.SERVER.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + store.username() + "." + table)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the settings for a new, empty schema and its role of the same name. */
    static StoreProperties newStore() {
        return store(newSchema(), port());
    }

    /** Makes an empty schema and a role of the same name that owns it. */
    static String newSchema() {
        String schema = "evidently" + SCHEMAS.incrementAndGet();
        execute("CREATE ROLE " + schema + " LOGIN PASSWORD 'secret'; CREATE SCHEMA AUTHORIZATION " + schema);
        return schema;
    }

    /** Returns the settings for a schema through a port, which may be that of a proxy. */
    static StoreProperties store(String schema, int port) {
        return store("jdbc:postgresql://127.0.0.1:" + port + "/postgres", schema, false);
    }

    static StoreProperties store(String url, String username, boolean allowUnsafe) {
        return new StoreProperties(
                url, Path.of("unused"), DataSize.ofMegabytes(1), false, username, "secret", null, 4, allowUnsafe);
    }
}
