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
 * All resources of the control plane at one version. Immutable: a change makes another state, which shares what is unchanged.
 *
 * <p>A lookup takes logarithmic time and no lock.
 */
public final class State {

    /** The state before the first change. */
    static final State EMPTY = new State(0, HashTreePMap.empty());

    private static final TreePMap<Place, Resource<?>> NONE = TreePMap.empty();

    private final long version;
    private final PMap<String, TreePMap<Place, Resource<?>>> byKind;

    /** In the order of projects, then names. */
    private record Place(String project, String name) implements Comparable<Place> {

        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::project).thenComparing(Place::name);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    private State(long version, PMap<String, TreePMap<Place, Resource<?>>> byKind) {
        this.version = version;
        this.byKind = byKind;
    }

    /** Returns the version of the documents that it was made of. */
    public long version() {
        return version;
    }

    /** Finds a resource. */
    public <T extends Resource<T>> Optional<T> find(Kind<T> kind, String project, String name) {
        return Optional.ofNullable(of(kind).get(new Place(project, name))).map(kind.type()::cast);
    }

    /** Streams the resources of a kind in a project in the order of their names. */
    public <T extends Resource<T>> Stream<T> stream(Kind<T> kind, String project) {
        return within(kind, project).values().stream().map(kind.type()::cast);
    }

    /** Streams all resources of a kind in the order of projects, then names. */
    public <T extends Resource<T>> Stream<T> stream(Kind<T> kind) {
        return of(kind).values().stream().map(kind.type()::cast);
    }

    /**
     * Streams the resources of a kind in a project in the order of their names, those after a name.
     *
     * @param after the name that comes before the first one wanted; null to start with the first of all
     */
    public <T extends Resource<T>> Stream<T> streamAfter(Kind<T> kind, String project, @Nullable String after) {
        TreePMap<Place, Resource<?>> ofProject = within(kind, project);
        return (after == null ? ofProject : ofProject.tailMap(new Place(project, after), false))
                .values().stream().map(kind.type()::cast);
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
        return new State(version, byKind);
    }

    State with(Kind<?> kind, Resource<?> resource) {
        Place place = new Place(resource.project(), resource.name());
        return with(kind.name(), of(kind).plus(place, resource));
    }

    State without(DocumentKey key) {
        TreePMap<Place, Resource<?>> resources = byKind.getOrDefault(key.kind(), NONE);
        return with(key.kind(), resources.minus(new Place(key.project(), key.name())));
    }

    private State with(String kind, TreePMap<Place, Resource<?>> resources) {
        return new State(version, byKind.plus(kind, resources));
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

    private TreePMap<Place, Resource<?>> of(Kind<?> kind) {
        return byKind.getOrDefault(kind.name(), NONE);
    }

    private TreePMap<Place, Resource<?>> within(Kind<?> kind, String project) {
        // No name has the character that ends the range.
        return of(kind).subMap(new Place(project, ""), true, new Place(project + '\0', ""), false);
    }
}
