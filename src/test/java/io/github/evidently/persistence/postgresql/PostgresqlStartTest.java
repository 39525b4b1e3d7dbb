package io.github.evidently.persistence.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.evidently.error.ValidationException;
import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.StoreProperties;
import io.github.evidently.persistence.StoreUnusableException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

/** What keeps a server with PostgreSQL from starting, and with what sentence. */
class PostgresqlStartTest {

    @Test
    void refusesAServerThatMayLoseWhatItConfirms() throws Exception {
        // Unless told otherwise, the library turns off fsync.
        try (EmbeddedPostgres server = EmbeddedPostgres.builder().start()) {
            String url = "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres";

            StoreUnusableException refusal = refusal(PostgresqlServer.store(url, "postgres", false));

            assertThat(refusal)
                    .hasMessage(
                            "The PostgreSQL server has fsync = off, so it may lose acknowledged events in a crash of its"
                                    + " machine.");
            assertThat(refusal.remedy())
                    .isEqualTo("Set fsync = on in the server's configuration; evidently.store.allow-unsafe=true"
                            + " (EVIDENTLY_STORE_ALLOW_UNSAFE) accepts that acknowledged events may be lost.");
            open(PostgresqlServer.store(url, "postgres", true)).close();
        }
    }

    @Test
    void commitsSynchronouslyWhateverTheRolesDefaultIs() throws Exception {
        StoreProperties store = PostgresqlServer.newStore();
        PostgresqlServer.execute("ALTER ROLE " + store.username() + " SET synchronous_commit = off");

        for (SessionLimits limits : new SessionLimits[] {SessionLimits.COMMITTER, SessionLimits.POOL}) {
            assertThat(setting(store, limits, "synchronous_commit")).isEqualTo("on");
        }
        PostgresqlServer.execute("ALTER ROLE " + store.username() + " SET synchronous_commit = remote_apply");
        assertThat(setting(store, SessionLimits.COMMITTER, "synchronous_commit"))
                .isEqualTo("remote_apply");
    }

    @Test
    void boundsWhatASessionMayWaitFor() throws Exception {
        StoreProperties store = PostgresqlServer.newStore();

        assertThat(setting(store, SessionLimits.COMMITTER, "statement_timeout")).isEqualTo("4s");
        assertThat(setting(store, SessionLimits.COMMITTER, "lock_timeout")).isEqualTo("4s");
        assertThat(setting(store, SessionLimits.COMMITTER, "idle_in_transaction_session_timeout"))
                .isEqualTo("4s");
        assertThat(setting(store, SessionLimits.COMMITTER, "transaction_timeout"))
                .isEqualTo("8s");
    }

    @Test
    void saysThatTheServerIsAway() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }

        StoreUnusableException refusal = refusal(PostgresqlServer.store("demo", port));

        assertThat(refusal)
                .hasMessage("The store, postgresql database postgres at 127.0.0.1:" + port + ", cannot be reached.");
        assertThat(refusal.remedy()).startsWith("Start PostgreSQL");
    }

    @Test
    void saysThatTheRoleIsRefused() {
        assertThat(refusal(PostgresqlServer.store("nobody", PostgresqlServer.port())))
                .hasMessageEndingWith("refuses the role or its password.");
    }

    @Test
    void saysThatThereIsNoSuchDatabase() {
        String url = "jdbc:postgresql://127.0.0.1:" + PostgresqlServer.port() + "/nothing";

        assertThat(refusal(PostgresqlServer.store(url, "postgres", false)))
                .hasMessageEndingWith("has no database of that name.");
    }

    @Test
    void saysThatTheRoleMayNotCreateTables() {
        PostgresqlServer.execute("CREATE ROLE powerless LOGIN");

        assertThat(refusal(PostgresqlServer.store("powerless", PostgresqlServer.port())))
                .hasMessageEndingWith("may not create tables in its schema.");
    }

    @Test
    void saysThatTheSchemaBelongsToAnotherProgram() {
        StoreProperties store = PostgresqlServer.newStore();
        PostgresqlServer.execute("CREATE TABLE " + store.username() + ".other (id integer)");

        assertThat(refusal(store)).hasMessageEndingWith("has tables of another program.");
    }

    @Test
    void refusesASchemaOfANewerServer() {
        StoreProperties store = PostgresqlServer.newStore();
        open(store).close();
        PostgresqlServer.execute("INSERT INTO " + store.username() + ".flyway_schema_history (installed_rank, version,"
                + " description, type, script, installed_by, execution_time, success)"
                + " VALUES (99, '99', 'later', 'SQL', 'V99__later.sql', 'x', 1, true)");

        assertThat(refusal(store)).hasMessageContaining("was written by a newer version of the server");
    }

    @Test
    void refusesAPasswordInTheUrlWithoutShowingIt() {
        for (String url :
                new String[] {"jdbc:postgresql://host/db?user=a&password=hunter2", "jdbc:postgresql://a:hunter2@host/db"
                }) {
            StoreUnusableException refusal = refusal(PostgresqlServer.store(url, "", false));

            assertThat(refusal).hasMessageStartingWith("evidently.store.url must not contain a password");
            assertThat(StoreUnusableException.describe(refusal)).doesNotContain("hunter2");
        }
    }

    @Test
    void refusesWhatIsNoUrl() {
        assertThat(refusal(PostgresqlServer.store("jdbc:postgresql://host:port:what/db", "", false)))
                .hasMessage("evidently.store.url is not a URL of PostgreSQL.");
    }

    @Test
    void showsNoPassword() {
        StoreProperties store = PostgresqlServer.newStore();
        try (PostgresqlPersistence persistence = open(store)) {
            assertThat(persistence.description())
                    .isEqualTo("postgresql database postgres at 127.0.0.1:" + PostgresqlServer.port());
        }
        assertThat(store.toString()).doesNotContain("secret");
    }

    @Test
    void readsThePasswordFromAFile(@TempDir Path directory) throws Exception {
        StoreProperties store = PostgresqlServer.newStore();
        Path file = directory.resolve("password");
        StoreProperties fromFile = new StoreProperties(
                store.url(), directory, DataSize.ofMegabytes(1), false, store.username(), "", file, 4, false);
        assertThat(refusal(fromFile))
                .hasMessage("The file of evidently.store.password-file, " + file + ", cannot be read.");

        Files.writeString(file, "secret\n");
        open(fromFile).close();
    }

    @Test
    void takesNoCredentialsForAnotherStore() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresqlServer.store("", "someone", false))
                .withMessageStartingWith(
                        "evidently.store.username, password and password-file are for PostgreSQL only");
    }

    @Test
    void hasNoBackupButThatOfPostgresql() {
        try (PostgresqlPersistence persistence = open(PostgresqlServer.newStore())) {
            assertThat(catchThrowableOfType(ValidationException.class, persistence::backup))
                    .hasMessage("A store in PostgreSQL is backed up by its own tools, such as pg_dump");
        }
    }

    private static String setting(StoreProperties store, SessionLimits limits, String name) throws SQLException {
        try (Connection connection = new PostgresqlConnections(store, limits).getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW " + name)) {
            row.next();
            return row.getString(1);
        }
    }

    private static StoreUnusableException refusal(StoreProperties store) {
        return catchThrowableOfType(
                StoreUnusableException.class, () -> open(store).close());
    }

    private static PostgresqlPersistence open(StoreProperties store) {
        return new PostgresqlPersistence(store, EventLogFixture.PROPERTIES, new Arrivals(), new SimpleMeterRegistry());
    }
}
