package io.github.evidently.persistence.postgresql;

import io.github.evidently.persistence.Commit;
import io.github.evidently.persistence.Document;
import io.github.evidently.persistence.DocumentKey;
import io.github.evidently.persistence.DocumentStore;
import io.github.evidently.persistence.Snapshot;
import io.github.evidently.persistence.Write;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps documents in PostgreSQL.
 *
 * <p>A commit notifies the channel {@code evidently_<number of the table document_version>} with the new version. Transactions of
 * events never do: a notification takes a lock of the whole server until its commit.
 */
final class PostgresqlDocumentStore implements DocumentStore {

    private static final String ADVANCE = "UPDATE document_version SET version = version + ? WHERE version = ?";

    /** The name of the channel, as SQL: one for each schema. */
    static final String CHANNEL = "'evidently_' || 'document_version'::regclass::oid";

    private static final String NOTIFY = "SELECT pg_notify(" + CHANNEL + ", CAST(? AS text))";

    private final ConnectionPool pool;
    private final ChangeListener changes;

    PostgresqlDocumentStore(ConnectionPool pool, ChangeListener changes) {
        this.pool = pool;
        this.changes = changes;
    }

    @Override
    public long version() {
        return pool.read(client -> client.sql("SELECT version FROM document_version")
                .query(Long.class)
                .single());
    }

    @Override
    public Snapshot load() {
        // One statement, so one version.
        return pool.read(client -> client.sql(
                        "SELECT version, kind, project, name, json FROM document_version LEFT JOIN document ON true")
                .query(rows -> {
                    long version = 0;
                    List<Document> documents = new ArrayList<>();
                    while (rows.next()) {
                        version = rows.getLong(1);
                        String kind = rows.getString(2);
                        if (kind != null) {
                            DocumentKey key = new DocumentKey(kind, rows.getString(3), rows.getString(4));
                            documents.add(new Document(key, rows.getString(5)));
                        }
                    }
                    return new Snapshot(version, documents);
                }));
    }

    @Override
    public void awaitChange(long version, Duration timeout) {
        changes.await(timeout);
    }

    @Override
    public Commit commit(long expectedVersion, List<Write> writes) {
        return pool.write(connection -> {
            if (!advance(connection, expectedVersion, writes.size())) {
                return new Commit.Superseded();
            }
            if (writes.stream().anyMatch(Write.CloseLog.class::isInstance)) {
                query(connection, Locks.HOLD_OPEN_LOGS);
            }
            for (Write write : writes) {
                execute(connection, write);
            }
            long version = expectedVersion + writes.size();
            query(connection, NOTIFY, version);
            return new Commit.Committed(version);
        });
    }

    /** Advances the version if it is the expected one, once a commit in flight has ended. */
    private static boolean advance(Connection connection, long expectedVersion, int writes) throws SQLException {
        return update(connection, ADVANCE, (long) writes, expectedVersion) == 1;
    }

    private static void execute(Connection connection, Write write) throws SQLException {
        int _ = switch (write) {
            case Write.Put(Document(DocumentKey key, String json)) ->
                update(connection, """
                                INSERT INTO document (kind, project, name, json) VALUES (?, ?, ?, ?)
                                ON CONFLICT (kind, project, name) DO UPDATE SET json = excluded.json
                                """, key.kind(), key.project(), key.name(), json);
            case Write.Remove(DocumentKey key) ->
                update(
                        connection,
                        "DELETE FROM document WHERE kind = ? AND project = ? AND name = ?",
                        key.kind(),
                        key.project(),
                        key.name());
            case Write.OpenLog(long projectKey, String name) ->
                update(connection, "INSERT INTO open_log (project_key, name) VALUES (?, ?)", projectKey, name);
            case Write.CloseLog(long projectKey) ->
                update(connection, "DELETE FROM open_log WHERE project_key = ?", projectKey)
                        + update(connection, "INSERT INTO closed_log (project_key) VALUES (?)", projectKey);
        };
    }

    private static int update(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, parameters)) {
            return statement.executeUpdate();
        }
    }

    private static void query(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, parameters)) {
            statement.execute();
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object... parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }
}
