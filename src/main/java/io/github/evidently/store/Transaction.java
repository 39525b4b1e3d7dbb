package io.github.evidently.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The transaction that a {@link Work} runs in; valid until the work returns. */
public interface Transaction {

    /**
     * The prepared statement of that SQL, kept over transactions; its parameters are undefined.
     *
     * @throws SQLException when the SQL cannot be prepared
     */
    PreparedStatement statement(String sql) throws SQLException;
}
