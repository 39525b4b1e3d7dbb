package io.github.evidently.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/** The connection that writes, with its prepared statements; used by one thread. */
final class WriterConnection implements Transaction, AutoCloseable {

    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private final Set<Work<?>> prepared = Collections.newSetFromMap(new IdentityHashMap<>());

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

    @Override
    public void once(Work<?> preparation) throws SQLException {
        if (!prepared.contains(preparation)) {
            preparation.execute(this);
            // Should the transaction fail after all, the connection goes with it.
            prepared.add(preparation);
        }
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
