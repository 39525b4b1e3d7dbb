package io.github.evidently.tagging;

import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.project.Project;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.state.Change;
import io.github.evidently.state.ControlPlane;
import io.github.evidently.state.Kind;
import io.github.evidently.state.Resource;
import io.github.evidently.state.State;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.springframework.stereotype.Component;

/** Reads and changes the tags of every resource that has an ARN. Thread-safe. */
@Component
class TaggedResources {

    static final int TAGS_MAX = 50;

    private final ProjectRegistry projects;
    private final ControlPlane controlPlane;
    private final ServerIdentity identity;
    private final Clock clock;

    TaggedResources(ProjectRegistry projects, ControlPlane controlPlane, ServerIdentity identity, Clock clock) {
        this.projects = projects;
        this.controlPlane = controlPlane;
        this.identity = identity;
        this.clock = clock;
    }

    /**
     * A resource by its place in an ARN of this server.
     *
     * @param project empty for what belongs to the account
     * @param kind {@code project}, {@code feature} and so on
     */
    private record Place(String project, String kind, String name) {

        /** Parses {@code project/P}, {@code project/P/KIND/NAME} or {@code segment/S}. */
        static Optional<Place> parse(String path) {
            String[] parts = path.split("/", -1);
            return switch (parts.length) {
                case 2 -> Optional.of(new Place("", parts[0], parts[1]));
                case 4 ->
                    // Without the name of a project it would be mistaken for a segment.
                    parts[0].equals("project") && !parts[1].isEmpty()
                            ? Optional.of(new Place(parts[1], parts[2], parts[3]))
                            : Optional.empty();
                default -> Optional.empty();
            };
        }

        boolean isProject() {
            return project.isEmpty() && kind.equals("project");
        }
    }

    /** @throws ResourceNotFoundException when nothing has that ARN */
    Map<String, String> tags(String arn) {
        Place place = place(arn);
        if (place.isProject()) {
            return projects.require(ProjectRef.parse(arn)).tags();
        }
        return require(controlPlane.current(), kind(place, arn), place, arn).tags();
    }

    /**
     * Changes the tags of a resource.
     *
     * @throws ResourceNotFoundException when nothing has that ARN
     * @throws ValidationException when there would be too many
     */
    void change(String arn, UnaryOperator<Map<String, String>> change) {
        Place place = place(arn);
        if (place.isProject()) {
            Project _ = projects.update(
                    ProjectRef.parse(arn),
                    project -> project.withTags(limited(change.apply(project.tags())), clock.instant()));
        } else {
            change(kind(place, arn), place, arn, change);
        }
    }

    private <T extends Resource<T>> void change(
            Kind<T> kind, Place place, String arn, UnaryOperator<Map<String, String>> change) {
        T _ = controlPlane.change(state -> {
            T resource = require(state, kind, place, arn);
            return Change.put(kind, resource.withTags(limited(change.apply(resource.tags())), clock.instant()));
        });
    }

    private static Map<String, String> limited(Map<String, String> tags) {
        if (tags.size() > TAGS_MAX) {
            throw ValidationException.field("tags", "A resource must have at most " + TAGS_MAX + " tags");
        }
        return tags;
    }

    private Place place(String arn) {
        return Optional.of(arn)
                .filter(text -> text.startsWith(identity.arnPrefix()))
                .flatMap(text -> Place.parse(text.substring(identity.arnPrefix().length())))
                .orElseThrow(() -> ResourceNotFoundException.controlPlane("resource", arn));
    }

    private Kind<?> kind(Place place, String arn) {
        return controlPlane.kind(place.kind).orElseThrow(() -> ResourceNotFoundException.controlPlane("resource", arn));
    }

    private static <T extends Resource<T>> T require(State state, Kind<T> kind, Place place, String arn) {
        return state.find(kind, place.project, place.name)
                .orElseThrow(() -> ResourceNotFoundException.controlPlane(kind.name(), arn));
    }
}
