package io.github.evidently.persistence.sqlite;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.ThrottlingException;
import io.github.evidently.persistence.StoreProperties;
import io.github.evidently.persistence.StoreUnusableException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteOpenMode;

/**
 * The embedded SQLite database: every change goes through one committer, reads go through a few connections of their
 * own.
 *
 * <p>Changes are durable when a method that makes them returns: write-ahead log, {@code synchronous=FULL}. Thread-safe.
 */
final class Database implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Database.class);

    // Few, because a query holds a processor: SQLite runs inside this process.
    private static final int READERS = 4;
    private static final int WAITING_READS_MAX = 200;

    private static final Duration BUSY_WAIT_MAX = Duration.ofSeconds(5);
    private static final Duration PROBE_WAIT_MAX = Duration.ofSeconds(2);
    private static final Duration PROBE_AGE_MAX = Duration.ofSeconds(10);

    // Twice SQLite's default: a tenth more events per second where requests bring single ones, nothing lost elsewhere.
    static final int PAGE_SIZE = 8_192;

    /**
     * Grows with every change that is acknowledged: each event has a sequence, and each change of anything else is counted.
     * The count needs a page of its own in the log, which events must not pay for (ADR 34).
     */
    private static final String POSITION = "SELECT store_probe.count + max(removed_event.last_sequence,"
            + " (SELECT coalesce(max(last_sequence), 0) FROM event_batch)) FROM removed_event, store_probe";

    private static final String HAS_POSITION =
            "SELECT count(*) = 3 FROM sqlite_schema" + " WHERE name IN ('event_batch', 'removed_event', 'store_probe')";

    private static final String COUNT_CHANGE = "UPDATE store_probe SET count = count + 1";

    /** How long reads may be held up so that the log can restart; longer than any of them takes (ADR 46). */
    private static final Duration READ_PAUSE_MAX = Duration.ofMillis(200);

    private final StoreDirectory directory;

    /** Shared by readers, held exclusively while the log restarts. */
    private final ReentrantReadWriteLock snapshots = new ReentrantReadWriteLock();

    /**
     * Only stays open: SQLite deletes the log with the last connection, and then a missing log could not be noticed.
     */
    private final Connection first;

    private final boolean isReadThrough;
    private final Checkpointer checkpointer;
    private final GroupCommitter committer;
    private final HikariDataSource readerConnections;
    private final JdbcClient reader;
    private final ThreadPoolExecutor readers;

    /** @throws StoreUnusableException when the database cannot be used; the message says why and what to do */
    Database(StoreProperties properties, MeterRegistry meters) {
        this.directory = new StoreDirectory(properties.directory(), properties.acceptLoss());
        Connection opened = null;
        try {
            requireReadableLog();
            SqliteLibrary.load(directory.temporary());
            opened = openFirst();
            directory.markPresent();
            this.isReadThrough = Files.size(directory.database())
                    <= properties.checkSizeMax().toBytes();
            if (isReadThrough) {
                requireIntact(opened);
            }
            migrate(opened);
            renewIdentity(opened);
            SQLiteDataSource writing = dataSource();
            GroupCommitter.Connector connector = () -> connect(writing, directory);
            this.first = opened;
            this.checkpointer = new Checkpointer(connector);
            this.committer = new GroupCommitter(connector, listener(meters));
        } catch (SQLException | IOException | FlywayException e) {
            closeFailed(opened);
            throw unusable(e);
        } catch (StoreUnusableException e) {
            closeFailed(opened);
            throw e;
        }
        checkpointer.start(this::finishCheckpoint);
        registerSize(meters);
        HikariConfig config = new HikariConfig();
        config.setPoolName("evidently-readers");
        config.setDataSource(dataSource());
        config.setConnectionInitSql("PRAGMA query_only = true");
        config.setMaximumPoolSize(READERS);
        config.setMinimumIdle(1);
        this.readerConnections = new HikariDataSource(config);
        this.reader = JdbcClient.create(readerConnections);
        // Platform threads: a query is native code and would hold on to a carrier of the virtual threads.
        this.readers = new ThreadPoolExecutor(
                READERS,
                READERS,
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(WAITING_READS_MAX),
                Thread.ofPlatform().name("evidently-reader-", 0).factory());
        this.readers.allowCoreThreadTimeOut(true);
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
        return new StoreUnusableException(
                "The file " + directory.database().toAbsolutePath() + " is damaged or is no SQLite database.",
                "Restore it from a backup, or delete the files evidently.* beside it to start without data.",
                failure);
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
                        countChange(transaction);
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

    private static int countChange(Transaction transaction) throws SQLException {
        transaction.advance(1);
        return transaction.statement(COUNT_CHANGE).executeUpdate();
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
        try {
            return onReader(() -> {
                snapshots.readLock().lock();
                try {
                    return query.apply(reader);
                } finally {
                    snapshots.readLock().unlock();
                }
            });
        } catch (SQLException e) {
            throw new IllegalStateException(e); // Spring's client has its own.
        }
    }

    /**
     * Lets the log restart: makes a checkpoint and a commit while there are no reads. If a read takes too long after
     * all, the log keeps growing until the next time.
     */
    private void finishCheckpoint() throws InterruptedException {
        boolean isQuiet = snapshots.writeLock().tryLock(READ_PAUSE_MAX.toNanos(), TimeUnit.NANOSECONDS);
        try {
            committer.checkpoint(READ_PAUSE_MAX);
        } finally {
            if (isQuiet) {
                snapshots.writeLock().unlock();
            }
        }
    }

    /** Runs long work on one of the reading threads, with a connection of its own. */
    void withConnection(ConnectionWork work) throws SQLException {
        onReader(() -> {
            try (Connection connection = dataSource().getConnection()) {
                work.execute(connection);
            }
            return 0;
        });
    }

    /** The work that {@link #withConnection} runs. */
    interface ConnectionWork {
        void execute(Connection connection) throws SQLException;
    }

    private <T extends @Nullable Object> T onReader(Callable<T> task) throws SQLException {
        try {
            return readers.submit(task).get();
        } catch (RejectedExecutionException e) {
            throw new ThrottlingException("Rate exceeded", Duration.ofSeconds(1));
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case SQLException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InternalServerException("The request was interrupted");
        }
    }

    /**
     * Tells whether a change would be committed now; makes a small one when the last one is some time ago or failed.
     */
    public boolean canCommit() {
        return committer.committedWithin(PROBE_AGE_MAX) || committer.tryWrite(Database::countChange, PROBE_WAIT_MAX);
    }

    @Override
    public void close() {
        readers.shutdown();
        readerConnections.close();
        checkpointer.close();
        committer.close();
        try (first) {
            boolean _ = emptyLog(first);
            directory.sync();
        } catch (SQLException | IOException e) {
            log.warn("The write-ahead log could not be taken into the database; the next start tries again", e);
        } finally {
            directory.close();
        }
    }

    /**
     * Gives the database another identity than all copies of earlier runs, and empties the log, which is that of the
     * last run.
     */
    private void renewIdentity(Connection opened) throws SQLException, IOException {
        if (!emptyLog(opened)) {
            return; // Another program is reading.
        }
        int next = StoreIdentity.next();
        directory.prepareIdentity(next);
        StoreIdentity.write(opened, next);
        if (emptyLog(opened)) {
            directory.confirmIdentity();
        }
    }

    /** Copies the whole log into the database; returns whether that succeeded. */
    private static boolean emptyLog(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
            return result.getInt(1) == 0;
        }
    }

    private void closeFailed(@Nullable Connection opened) {
        try {
            if (opened != null) {
                opened.close();
            }
        } catch (SQLException e) {
            throw unusable(e);
        } finally {
            directory.close();
        }
    }

    /** Opens or creates the database, so that there is a log. Its page size cannot be set once it has a log. */
    private Connection openFirst() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setPageSize(PAGE_SIZE);
        config.setBusyTimeout((int) BUSY_WAIT_MAX.toMillis());
        Connection connection = config.createConnection("jdbc:sqlite:" + directory.database());
        try (Statement statement = connection.createStatement()) {
            requireOurs(statement);
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("SELECT count(*) FROM sqlite_schema");
            return connection;
        } catch (SQLException | StoreUnusableException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Requires that the database is ours: if it has tables, it has that of Flyway, which is created before all others.
     */
    private void requireOurs(Statement statement) throws SQLException {
        try (ResultSet others = statement.executeQuery("SELECT count(*) FROM sqlite_schema"
                + " WHERE type = 'table' HAVING max(name = 'flyway_schema_history') = 0")) {
            if (others.next()) {
                throw new StoreUnusableException(
                        "The database " + directory.database().toAbsolutePath() + " is of another program.",
                        "Set evidently.store.directory (EVIDENTLY_STORE_DIRECTORY) to a directory of the server's own.",
                        null);
            }
        }
    }

    /** Requires that the log can be read: SQLite would skip the part that it cannot read. */
    private void requireReadableLog() throws IOException {
        if (Files.exists(directory.log()) && LogCheck.isDamaged(directory.log())) {
            throw new StoreUnusableException(
                    "The write-ahead log " + directory.log().toAbsolutePath()
                            + " is damaged: events that were acknowledged cannot be read.",
                    "Restore the database from a backup, or delete the files evidently.* beside it to start without data.",
                    null);
        }
    }

    /** Checks the structure of the file for damage. */
    private void requireIntact(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("PRAGMA quick_check(1)")) {
            if (!result.getString(1).equals("ok")) {
                throw damaged(new SQLException(result.getString(1)));
            }
        }
    }

    private static WriterConnection connect(SQLiteDataSource dataSource, StoreDirectory directory) throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            return new WriterConnection(connection, directory, position(connection));
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Returns the position that the database has reached; 0 while it has no tables. */
    private static long position(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return number(statement, HAS_POSITION) == 0 ? 0 : number(statement, POSITION);
        }
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            return row.getLong(1);
        }
    }

    /**
     * Migrates the schema. Before that, the database must have what was acknowledged: a log put back later would not
     * fit.
     */
    private void migrate(Connection opened) throws SQLException {
        Flyway flyway = Flyway.configure()
                .dataSource(dataSource())
                .locations("classpath:db/migration")
                // A schema from a later version must stop the start, not be overlooked.
                .ignoreMigrationPatterns(new String[0])
                .load();
        try {
            directory.requireReached(position(opened));
            flyway.migrate();
        } catch (StoreUnusableException | FlywayException e) {
            requireNotNewer(flyway.info().all());
            throw e;
        }
    }

    private void requireNotNewer(MigrationInfo[] migrations) {
        MigrationVersion known = MigrationVersion.EMPTY;
        MigrationVersion applied = MigrationVersion.EMPTY;
        for (MigrationInfo migration : migrations) { // In the order of their versions.
            if (migration.getState().isResolved()) {
                known = migration.getVersion();
            }
            if (migration.getState().isApplied()) {
                applied = migration.getVersion();
            }
        }
        if (applied.compareTo(known) > 0) {
            throw new StoreUnusableException(
                    "The database " + directory.database().toAbsolutePath()
                            + " was written by a newer version of the server: its schema has version " + applied
                            + ", and this server knows versions up to " + known + ".",
                    "Start the newer version, restore a backup from before the upgrade, or set evidently.store.directory"
                            + " (EVIDENTLY_STORE_DIRECTORY) to another directory.",
                    null);
        }
    }

    private SQLiteDataSource dataSource() {
        SQLiteConfig config = new SQLiteConfig();
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setBusyTimeout((int) BUSY_WAIT_MAX.toMillis());
        config.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, "0"); // See Checkpointer.
        config.setJournalSizeLimit(StoreDirectory.LOG_SIZE_KEPT_MAX);
        config.setGetGeneratedKeys(false); // Costs a query for each insert.
        SQLiteDataSource dataSource = new SQLiteDataSource(config);
        dataSource.setUrl("jdbc:sqlite:" + directory.database());
        return dataSource;
    }

    private void registerSize(MeterRegistry meters) {
        Gauge.builder("evidently.store.size", directory, StoreDirectory::size)
                .description("Size of the database file and its write-ahead log")
                .baseUnit("bytes")
                .register(meters);
    }

    private GroupCommitter.Listener listener(MeterRegistry meters) {
        Timer commits = Timer.builder("evidently.commit")
                .description("Time from the start of a transaction until it is on disk")
                .publishPercentiles(0.5, 0.99, 0.999)
                .register(meters);
        Counter failures = Counter.builder("evidently.commit.failures")
                .description("Transactions that could not be committed; nothing of them was acknowledged")
                .register(meters);
        return new GroupCommitter.Listener() {
            @Override
            public void committed(Duration duration, long bytes) {
                commits.record(duration);
                checkpointer.committed(bytes);
            }

            @Override
            public void failed() {
                failures.increment();
            }
        };
    }

    private StoreUnusableException unusable(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLiteException e
                    && (e.getResultCode() == SQLiteErrorCode.SQLITE_NOTADB
                            || e.getResultCode() == SQLiteErrorCode.SQLITE_CORRUPT)) {
                return damaged(failure);
            }
        }
        return new StoreUnusableException(
                "The database " + directory.database().toAbsolutePath() + " cannot be opened: "
                        + StoreUnusableException.reason(failure) + ".",
                "See that the server's user can write the file and its directory, and that the disk has room.",
                failure);
    }
}
