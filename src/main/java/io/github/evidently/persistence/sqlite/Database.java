package io.github.evidently.persistence.sqlite;

import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.ThrottlingException;
import io.github.evidently.persistence.StoreProperties;
import io.github.evidently.persistence.StoreUnusableException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.sqlite.SQLiteDataSource;

/**
 * The embedded SQLite database: every change goes through one committer, reads go through a few connections of their
 * own.
 *
 * <p>Changes are durable when a method that makes them returns: write-ahead log, {@code synchronous=FULL}. Thread-safe.
 */
final class Database implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Database.class);

    private static final Duration PROBE_WAIT_MAX = Duration.ofSeconds(2);
    private static final Duration PROBE_AGE_MAX = Duration.ofSeconds(10);

    /** How long reads may be held up so that the log can restart; longer than any of them takes (ADR 46). */
    private static final Duration READ_PAUSE_MAX = Duration.ofMillis(200);

    private final StoreDirectory directory;

    /**
     * Only stays open: SQLite deletes the log with the last connection, and then a missing log could not be noticed.
     */
    private final Connection first;

    private final boolean isReadThrough;
    private final Checkpointer checkpointer;
    private final GroupCommitter committer;
    private final ReaderPool readers;

    /** @throws StoreUnusableException when the database cannot be used; the message says why and what to do */
    Database(StoreProperties properties, MeterRegistry meters) {
        this.directory = new StoreDirectory(properties.directory(), properties.acceptLoss());
        SqliteConnections connections = new SqliteConnections(directory.database());
        DatabaseOpening opening = new DatabaseOpening(directory, connections);
        Connection opened = null;
        try {
            opened = opening.open();
            OpenFiles files = directory.markPresent();
            this.isReadThrough = Files.size(directory.database())
                    <= properties.checkSizeMax().toBytes();
            opening.prepare(opened, isReadThrough);
            SQLiteDataSource writing = connections.dataSource();
            GroupCommitter.Connector connector = () -> connect(writing, files);
            this.first = opened;
            this.checkpointer = new Checkpointer(connector);
            this.committer = new GroupCommitter(connector, new CommitMeters(meters, checkpointer));
        } catch (SQLException | IOException | FlywayException e) {
            closeFailed(opened);
            throw StoreFailures.cannotOpen(directory.database(), e);
        } catch (StoreUnusableException e) {
            closeFailed(opened);
            throw e;
        }
        this.readers = new ReaderPool(connections);
        checkpointer.start(this::finishCheckpoint);
        registerSize(meters);
    }

    private static WriterConnection connect(SQLiteDataSource dataSource, OpenFiles files) throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            return new WriterConnection(connection, files, StorePosition.read(connection));
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private void closeFailed(@Nullable Connection opened) {
        try {
            if (opened != null) {
                opened.close();
            }
        } catch (SQLException e) {
            throw StoreFailures.cannotOpen(directory.database(), e);
        } finally {
            directory.close();
        }
    }

    private void registerSize(MeterRegistry meters) {
        Gauge.builder("evidently.store.size", directory, StoreDirectory::size)
                .description("Size of the database file and its write-ahead log")
                .baseUnit("bytes")
                .register(meters);
    }

    /** Returns the database file. */
    public Path file() {
        return directory.database();
    }

    /** Returns a writable directory for files that live as long as the server. */
    public Path temporaryDirectory() {
        return directory.temporary();
    }

    /** Tells whether it is small enough to be read completely at start, to find damage. */
    public boolean isReadThrough() {
        return isReadThrough;
    }

    /** Returns the exception that stops the start when the content is not what was written. */
    public StoreUnusableException damaged(Exception failure) {
        return StoreFailures.damaged(directory.database(), failure);
    }

    /**
     * Makes a change in a transaction of its own and returns when it is on disk.
     *
     * @param committed runs once the change is on disk and before any later change; for caches that must keep up
     * @throws EvidentlyException what the work threw
     * @throws InternalServerException when the database could not commit; nothing was changed
     */
    public <T extends @Nullable Object> T write(WriteTask<T> work, Consumer<? super T> committed) {
        return committer.writeAlone(
                transaction -> {
                    long before = changes(transaction);
                    T result = work.execute(transaction);
                    if (changes(transaction) > before) {
                        StorePosition.countChange(transaction);
                    }
                    return result;
                },
                committed);
    }

    private static long changes(Transaction transaction) throws SQLException {
        try (ResultSet row = transaction.statement("SELECT total_changes()").executeQuery()) {
            return row.getLong(1);
        }
    }

    /**
     * Makes a change together with other waiting ones and returns when it is on disk.
     *
     * @param bytes approximately how much is added
     * @throws EvidentlyException what the work threw
     * @throws InternalServerException when the database could not commit; nothing was changed
     */
    public <T extends @Nullable Object> T append(long bytes, WriteTask<T> work) {
        return committer.write(bytes, work);
    }

    /**
     * Runs queries, each of which sees what was committed when it starts.
     *
     * <p>They must be short, some ten milliseconds: while one runs, the write-ahead log cannot restart.
     *
     * @throws ThrottlingException when too many queries wait
     */
    public <T extends @Nullable Object> T read(Function<JdbcClient, T> query) {
        return readers.read(query);
    }

    /** Runs long work on one of the reading threads, with a connection of its own. */
    void withConnection(ReaderPool.ConnectionWork work) throws SQLException {
        readers.withConnection(work);
    }

    /**
     * Lets the log restart: makes a checkpoint and a commit while there are no reads. If a read takes too long after
     * all, the log keeps growing until the next time.
     */
    private void finishCheckpoint() throws InterruptedException {
        readers.holdUp(READ_PAUSE_MAX, () -> committer.checkpoint(READ_PAUSE_MAX));
    }

    /**
     * Tells whether a change would be committed now; makes a small one when the last one is some time ago or failed.
     */
    public boolean canCommit() {
        return committer.committedWithin(PROBE_AGE_MAX)
                || committer.tryWrite(StorePosition::countChange, PROBE_WAIT_MAX);
    }

    @Override
    public void close() {
        readers.close();
        checkpointer.close();
        committer.close();
        try (first) {
            boolean _ = Checkpointer.emptyLog(first);
            directory.sync();
        } catch (SQLException | IOException e) {
            log.warn("The write-ahead log could not be taken into the database; the next start tries again", e);
        } finally {
            directory.close();
        }
    }
}
