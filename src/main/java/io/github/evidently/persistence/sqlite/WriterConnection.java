package io.github.evidently.persistence.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/** The connection that writes, with its prepared statements; used by one thread. */
final class WriterConnection implements Transaction, AutoCloseable {

    private final Connection connection;
    private final OpenFiles files;

    /** The position of the database, including the changes of the current transaction. */
    private long position;

    private boolean hasAdvanced;
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private final Set<WriteTask<?>> prepared = Collections.newSetFromMap(new IdentityHashMap<>());

    /** @param position the position that the database has reached */
    WriterConnection(Connection connection, OpenFiles files, long position) throws SQLException {
        this.connection = connection;
        this.files = files;
        this.position = position;
        // Transactions are begun and ended here; the driver would try to begin one after each statement.
        connection.setAutoCommit(false);
        statement("COMMIT").execute();
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
    public void once(WriteTask<?> preparation) throws SQLException {
        if (!prepared.contains(preparation)) {
            preparation.execute(this);
            // If the transaction fails after all, the connection is closed with it.
            prepared.add(preparation);
        }
    }

    @Override
    public void advance(long by) {
        position += by;
        hasAdvanced = true;
    }

    void begin() throws SQLException {
        // Checked before the transaction too: a write would make a log that was cut as long as it had been.
        files.requireLogUncut();
        statement("BEGIN IMMEDIATE").execute();
    }

    /** Returns when the transaction is on disk and its position is remembered. */
    void commit() throws SQLException {
        statement("COMMIT").execute();
        files.requireDatabaseInPlace();
        if (hasAdvanced) {
            hasAdvanced = false;
            files.remember(position);
        }
    }

    /** Rolls back what was not committed and lets others write; afterwards the connection can only be closed. */
    void abandon() throws SQLException {
        try (Statement rollback = connection.createStatement()) {
            rollback.execute("ROLLBACK");
        }
    }

    /**
     * Makes the database whole after a failed transaction of another connection that is still open: everything
     * committed before goes into the database file, is synced there, and the log restarts.
     *
     * <p>After a failed sync it is unknown which pages of the log the kernel has dropped, and a second sync would not
     * tell. Later changes must therefore not be written behind them: a crash would end the log there.
     *
     * @throws SQLException when that fails: the log must not be written to
     */
    void startLogAnew() throws SQLException {
        files.requireDatabaseInPlace();
        files.expectLogCut();
        try (ResultSet result = statement("PRAGMA wal_checkpoint(TRUNCATE)").executeQuery()) {
            if (result.getInt(1) != 0) {
                throw new SQLException("the write-ahead log is in use");
            }
        }
    }

    /** Copies the log into the database, as far as that is possible without waiting. */
    void checkpoint() throws SQLException {
        try (ResultSet result = statement("PRAGMA wal_checkpoint(PASSIVE)").executeQuery()) {
            result.next();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
