package io.github.evidently.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.evidently.error.ValidationException;
import io.github.evidently.store.Database;
import io.github.evidently.store.DatabaseFixture;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678901234Z");

    @TempDir
    Path directory;

    private Database database;
    private Catalog<Thing> things;

    record Thing(String project, String name, int size, Instant time, Map<String, String> tags)
            implements CatalogEntry<Thing> {

        Thing(String project, String name, int size) {
            this(project, name, size, NOW, Map.of());
        }

        @Override
        public Thing withTags(Map<String, String> tags, Instant now) {
            return new Thing(project, name, size, now, tags);
        }
    }

    @BeforeEach
    void open() {
        database = DatabaseFixture.open(directory);
        things = catalog("thing");
    }

    @AfterEach
    void close() throws SQLException {
        database.close();
    }

    @Test
    void findsWhatWasSaved() {
        Thing thing = new Thing("p", "a", 1);

        assertThat(things.save(() -> thing)).isSameAs(thing);
        assertThat(things.find("p", "a")).contains(thing);
        assertThat(things.find("p", "b")).isEmpty();
        assertThat(things.find("q", "a")).isEmpty();
    }

    @Test
    void replacesWhatHasTheSameName() {
        save("p", "a", 1);
        save("p", "a", 2);

        assertThat(things.stream("p")).extracting(Thing::size).containsExactly(2);
    }

    @Test
    void removesOneOnly() {
        save("p", "a", 1);
        save("p", "b", 1);
        save("q", "a", 1);

        things.remove(() -> things.find("p", "a").orElseThrow());

        assertThat(things.stream())
                .extracting(Thing::project, Thing::name)
                .containsExactly(tuple("p", "b"), tuple("q", "a"));
    }

    @Test
    void keepsTheOrderOfNamesWithinAProject() {
        for (String name : List.of("b", "a10", "a", "B", "a-1", "c")) {
            save("p", name, 1);
        }
        save("o", "z", 1);
        save("p-", "0", 1);
        save("q", "0", 1);

        assertThat(things.list("p", null, 100, _ -> true))
                .extracting(Thing::name)
                .containsExactly("B", "a", "a-1", "a10", "b", "c");
        assertThat(things.list("p", "a-1", 2, _ -> true))
                .extracting(Thing::name)
                .containsExactly("a10", "b");
        assertThat(things.list("p", "a-", 2, _ -> true)).extracting(Thing::name).containsExactly("a-1", "a10");
        assertThat(things.list("p", "c", 2, _ -> true)).isEmpty();
        assertThat(things.count("p")).isEqualTo(6);
    }

    @Test
    void appliesTheFilterBeforeTheLimit() {
        for (int i = 0; i < 10; i++) {
            save("p", "t" + i, i);
        }

        assertThat(things.list("p", "t1", 3, thing -> thing.size() % 2 == 0))
                .extracting(Thing::size)
                .containsExactly(2, 4, 6);
    }

    @Test
    void isTheSameAfterTheDatabaseWasOpenedAgain() throws SQLException {
        save("p", "a", 1);
        save("p", "a", 2);
        save("p", "b", 3);
        save("", "account", 4);
        things.save(() -> new Thing("p", "tagged", 5).withTags(Map.of("k", "v \"é\" 😀"), NOW));
        things.remove(() -> things.find("p", "b").orElseThrow());
        catalog("other").save(() -> new Thing("p", "a", 9));
        List<Thing> before = things.stream().toList();

        database.close();
        open();

        assertThat(things.stream()).containsExactlyElementsOf(before).hasSize(3);
        assertThat(catalog("other").stream()).extracting(Thing::size).containsExactly(9);
    }

    @Test
    void changesNothingWhenTheChangeIsRefused() {
        save("p", "a", 1);
        List<String> heard = observe();

        assertThatThrownBy(() -> things.save(() -> {
                    throw ValidationException.field("size", "too large");
                }))
                .isInstanceOf(ValidationException.class);
        assertThatThrownBy(() -> things.remove(() -> {
                    throw ValidationException.field("name", "in use");
                }))
                .isInstanceOf(ValidationException.class);

        assertThat(things.stream()).extracting(Thing::size).containsExactly(1);
        assertThat(heard).isEmpty();
    }

    /** Whoever hears of a change must find it. */
    @Test
    void tellsItsObserverAfterEachChange() {
        List<String> heard = observe();

        save("p", "a", 1);
        save("", "b", 2);
        things.remove(() -> things.find("p", "a").orElseThrow());

        assertThat(heard).containsExactly("p [a]", " [b]", "p []");
    }

    @Test
    void clearsAllOfThemAtOnce() {
        Catalog<Thing> others = catalog("other");
        Catalogs catalogs = new Catalogs(List.of(things, others));
        List<String> heard = new ArrayList<>();
        catalogs.observe(new CatalogObserver() {
            @Override
            public void changed(String project) {
                heard.add(project);
            }

            @Override
            public void cleared() {
                heard.add("cleared " + things.stream().count());
            }
        });
        save("p", "a", 1);
        others.save(() -> new Thing("q", "b", 1));

        database.write(
                transaction -> {
                    catalogs.removeAll(transaction);
                    return "done";
                },
                _ -> catalogs.clear());

        assertThat(heard).containsExactly("p", "q", "cleared 0");
        assertThat(things.stream()).isEmpty();
        assertThat(catalog("thing").stream()).isEmpty();
        assertThat(catalog("other").stream()).isEmpty();
    }

    @Test
    void isFoundByItsKind() {
        Catalogs catalogs = new Catalogs(List.of(things, catalog("other")));

        assertThat(catalogs.find("thing").orElseThrow()).isSameAs(things);
        assertThat(catalogs.find("project")).isEmpty();
    }

    private Catalog<Thing> catalog(String kind) {
        return new Catalog<>(kind, Thing.class, database);
    }

    private void save(String project, String name, int size) {
        Thing _ = things.save(() -> new Thing(project, name, size));
    }

    /** Notes each change with what the observer finds in its project. */
    private List<String> observe() {
        List<String> heard = new ArrayList<>();
        things.observe(new CatalogObserver() {
            @Override
            public void changed(String project) {
                heard.add(
                        project + " " + things.stream(project).map(Thing::name).toList());
            }

            @Override
            public void cleared() {}
        });
        return heard;
    }
}
