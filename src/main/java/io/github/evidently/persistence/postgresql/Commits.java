package io.github.evidently.persistence.postgresql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;

/** Ends transactions so that success means durable. */
final class Commits {

    private Commits() {}

    /**
     * Commits the transaction of a connection.
     *
     * @throws SQLException when it is not certain that the transaction is durable
     */
    static void commit(Connection connection) throws SQLException {
        try (Statement commit = connection.createStatement()) {
            commit.execute("COMMIT");
            requireCertain(commit);
        }
    }

    /**
     * Checks a statement whose last command was {@code COMMIT}. The server answers a commit whose wait for the standby was
     * cancelled with success and a warning.
     */
    static void requireCertain(Statement commit) throws SQLException {
        SQLWarning warning = commit.getWarnings();
        if (warning != null) {
            throw new SQLException("the commit came with a warning: " + warning.getMessage(), warning.getSQLState());
        }
    }
}
