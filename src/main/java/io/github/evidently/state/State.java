package io.github.evidently.state;

import io.github.evidently.persistence.DocumentKey;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * An immutable snapshot of all resources of the control plane at one version: a change makes another state, which shares what is unchanged.
 *
 * <p>A lookup takes logarithmic time and no lock.
 */
public final class State {

    /** The state before the first change. */
    static final State EMPTY = new State(0, 0, HashTreePMap.empty());

    private static final TreePMap<Place, Entry> NONE = TreePMap.empty();

    private final long version;
    private final long length;
    private final PMap<String, TreePMap<Place, Entry>> byKind;

    /** A resource, and the length of its document. */
    private record Entry(Resource<?> resource, int length) {}

    /** In the order of projects, then names. */
    private record Place(String project, String name) implements Comparable<Place> {

        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::project).thenComparing(Place::name);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    private State(long version, long length, PMap<String, TreePMap<Place, Entry>> byKind) {
        this.version = version;
        this.length = length;
        this.byKind = byKind;
    }

    /** Returns the version of the documents that it was made of. */
    public long version() {
        return version;
    }

    /** Returns the length of all documents together, in characters of JSON. */
    long length() {
        return length;
    }

    /** Finds a resource. */
    public <T extends Resource<T>> Optional<T> find(Kind<T> kind, String project, String name) {
        return Optional.ofNullable(of(kind).get(new Place(project, name)))
                .map(Entry::resource)
                .map(kind.type()::cast);
    }

    /** Streams the resources of a kind in a project in the order of their names. */
    public <T extends Resource<T>> Stream<T> stream(Kind<T> kind, String project) {
        return within(kind, project).values().stream().map(Entry::resource).map(kind.type()::cast);
    }

    /** Streams all resources of a kind in the order of projects, then names. */
    public <T extends Resource<T>> Stream<T> stream(Kind<T> kind) {
        return of(kind).values().stream().map(Entry::resource).map(kind.type()::cast);
    }

    /**
     * Streams the resources of a kind in a project in the order of their names, those after a name.
     *
     * @param after the name that comes before the first one wanted; null to start with the first of all
     */
    public <T extends Resource<T>> Stream<T> streamAfter(Kind<T> kind, String project, @Nullable String after) {
        TreePMap<Place, Entry> ofProject = within(kind, project);
        return (after == null ? ofProject : ofProject.tailMap(new Place(project, after), false))
                .values().stream().map(Entry::resource).map(kind.type()::cast);
    }

    /** Counts the resources of a kind in a project. */
    public int count(Kind<?> kind, String project) {
        return within(kind, project).size();
    }

    /** The projects that have resources, by name; empty for the account. */
    Set<String> projects() {
        Set<String> projects = new HashSet<>();
        byKind.values().forEach(resources -> resources.keySet().forEach(place -> projects.add(place.project())));
        return projects;
    }

    State withVersion(long version) {
        return new State(version, length, byKind);
    }

    State with(Kind<?> kind, Resource<?> resource, int documentLength) {
        Place place = new Place(resource.project(), resource.name());
        TreePMap<Place, Entry> entries = of(kind);
        return with(
                kind.name(),
                entries.plus(place, new Entry(resource, documentLength)),
                documentLength - lengthOf(entries.get(place)));
    }

    State without(DocumentKey key) {
        Place place = new Place(key.project(), key.name());
        TreePMap<Place, Entry> entries = byKind.getOrDefault(key.kind(), NONE);
        return with(key.kind(), entries.minus(place), -lengthOf(entries.get(place)));
    }

    private State with(String kind, TreePMap<Place, Entry> entries, int growth) {
        return new State(version, length + growth, byKind.plus(kind, entries));
    }

    private static int lengthOf(@Nullable Entry entry) {
        return entry == null ? 0 : entry.length;
    }

    Stream<DocumentKey> keys(Kind<?> kind, String project) {
        return within(kind, project).keySet().stream().map(place -> key(kind, place));
    }

    Stream<DocumentKey> keys(Kind<?> kind) {
        return of(kind).keySet().stream().map(place -> key(kind, place));
    }

    private static DocumentKey key(Kind<?> kind, Place place) {
        return new DocumentKey(kind.name(), place.project(), place.name());
    }

    private TreePMap<Place, Entry> of(Kind<?> kind) {
        return byKind.getOrDefault(kind.name(), NONE);
    }

    private TreePMap<Place, Entry> within(Kind<?> kind, String project) {
        // No name has the character that ends the range.
        return of(kind).subMap(new Place(project, ""), true, new Place(project + '\0', ""), false);
    }
}
