package io.github.evidently.persistence.postgresql;

import io.github.evidently.persistence.StoreUnusableException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Checks that a server keeps what it confirms, and that there is a schema to work in. */
final class ServerCheck {

    private static final int VERSION_MIN = 14;
    private static final String ALLOW =
            "evidently.store.allow-unsafe=true (EVIDENTLY_STORE_ALLOW_UNSAFE) accepts that acknowledged events may be lost.";

    private static final String SELECT = """
            SELECT current_setting('server_version_num')::integer / 10000, current_setting('server_version'),
                   current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit'),
                   pg_is_in_recovery(), current_schema(), session_user
            """;

    private ServerCheck() {}

    /**
     * Checks the server of a session that has its settings.
     *
     * @throws StoreUnusableException when it cannot be used, or not safely unless that is allowed
     */
    static void require(Connection connection, boolean allowUnsafe) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SELECT)) {
            row.next();
            if (row.getInt(1) < VERSION_MIN) {
                throw new StoreUnusableException(
                        "The PostgreSQL server has version " + row.getString(2) + ", and this server needs "
                                + VERSION_MIN + " or newer.",
                        "Upgrade PostgreSQL, or set evidently.store.url (EVIDENTLY_STORE_URL) to a newer server.",
                        null);
            }
            if (row.getBoolean(6)) {
                throw new StoreUnusableException(
                        "The PostgreSQL server is a standby, which takes no changes.",
                        "Set evidently.store.url (EVIDENTLY_STORE_URL) to the primary, or to several hosts of which one is"
                                + " it.",
                        null);
            }
            if (row.getString(7) == null) {
                throw new StoreUnusableException(
                        "The role " + row.getString(8) + " has no schema to work in.",
                        "Create one, for example by CREATE SCHEMA AUTHORIZATION " + row.getString(8)
                                + ", or name it in the URL: ?currentSchema=evidently.",
                        null);
            }
            if (!allowUnsafe) {
                requireOn("fsync", row.getString(3), "a crash of its machine");
                requireOn("full_page_writes", row.getString(4), "a crash of its machine");
                requireOn("synchronous_commit", row.getString(5), "a crash");
            }
        }
    }

    private static void requireOn(String setting, String value, String risk) {
        if (value.equals("off")) {
            throw new StoreUnusableException(
                    "The PostgreSQL server has " + setting + " = off, so it may lose acknowledged events in " + risk
                            + ".",
                    "Set " + setting + " = on in the server's configuration; " + ALLOW,
                    null);
        }
    }
}
