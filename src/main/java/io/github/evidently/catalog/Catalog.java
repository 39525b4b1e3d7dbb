package io.github.evidently.catalog;

import io.github.evidently.store.Database;
import io.github.evidently.store.Transaction;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * All resources of one kind, in the database and in memory.
 *
 * <p>Changes of all catalogs and of the projects happen one after the other, each with the checks that it depends on: of
 * two that contradict each other, the later one sees the earlier one. They are on disk when a method returns, and every
 * later call sees them. Thread-safe.
 */
public final class Catalog<T extends CatalogEntry<T>> {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** In the order of projects, then names. */
    private record Key(String project, String name) implements Comparable<Key> {

        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::project).thenComparing(Key::name);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    private final String kind;
    private final Database database;
    private final ConcurrentNavigableMap<Key, T> entries = new ConcurrentSkipListMap<>();
    private volatile CatalogObserver observer = CatalogObserver.NOBODY;

    /**
     * Reads the catalog from the database.
     *
     * @param kind what its resources are called in ARNs, for example {@code feature}
     */
    public Catalog(String kind, Class<T> type, Database database) {
        this.kind = kind;
        this.database = database;
        List<String> documents = database.read(client -> client.sql("SELECT document FROM resource WHERE kind = :kind")
                .param("kind", kind)
                .query(String.class)
                .list());
        for (String document : documents) {
            put(MAPPER.readValue(document, type));
        }
    }

    /** What its resources are called in ARNs. */
    public String kind() {
        return kind;
    }

    /** The resource of that name. */
    public Optional<T> find(String project, String name) {
        return Optional.ofNullable(entries.get(new Key(project, name)));
    }

    /** The resources of a project in the order of their names. */
    public Stream<T> stream(String project) {
        return after(project, "");
    }

    /** All resources. */
    public Stream<T> stream() {
        return entries.values().stream();
    }

    /** How many resources a project has. */
    public long count(String project) {
        return stream(project).count();
    }

    /**
     * Resources of a project in the order of their names.
     *
     * @param after the name that comes before the first one wanted; null to start with the first of all
     * @param limit how many at most
     */
    public List<T> list(String project, @Nullable String after, int limit, Predicate<? super T> filter) {
        return after(project, after == null ? "" : after)
                .filter(filter)
                .limit(limit)
                .toList();
    }

    private Stream<T> after(String project, String name) {
        return entries.tailMap(new Key(project, name), false).values().stream()
                .takeWhile(entry -> entry.project().equals(project));
    }

    /**
     * Adds or replaces a resource.
     *
     * @param change makes it of the state that it finds and refuses what contradicts that state; runs on the committer's
     *     thread and must not block
     * @return what the change made
     */
    public T save(Supplier<T> change) {
        return database.write(transaction -> save(transaction, change.get()), saved -> {
            put(saved);
            observer.changed(saved.project());
        });
    }

    /**
     * Removes a resource.
     *
     * @param choice finds it, or refuses; as the change of {@link #save}
     */
    public void remove(Supplier<T> choice) {
        database.write(transaction -> remove(transaction, choice.get()), removed -> {
            entries.remove(key(removed));
            observer.changed(removed.project());
        });
    }

    private T save(Transaction transaction, T entry) throws SQLException {
        PreparedStatement upsert = transaction.statement("""
                INSERT INTO resource (kind, project, name, document) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET document = excluded.document
                """);
        setKey(upsert, entry);
        upsert.setString(4, MAPPER.writeValueAsString(entry));
        upsert.executeUpdate();
        return entry;
    }

    private T remove(Transaction transaction, T entry) throws SQLException {
        PreparedStatement delete =
                transaction.statement("DELETE FROM resource WHERE kind = ? AND project = ? AND name = ?");
        setKey(delete, entry);
        delete.executeUpdate();
        return entry;
    }

    private void setKey(PreparedStatement statement, T entry) throws SQLException {
        statement.setString(1, kind);
        statement.setString(2, entry.project());
        statement.setString(3, entry.name());
    }

    void observe(CatalogObserver observer) {
        this.observer = observer;
    }

    void clear() {
        entries.clear();
    }

    void clear(String project) {
        stream(project).map(this::key).toList().forEach(entries::remove);
    }

    private void put(T entry) {
        entries.put(key(entry), entry);
    }

    private Key key(T entry) {
        return new Key(entry.project(), entry.name());
    }
}
