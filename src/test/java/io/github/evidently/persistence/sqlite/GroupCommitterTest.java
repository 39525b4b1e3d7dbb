package io.github.evidently.persistence.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.evidently.error.ConflictException;
import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.ServiceUnavailableException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupCommitterTest {

    @TempDir
    Path directory;

    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

    /** The SQL that fails from now on; empty for none. */
    private volatile String failing = "";

    private StoreDirectory store;
    private Connection first; // Keeps the log.
    private GroupCommitter committer;

    @BeforeEach
    void open() throws SQLException {
        store = new StoreDirectory(directory, false);
        first = connect();
        try (Statement statement = first.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("CREATE TABLE item (n INTEGER)");
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        OpenFiles files = store.markPresent();
        committer = new GroupCommitter(
                () -> {
                    opened.incrementAndGet();
                    return new WriterConnection(faulty(connect()), files, 0);
                },
                new GroupCommitter.Listener() {
                    @Override
                    public void committed(Duration duration, long bytes) {
                        commits.incrementAndGet();
                    }

                    @Override
                    public void failed() {
                        failures.incrementAndGet();
                    }
                });
    }

    @AfterEach
    void close() throws SQLException {
        committer.close();
        first.close();
        store.close();
        callers.close();
    }

    @Test
    void whatReturnedIsThereForOthers() throws SQLException {
        assertThat(committer.write(1, insert(7))).isEqualTo(1);

        assertThat(items()).containsExactly(7);
    }

    @Test
    void commitsWhatWaitsTogether() throws Exception {
        CountDownLatch release = holdCommitter();
        List<Future<Integer>> writes = new ArrayList<>();
        for (int n = 0; n < 20; n++) {
            writes.add(submit(n));
        }
        awaitWaiting(20);
        int before = commits.get();
        release.countDown();
        for (Future<Integer> write : writes) {
            assertThat(write.get()).isEqualTo(1);
        }

        // One for the work that held the committer, one for the twenty.
        assertThat(commits.get() - before).isEqualTo(2);
        assertThat(items()).hasSize(20);
    }

    @Test
    void limitsAGroupByItsTasks() throws Exception {
        assertThat(commitsOfWaiting(4_001, 1)).isEqualTo(2);
    }

    @Test
    void limitsAGroupByItsBytes() throws Exception {
        assertThat(commitsOfWaiting(4, 4L * 1024 * 1024)).isEqualTo(2);
    }

    private int commitsOfWaiting(int count, long bytes) throws Exception {
        CountDownLatch release = holdCommitter();
        List<Future<Integer>> writes = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            int value = n;
            writes.add(callers.submit(() -> committer.write(bytes, insert(value))));
        }
        awaitWaiting(count);
        int before = commits.get();
        release.countDown();
        for (Future<Integer> write : writes) {
            write.get();
        }
        int ofTheHolder = 1;
        return commits.get() - before - ofTheHolder;
    }

    @Test
    void runsWorkThatWantsToBeAloneAloneAndInTurn() throws Exception {
        CountDownLatch release = holdCommitter();
        Future<Integer> first = submit(1);
        awaitWaiting(1);
        List<List<Integer>> seen = new ArrayList<>();
        Future<Integer> alone = callers.submit(() -> committer.writeAlone(insert(2), _ -> seen.add(itemsUnchecked())));
        awaitWaiting(2);
        Future<Integer> last = submit(3);
        release.countDown();
        first.get();
        alone.get();
        last.get();

        // What follows the commit sees all that was before it and nothing that came later.
        assertThat(seen).containsExactly(List.of(1, 2));
        assertThat(items()).containsExactly(1, 2, 3);
    }

    @Test
    void aRefusalFailsItsCallerAlone() throws Exception {
        CountDownLatch release = holdCommitter();
        Future<Integer> good = submit(1);
        Future<Integer> refused = callers.submit(() -> committer.write(1, _ -> {
            throw new ConflictException("taken", "id", "type");
        }));
        Future<Integer> alsoGood = submit(2);
        awaitWaiting(3);
        release.countDown();

        assertThat(good.get()).isEqualTo(1);
        assertThat(alsoGood.get()).isEqualTo(1);
        assertThat(refused)
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .withCauseInstanceOf(ConflictException.class);
        assertThat(items()).containsExactlyInAnyOrder(1, 2);
        assertThat(failures).hasValue(0);
    }

    @Test
    void nobodyOfAGroupIsToldOfSuccessWhenTheCommitFails() throws Exception {
        CountDownLatch release = holdCommitter();
        List<Future<Integer>> writes = new ArrayList<>();
        for (int n = 0; n < 10; n++) {
            writes.add(submit(n));
        }
        awaitWaiting(10);
        failing = "COMMIT";
        release.countDown();

        for (Future<Integer> write : writes) {
            assertThat(write)
                    .failsWithin(Duration.ofSeconds(5))
                    .withThrowableThat()
                    .withCauseInstanceOf(InternalServerException.class)
                    .withMessageContaining("may be sent again");
        }
        assertThat(items()).isEmpty();
        assertThat(committer.committedWithin(Duration.ofHours(1))).isFalse();
    }

    @Test
    void opensAnotherConnectionAfterAFailureAndCommitsAgainByItself() throws SQLException {
        assertThat(opened).hasValue(1);
        failing = "COMMIT";
        assertThatExceptionOfType(InternalServerException.class).isThrownBy(() -> committer.write(1, insert(1)));
        assertThatExceptionOfType(InternalServerException.class).isThrownBy(() -> committer.write(1, insert(2)));
        failing = "";

        assertThat(committer.write(1, insert(3))).isEqualTo(1);

        assertThat(items()).containsExactly(3);
        assertThat(opened).hasValue(3);
        assertThat(failures).hasValue(2);
        assertThat(committer.committedWithin(Duration.ofHours(1))).isTrue();
    }

    @Test
    void writesNothingBehindAFailedTransactionInTheLog() throws Exception {
        Path log = directory.resolve("evidently.db-wal");
        committer.write(1, insert(1));
        long oneTransaction = Files.size(log);
        for (int n = 2; n < 10; n++) {
            committer.write(1, insert(n));
        }
        assertThat(Files.size(log)).isGreaterThan(oneTransaction);
        failing = "COMMIT";
        assertThatExceptionOfType(InternalServerException.class).isThrownBy(() -> committer.write(1, insert(10)));
        failing = "PRAGMA wal_checkpoint(TRUNCATE)";
        assertThatExceptionOfType(InternalServerException.class).isThrownBy(() -> committer.write(1, insert(11)));
        assertThat(committer.committedWithin(Duration.ofHours(1))).isFalse();
        failing = "";

        committer.write(1, insert(12));

        assertThat(Files.size(log)).isEqualTo(oneTransaction);
        assertThat(items()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 12);
    }

    @Test
    void survivesWorkThatThrowsAnything() throws SQLException {
        assertThatExceptionOfType(InternalServerException.class)
                .isThrownBy(() -> committer.write(1, _ -> {
                    throw new StackOverflowError();
                }));

        assertThat(committer.write(1, insert(1))).isEqualTo(1);
    }

    @Test
    void answersAProbe() {
        assertThat(committer.tryWrite(insert(1), Duration.ofSeconds(5))).isTrue();
        failing = "BEGIN IMMEDIATE";
        assertThat(committer.tryWrite(insert(1), Duration.ofSeconds(5))).isFalse();
    }

    @Test
    void commitsWhatWaitsBeforeItCloses() throws Exception {
        CountDownLatch release = holdCommitter();
        Future<Integer> waiting = submit(1);
        awaitWaiting(1);
        Future<?> closing = callers.submit(() -> {
            committer.close();
            return null;
        });
        release.countDown();

        assertThat(waiting.get()).isEqualTo(1);
        closing.get();
        assertThatExceptionOfType(ServiceUnavailableException.class).isThrownBy(() -> committer.write(1, insert(2)));
        assertThat(items()).containsExactly(1);
    }

    private Future<Integer> submit(int n) {
        return callers.submit(() -> committer.write(1, insert(n)));
    }

    /** Keeps the committer at work, so that what is submitted then waits, until the latch is counted down. */
    private CountDownLatch holdCommitter() throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        callers.execute(() -> committer.writeAlone(
                _ -> {
                    held.countDown();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return 0;
                },
                _ -> {}));
        held.await();
        return release;
    }

    private void awaitWaiting(int count) {
        Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> committer.waiting() >= count);
    }

    private static WriteTask<Integer> insert(int n) {
        return transaction -> {
            PreparedStatement statement = transaction.statement("INSERT INTO item VALUES (?)");
            statement.setInt(1, n);
            return statement.executeUpdate();
        };
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("evidently.db"));
    }

    private List<Integer> items() throws SQLException {
        try (Connection connection = connect();
                ResultSet rows = connection.createStatement().executeQuery("SELECT n FROM item ORDER BY rowid")) {
            List<Integer> items = new ArrayList<>();
            while (rows.next()) {
                items.add(rows.getInt(1));
            }
            return items;
        }
    }

    private List<Integer> itemsUnchecked() {
        try {
            return items();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A connection whose statements fail as long as {@link #failing} names their SQL. */
    private Connection faulty(Connection connection) {
        Class<?>[] type = {Connection.class};
        return (Connection) Proxy.newProxyInstance(type[0].getClassLoader(), type, (_, method, arguments) -> {
            try {
                Object result = method.invoke(connection, arguments);
                return method.getName().equals("prepareStatement")
                        ? failingStatement((PreparedStatement) result, (String) arguments[0])
                        : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    private PreparedStatement failingStatement(PreparedStatement statement, String sql) {
        return (PreparedStatement) Proxy.newProxyInstance(
                PreparedStatement.class.getClassLoader(),
                new Class<?>[] {PreparedStatement.class},
                (_, method, arguments) -> {
                    if (method.getName().startsWith("execute") && sql.equals(failing)) {
                        throw new SQLException("planted: disk I/O error");
                    }
                    try {
                        return method.invoke(statement, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
