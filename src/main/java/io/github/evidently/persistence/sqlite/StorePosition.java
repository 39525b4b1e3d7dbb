package io.github.evidently.persistence.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The position of the database, a number that grows with every acknowledged change.
 *
 * <p>Each event has a sequence, and each change of anything else is counted. The count needs a page of its own in the
 * log, which events must not pay for (ADR 34).
 */
final class StorePosition {

    private static final String POSITION = "SELECT store_probe.count + max(removed_event.last_sequence,"
            + " (SELECT coalesce(max(last_sequence), 0) FROM event_batch)) FROM removed_event, store_probe";

    private static final String HAS_POSITION =
            "SELECT count(*) = 3 FROM sqlite_schema" + " WHERE name IN ('event_batch', 'removed_event', 'store_probe')";

    private static final String COUNT_CHANGE = "UPDATE store_probe SET count = count + 1";

    private StorePosition() {}

    /** Returns the position that the database has reached; 0 while it has no tables. */
    static long read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return number(statement, HAS_POSITION) == 0 ? 0 : number(statement, POSITION);
        }
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            return row.getLong(1);
        }
    }

    /** Counts one change in the transaction that makes it. */
    static int countChange(Transaction transaction) throws SQLException {
        transaction.advance(1);
        return transaction.statement(COUNT_CHANGE).executeUpdate();
    }
}
