package io.github.evidently.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.ThrottlingException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The embedded SQLite database: every change goes through one committer, reads go through a few connections of their
 * own.
 *
 * <p>Changes are durable when a method that makes them returns: write-ahead log, {@code synchronous=FULL}. Thread-safe.
 */
@Component
public class Database implements AutoCloseable {

    private static final String FILE_NAME = "evidently.db";
    private static final String LOCK_NAME = "evidently.lock";

    // Few, because a query holds a processor: SQLite runs inside this process.
    private static final int READERS = 4;
    private static final int WAITING_READS_MAX = 200;

    private static final Duration BUSY_WAIT_MAX = Duration.ofSeconds(5);
    private static final Duration PROBE_WAIT_MAX = Duration.ofSeconds(2);
    private static final Duration PROBE_AGE_MAX = Duration.ofSeconds(10);

    // 32 MB of log between two checkpoints: SQLite's default of 4 MB would sync the database ten times a second.
    private static final int CHECKPOINT_PAGES = 8_000;

    private final Path file;
    private final FileChannel lock;
    private final GroupCommitter committer;
    private final HikariDataSource readerConnections;
    private final JdbcClient reader;
    private final ThreadPoolExecutor readers;

    /** @throws StoreUnusableException when the database cannot be used; says why and what to do */
    Database(StoreProperties properties, MeterRegistry meters) {
        Path directory = properties.directory();
        this.file = directory.resolve(FILE_NAME);
        this.lock = lock(directory);
        try {
            migrate();
            SQLiteDataSource writing = dataSource();
            this.committer = new GroupCommitter(() -> new WriterConnection(writing.getConnection()), listener(meters));
        } catch (SQLException | FlywayException e) {
            releaseLock();
            throw unusable(e);
        }
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

    /** The database file. */
    public Path file() {
        return file;
    }

    /**
     * Makes a change in a transaction of its own and returns when it is on disk.
     *
     * @param committed runs once the change is on disk and before any later change; for caches that must keep up
     * @throws EvidentlyException what the work threw
     * @throws InternalServerException when the database could not commit; nothing was changed
     */
    public <T extends @Nullable Object> T write(Work<T> work, Consumer<? super T> committed) {
        return committer.writeAlone(work, committed);
    }

    /**
     * Makes a change together with others that wait and returns when it is on disk.
     *
     * @param rows how many rows are added
     * @param bytes about how large they are together
     * @throws EvidentlyException what the work threw
     * @throws InternalServerException when the database could not commit; nothing was changed
     */
    public <T extends @Nullable Object> T append(int rows, long bytes, Work<T> work) {
        return committer.write(rows, bytes, work);
    }

    /**
     * Runs queries, all of which see what was committed when they start.
     *
     * @throws ThrottlingException when too many queries wait
     */
    public <T extends @Nullable Object> T read(Function<JdbcClient, T> query) {
        try {
            return readers.submit(() -> query.apply(reader)).get();
        } catch (RejectedExecutionException e) {
            throw new ThrottlingException("Rate exceeded", Duration.ofSeconds(1));
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InternalServerException("The request was interrupted");
        }
    }

    /** Whether a change would be committed now; makes a small one when the last is some time ago or failed. */
    public boolean canCommit() {
        return committer.committedWithin(PROBE_AGE_MAX)
                || committer.tryWrite(
                        transaction -> transaction
                                .statement("UPDATE store_probe SET count = count + 1")
                                .executeUpdate(),
                        PROBE_WAIT_MAX);
    }

    @Override
    public void close() throws SQLException {
        readers.shutdown();
        readerConnections.close();
        committer.close();
        releaseLock();
    }

    private void migrate() {
        Flyway.configure()
                .dataSource(dataSource())
                .locations("classpath:db/migration")
                // A schema from the future must stop the start, not be overlooked.
                .ignoreMigrationPatterns(new String[0])
                .load()
                .migrate();
    }

    private SQLiteDataSource dataSource() {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setBusyTimeout((int) BUSY_WAIT_MAX.toMillis());
        config.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, Integer.toString(CHECKPOINT_PAGES));
        SQLiteDataSource dataSource = new SQLiteDataSource(config);
        dataSource.setUrl("jdbc:sqlite:" + file);
        return dataSource;
    }

    private static GroupCommitter.Listener listener(MeterRegistry meters) {
        Timer commits = Timer.builder("evidently.commit")
                .description("Time from the start of a transaction until it is on disk")
                .publishPercentiles(0.5, 0.99, 0.999)
                .register(meters);
        Counter failures = Counter.builder("evidently.commit.failures")
                .description("Transactions that could not be committed; nothing of them was acknowledged")
                .register(meters);
        return new GroupCommitter.Listener() {
            @Override
            public void committed(Duration duration) {
                commits.record(duration);
            }

            @Override
            public void failed() {
                failures.increment();
            }
        };
    }

    private FileChannel lock(Path directory) {
        Path lockFile = directory.resolve(LOCK_NAME);
        FileChannel channel;
        try {
            Files.createDirectories(directory);
            channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new StoreUnusableException(
                    "The store directory " + directory.toAbsolutePath() + " cannot be written: " + reason(e) + ".",
                    "Let the server's user write there, or set evidently.store.directory"
                            + " (EVIDENTLY_STORE_DIRECTORY) to a directory where it can.",
                    e);
        }
        try {
            FileLock held = channel.tryLock();
            if (held != null) {
                return channel;
            }
            channel.close();
        } catch (IOException | OverlappingFileLockException e) {
            throw inUse(lockFile, e);
        }
        throw inUse(lockFile, new IOException("the lock is held by another process"));
    }

    private static StoreUnusableException inUse(Path lockFile, Exception cause) {
        return new StoreUnusableException(
                "Another server uses this store: the lock " + lockFile.toAbsolutePath() + " is taken.",
                "Stop the other server, or give this one a directory of its own by evidently.store.directory"
                        + " (EVIDENTLY_STORE_DIRECTORY).",
                cause);
    }

    private StoreUnusableException unusable(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLiteException e
                    && (e.getResultCode() == SQLiteErrorCode.SQLITE_NOTADB
                            || e.getResultCode() == SQLiteErrorCode.SQLITE_CORRUPT)) {
                return new StoreUnusableException(
                        "The file " + file.toAbsolutePath() + " is damaged or is no SQLite database.",
                        "Restore it from a backup, or move it away to start without data.",
                        failure);
            }
        }
        return new StoreUnusableException(
                "The database " + file.toAbsolutePath() + " cannot be opened: " + reason(failure) + ".",
                "See that the server's user can write the file and its directory, that the disk has room, and that no"
                        + " newer version of the server has written it.",
                failure);
    }

    private static String reason(Exception failure) {
        String message = failure.getMessage();
        String detail = message == null ? "" : " " + message.lines().findFirst().orElse("");
        return failure.getClass().getSimpleName() + detail;
    }

    private void releaseLock() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new IllegalStateException("the lock of the store cannot be released", e);
        }
    }
}
