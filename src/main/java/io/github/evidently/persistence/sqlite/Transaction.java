package io.github.evidently.persistence.sqlite;

import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The transaction that a {@link WriteTask} runs in; valid until the work returns. */
interface Transaction {

    /**
     * The prepared statement of that SQL, kept over transactions; its parameters are undefined.
     *
     * @throws SQLException when the SQL cannot be prepared
     */
    PreparedStatement statement(String sql) throws SQLException;

    /**
     * Runs work in this transaction unless the same has run in one of this connection before: for what lives as long as
     * the connection, such as a temporary table.
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
