package io.github.evidently.persistence.postgresql;

import io.github.evidently.persistence.StoreProperties;
import io.github.evidently.persistence.StoreUnusableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * Opens sessions with the database, with the settings that durability and time limits depend on. Thread-safe.
 *
 * <p>Parameters of the URL win over ours, other than those. Each session checks that the server is one that keeps what it
 * confirms, as another server may have taken its place.
 */
final class PostgresqlConnections extends AbstractDataSource {

    private static final String REMEDY =
            "Check evidently.store.url (EVIDENTLY_STORE_URL); it looks like jdbc:postgresql://host:5432/database.";
    private static final Pattern PASSWORD = Pattern.compile("[?&](ssl)?password=", Pattern.CASE_INSENSITIVE);

    // A dead client is noticed after eleven seconds, and what it has locked is free.
    private static final String SET_UP = """
            SELECT set_config(name, value, false)
            FROM (VALUES
                ('synchronous_commit',
                 CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END),
                ('default_transaction_isolation', 'read committed'),
                ('client_min_messages', 'warning'),
                ('statement_timeout', ?),
                ('lock_timeout', ?),
                ('idle_in_transaction_session_timeout', ?),
                ('tcp_keepalives_idle', '5'),
                ('tcp_keepalives_interval', '2'),
                ('tcp_keepalives_count', '3')) AS setting (name, value)
            UNION ALL
            SELECT set_config('transaction_timeout', ?, false)
            WHERE current_setting('server_version_num')::integer >= 170000
            """;

    private final PGSimpleDataSource dataSource;
    private final StoreProperties properties;
    private final SessionLimits limits;

    /** @throws StoreUnusableException when the URL cannot be used */
    PostgresqlConnections(StoreProperties properties, SessionLimits limits) {
        this.properties = properties;
        this.limits = limits;
        String url = properties.url();
        if (url.contains("@") || PASSWORD.matcher(url).find()) {
            throw new StoreUnusableException(
                    "evidently.store.url must not contain a password, because URLs are shown and logged.",
                    "Set evidently.store.username and evidently.store.password (EVIDENTLY_STORE_PASSWORD), or"
                            + " evidently.store.password-file.",
                    null);
        }
        this.dataSource = new PGSimpleDataSource();
        dataSource.setApplicationName("evidently-emulator");
        dataSource.setConnectTimeout((int) SessionLimits.CONNECT.toSeconds());
        dataSource.setSocketTimeout((int) limits.answer().toSeconds());
        dataSource.setTcpKeepAlive(true);
        try {
            dataSource.setProperty(PGProperty.TARGET_SERVER_TYPE, "primary");
            dataSource.setUrl(url);
        } catch (IllegalArgumentException e) {
            throw new StoreUnusableException("evidently.store.url is not a URL of PostgreSQL.", REMEDY, null);
        }
    }

    /** Describes the place without anything that is secret. */
    String description() {
        String[] hosts = dataSource.getServerNames();
        int[] ports = dataSource.getPortNumbers();
        return "postgresql database " + dataSource.getDatabaseName() + " at "
                + IntStream.range(0, hosts.length)
                        .mapToObj(i -> hosts[i] + ":" + ports[i])
                        .collect(Collectors.joining(","));
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = connect();
        try {
            setUp(connection);
            ServerCheck.require(connection, properties.allowUnsafe());
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public Connection getConnection(String username, String password) {
        throw new UnsupportedOperationException();
    }

    private Connection connect() throws SQLException {
        return dataSource.getConnection(properties.username().isEmpty() ? null : properties.username(), password());
    }

    private @Nullable String password() {
        Path file = properties.passwordFile();
        if (file == null) {
            return properties.password().isEmpty() ? null : properties.password();
        }
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new StoreUnusableException(
                    "The file of evidently.store.password-file, " + file + ", cannot be read.",
                    "Let the server's user read it, or name another file.",
                    e);
        }
    }

    private void setUp(Connection connection) throws SQLException {
        try (PreparedStatement setUp = connection.prepareStatement(SET_UP)) {
            setUp.setString(1, Long.toString(limits.statement().toMillis()));
            setUp.setString(2, Long.toString(limits.lock().toMillis()));
            setUp.setString(3, Long.toString(limits.idle().toMillis()));
            setUp.setString(4, Long.toString(2 * limits.idle().toMillis()));
            setUp.execute();
        }
    }
}
