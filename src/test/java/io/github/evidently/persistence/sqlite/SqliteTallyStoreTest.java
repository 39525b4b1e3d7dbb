package io.github.evidently.persistence.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.persistence.TallyStore.Content;
import io.github.evidently.persistence.TallyStore.ExecutionKey;
import io.github.evidently.persistence.TallyStore.TallyEntry;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteTallyStoreTest {

    private static final Instant TIME = Instant.ofEpochMilli(1_769_860_800_123L);
    private static final ExecutionKey KEY = new ExecutionKey(7, "x", TIME, TIME.plusMillis(1));

    @TempDir
    Path directory;

    private Database database;
    private SqliteTallyStore store;

    @BeforeEach
    void open() {
        database = DatabaseFixture.open(directory);
        store = new SqliteTallyStore(database);
    }

    @AfterEach
    void close() throws SQLException {
        database.close();
    }

    @Test
    void remembersWhereAnExperimentBegins() {
        TallyEntry entry = store.create(KEY, 42);

        assertThat(entry.firstSequence()).isEqualTo(42);
        assertThat(store.list()).containsExactly(entry);
        assertThat(store.read(entry, 1)).isNull();
    }

    @Test
    void keepsPartsThatHaveNotChanged() {
        TallyEntry entry = store.create(KEY, 0);
        write(entry, 0, false, new byte[] {1}, Map.of(0, new byte[] {10}, 1, new byte[] {11}), true);
        write(entry, 1, true, new byte[] {2}, Map.of(1, new byte[] {21}), false);

        Content content = Objects.requireNonNull(store.read(entry, 1));
        assertThat(content.head()).containsExactly(2);
        assertThat(content.parts().get(0)).containsExactly(10);
        assertThat(content.parts().get(1)).containsExactly(21);
        assertThat(store.list().getFirst().closed()).isTrue();
        assertThat(store.read(entry, 2)).isNull();
        assertThat(parts()).isEqualTo(2);
    }

    @Test
    void forgetsWhatIsVoid() {
        TallyEntry entry = store.create(KEY, 0);
        write(entry, 0, false, new byte[] {1}, Map.of(0, new byte[] {10}), true);
        write(entry, 1, false, new byte[] {2}, Map.of(1, new byte[] {21}), true);

        assertThat(Objects.requireNonNull(store.read(entry, 1)).parts()).containsOnlyKeys(1);
        store.delete(entry);
        assertThat(store.list()).isEmpty();
        assertThat(parts()).isZero();
    }

    /** The head is written last: parts of an attempt that a kill cut short do not count, and the next attempt removes them. */
    @Test
    void overlooksWhatWasNotWrittenCompletely() {
        TallyEntry entry = store.create(KEY, 0);
        write(entry, 0, false, new byte[] {1}, Map.of(0, new byte[] {10}), true);
        database.append(0, transaction -> {
            PreparedStatement insert =
                    transaction.statement("INSERT INTO result_tally_part VALUES (?, 0, 2, x'63'), (?, 5, 2, x'63')");
            insert.setLong(1, entry.id());
            insert.setLong(2, entry.id());
            return insert.executeUpdate();
        });

        Content content = Objects.requireNonNull(store.read(entry, 1));
        assertThat(content.parts()).containsOnlyKeys(0);
        assertThat(content.parts().get(0)).containsExactly(10);
        write(entry, 1, false, new byte[] {2}, Map.of(1, new byte[] {21}), false);
        assertThat(Objects.requireNonNull(store.read(entry, 1)).parts()).containsOnlyKeys(0, 1);
    }

    @Test
    void writesLargeTalliesInSeveralTransactions() {
        TallyEntry entry = store.create(KEY, 0);
        byte[] large = new byte[400 * 1024];
        write(entry, 0, false, new byte[] {1}, Map.of(0, large, 1, large, 2, large, 3, large), true);

        assertThat(Objects.requireNonNull(store.read(entry, 1)).parts()).hasSize(4);
    }

    @Test
    void refusesWhatIsBasedOnAnotherGeneration() {
        TallyEntry entry = store.create(KEY, 0);
        write(entry, 0, false, new byte[] {1}, Map.of(0, new byte[] {10}), true);
        assertThat(store.generation(entry)).isEqualTo(1);

        for (long wrong : new long[] {0, 2}) {
            assertThat(store.write(entry, wrong, 1, true, new byte[] {9}, Map.of(0, new byte[] {90}), true))
                    .isFalse();
        }

        Content content = Objects.requireNonNull(store.read(entry, 1));
        assertThat(content.generation()).isEqualTo(1);
        assertThat(content.head()).containsExactly(1);
        assertThat(content.parts().get(0)).containsExactly(10);
        assertThat(store.list().getFirst().closed()).isFalse();
    }

    @Test
    void writesNothingOfATallyThatWasDeleted() {
        TallyEntry entry = store.create(KEY, 0);
        store.delete(entry);

        assertThat(store.write(entry, 0, 1, false, new byte[] {1}, Map.of(0, new byte[] {10}), true))
                .isFalse();

        assertThat(parts()).isZero();
    }

    private void write(
            TallyEntry entry, long before, boolean closed, byte[] head, Map<Integer, byte[]> some, boolean isNew) {
        assertThat(store.write(entry, before, 1, closed, head, some, isNew)).isTrue();
    }

    private long parts() {
        return database.read(client -> client.sql("SELECT count(*) FROM result_tally_part")
                .query(Long.class)
                .single());
    }
}
