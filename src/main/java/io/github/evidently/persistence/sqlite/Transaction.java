package io.github.evidently.persistence.sqlite;

import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The transaction that a {@link WriteTask} runs in; valid until the work returns. */
interface Transaction {

    /**
     * Returns the prepared statement of that SQL, which is kept across transactions; its parameters are undefined.
     *
     * @throws SQLException when the SQL cannot be prepared
     */
    PreparedStatement statement(String sql) throws SQLException;

    /**
     * Runs work in this transaction unless the same work has run in an earlier one of this connection. It is for what
     * lives as long as the connection, such as a temporary table.
     *
     * @throws SQLException what the work threw
     */
    void once(WriteTask<?> preparation) throws SQLException;

    /**
     * Raises the position of the database by the number of events that were added. A later start makes sure that it has
     * reached the position of the last acknowledged change.
     */
    void advance(long by);
}
