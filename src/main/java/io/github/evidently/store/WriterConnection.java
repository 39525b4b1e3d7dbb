package io.github.evidently.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** The connection that writes, with its prepared statements; used by one thread. */
final class WriterConnection implements Transaction, AutoCloseable {

    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    WriterConnection(Connection connection) {
        this.connection = connection;
    }

    @Override
    public PreparedStatement statement(String sql) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        return statement;
    }

    void begin() throws SQLException {
        statement("BEGIN IMMEDIATE").execute();
    }

    /** Returns when the transaction is on disk. */
    void commit() throws SQLException {
        statement("COMMIT").execute();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
