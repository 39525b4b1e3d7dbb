package io.github.evidently.persistence.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.persistence.StoreProperties;
import io.github.evidently.persistence.TallyStore.Content;
import io.github.evidently.persistence.TallyStore.ExecutionKey;
import io.github.evidently.persistence.TallyStore.TallyEntry;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresqlTallyStoreTest {

    private static final Instant TIME = Instant.ofEpochMilli(1_769_860_800_123L);
    private static final ExecutionKey KEY = new ExecutionKey(7, "x", TIME, TIME.plusMillis(1));

    private final StoreProperties properties = PostgresqlServer.newStore();
    private ConnectionPool pool;
    private PostgresqlTallyStore store;

    @BeforeEach
    void open() {
        new SchemaMigration(new PostgresqlConnections(properties, SessionLimits.MIGRATION)).migrate();
        pool = new ConnectionPool(new PostgresqlConnections(properties, SessionLimits.POOL), 4);
        store = new PostgresqlTallyStore(pool);
    }

    @AfterEach
    void close() {
        pool.close();
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
        store.write(entry, 0, 1, false, new byte[] {1}, Map.of(0, new byte[] {10}, 1, new byte[] {11}), true);
        store.write(entry, 1, 1, true, new byte[] {2}, Map.of(1, new byte[] {21}), false);

        Content content = read(store, entry);
        assertThat(content.head()).containsExactly(2);
        assertThat(content.parts().get(0)).containsExactly(10);
        assertThat(content.parts().get(1)).containsExactly(21);
        assertThat(store.list().getFirst().closed()).isTrue();
        assertThat(store.read(entry, 2)).isNull();
    }

    @Test
    void forgetsWhatIsVoid() {
        TallyEntry entry = store.create(KEY, 0);
        store.write(entry, 0, 1, false, new byte[] {1}, Map.of(0, new byte[] {10}), true);
        store.write(entry, 1, 1, false, new byte[] {2}, Map.of(1, new byte[] {21}), true);

        assertThat(read(store, entry).parts()).containsOnlyKeys(1);
        store.delete(entry);
        assertThat(store.list()).isEmpty();
        assertThat(PostgresqlServer.count(properties, "result_tally_part")).isZero();
    }

    @Test
    void writesLargeTallies() {
        TallyEntry entry = store.create(KEY, 0);
        byte[] large = new byte[400 * 1024];
        store.write(entry, 0, 1, false, new byte[] {1}, Map.of(0, large, 1, large, 2, large, 3, large), true);

        assertThat(read(store, entry).parts()).hasSize(4);
    }

    @Test
    void aTallyThatTwoNodesBeginIsOne() {
        TallyEntry first = store.create(KEY, 42);

        assertThat(new PostgresqlTallyStore(pool).create(KEY, 50)).isEqualTo(first);
        assertThat(store.list()).containsExactly(first);
    }

    /** Parts that fit what this node wrote do not fit what another one has written since. */
    @Test
    void doesNotMixWhatTwoNodesHaveWritten() {
        PostgresqlTallyStore other = new PostgresqlTallyStore(pool);
        TallyEntry entry = store.create(KEY, 0);
        store.write(entry, 0, 1, false, new byte[] {1}, Map.of(0, new byte[] {10}, 1, new byte[] {11}), true);
        other.write(entry, 1, 1, false, new byte[] {2}, Map.of(0, new byte[] {20}, 1, new byte[] {21}), true);
        assertThat(store.write(entry, 1, 1, false, new byte[] {3}, Map.of(1, new byte[] {31}), false))
                .isFalse();

        Content content = read(other, entry);
        assertThat(content.head()).containsExactly(2);
        assertThat(content.parts().get(0)).containsExactly(20);
        assertThat(content.parts().get(1)).containsExactly(21);

        store.write(entry, 2, 1, false, new byte[] {4}, Map.of(5, new byte[] {40}), true);
        assertThat(read(store, entry).parts()).containsOnlyKeys(5);
    }

    @Test
    void goesOnWithWhatAnEarlierRunHasWritten() {
        TallyEntry entry = store.create(KEY, 0);
        store.write(entry, 0, 1, false, new byte[] {1}, Map.of(0, new byte[] {10}, 1, new byte[] {11}), true);

        PostgresqlTallyStore restarted = new PostgresqlTallyStore(pool);
        assertThat(read(restarted, entry).parts()).containsOnlyKeys(0, 1);
        restarted.write(entry, 1, 1, false, new byte[] {2}, Map.of(1, new byte[] {21}), false);

        assertThat(read(store, entry).head()).containsExactly(2);
    }

    private static Content read(PostgresqlTallyStore store, TallyEntry entry) {
        return Objects.requireNonNull(store.read(entry, 1));
    }
}
