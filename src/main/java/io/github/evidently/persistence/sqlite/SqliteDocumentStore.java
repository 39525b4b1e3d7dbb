package io.github.evidently.persistence.sqlite;

import io.github.evidently.persistence.Commit;
import io.github.evidently.persistence.Document;
import io.github.evidently.persistence.DocumentKey;
import io.github.evidently.persistence.DocumentStore;
import io.github.evidently.persistence.Snapshot;
import io.github.evidently.persistence.Write;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Keeps documents in the embedded database. */
final class SqliteDocumentStore implements DocumentStore {

    private final Database database;
    private final OpenLogs openLogs;

    SqliteDocumentStore(Database database, OpenLogs openLogs) {
        this.database = database;
        this.openLogs = openLogs;
    }

    @Override
    public long version() {
        return database.read(client -> client.sql("SELECT version FROM document_version")
                .query(Long.class)
                .single());
    }

    @Override
    public Snapshot load() {
        // One statement, so one version.
        return database.read(client -> client.sql(
                        "SELECT version, kind, project, name, document FROM document_version LEFT JOIN resource ON true")
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
    public Commit commit(long expectedVersion, List<Write> writes) {
        return database.write(
                transaction -> {
                    PreparedStatement advance = transaction.statement(
                            "UPDATE document_version SET version = version + ? WHERE version = ?");
                    advance.setInt(1, writes.size());
                    advance.setLong(2, expectedVersion);
                    if (advance.executeUpdate() == 0) {
                        return new Commit.Superseded();
                    }
                    for (Write write : writes) {
                        execute(transaction, write);
                    }
                    return new Commit.Committed(expectedVersion + writes.size());
                },
                commit -> {
                    if (commit instanceof Commit.Committed) {
                        openLogs.committed(writes);
                    }
                });
    }

    private static void execute(Transaction transaction, Write write) throws SQLException {
        switch (write) {
            case Write.Put(Document document) -> {
                PreparedStatement upsert = transaction.statement("""
                        INSERT INTO resource (kind, project, name, document) VALUES (?, ?, ?, ?)
                        ON CONFLICT DO UPDATE SET document = excluded.document
                        """);
                setKey(upsert, document.key());
                upsert.setString(4, document.json());
                upsert.executeUpdate();
            }
            case Write.Remove(DocumentKey key) -> {
                PreparedStatement delete =
                        transaction.statement("DELETE FROM resource WHERE kind = ? AND project = ? AND name = ?");
                setKey(delete, key);
                delete.executeUpdate();
            }
            case Write.OpenLog(long projectKey, String name) -> {
                PreparedStatement open = transaction.statement("INSERT INTO open_log (project_id, name) VALUES (?, ?)");
                open.setLong(1, projectKey);
                open.setString(2, name);
                open.executeUpdate();
            }
            case Write.CloseLog(long projectKey) -> {
                PreparedStatement close = transaction.statement("DELETE FROM open_log WHERE project_id = ?");
                close.setLong(1, projectKey);
                close.executeUpdate();
                PreparedStatement remember = transaction.statement("INSERT INTO deleted_project (id) VALUES (?)");
                remember.setLong(1, projectKey);
                remember.executeUpdate();
            }
        }
    }

    private static void setKey(PreparedStatement statement, DocumentKey key) throws SQLException {
        statement.setString(1, key.kind());
        statement.setString(2, key.project());
        statement.setString(3, key.name());
    }
}
