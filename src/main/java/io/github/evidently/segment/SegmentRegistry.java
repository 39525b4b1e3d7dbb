package io.github.evidently.segment;

import io.github.evidently.error.ConflictException;
import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.lifecycle.LifecycleKind;
import io.github.evidently.lifecycle.LifecycleResource;
import io.github.evidently.pattern.EventPattern;
import io.github.evidently.pattern.InvalidPatternException;
import io.github.evidently.resource.ResourceKind;
import io.github.evidently.resource.ResourceQuotas;
import io.github.evidently.resource.SegmentRef;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.state.Change;
import io.github.evidently.state.ControlPlane;
import io.github.evidently.state.State;
import io.github.evidently.wire.JsonText;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Creates, finds and deletes segments. Thread-safe; see {@link ControlPlane}. */
@Component
public class SegmentRegistry {

    private final ControlPlane controlPlane;
    private final List<LifecycleKind<?>> users;
    private final ServerIdentity identity;
    private final ResourceQuotas quotas;
    private final Clock clock;

    SegmentRegistry(
            ControlPlane controlPlane,
            List<LifecycleKind<?>> users,
            ServerIdentity identity,
            ResourceQuotas quotas,
            Clock clock) {
        this.controlPlane = controlPlane;
        this.users = users;
        this.identity = identity;
        this.quotas = quotas;
        this.clock = clock;
    }

    /** Returns the segment that a reference names; empty also for a reference to another account or Region. */
    public Optional<Segment> find(SegmentRef reference) {
        return find(controlPlane.current(), reference);
    }

    private Optional<Segment> find(State state, SegmentRef reference) {
        return reference.nameAt(identity).flatMap(name -> state.find(Segment.SEGMENTS, "", name));
    }

    /**
     * Returns the segment that a reference names.
     *
     * @throws ResourceNotFoundException when there is none
     */
    public Segment require(SegmentRef reference) {
        return require(controlPlane.current(), reference);
    }

    /**
     * Returns the segment that a reference names, in a state.
     *
     * @throws ResourceNotFoundException when there is none
     */
    public Segment require(State state, SegmentRef reference) {
        return find(state, reference)
                .orElseThrow(() -> ResourceNotFoundException.controlPlane(Segment.KIND, reference.arn(identity)));
    }

    /** Returns the segments in the order of their names. */
    public Stream<Segment> stream() {
        return controlPlane.current().stream(Segment.SEGMENTS);
    }

    /** Returns the segments after that name, in the order of their names. */
    List<Segment> list(@Nullable String after, int limit) {
        return controlPlane
                .current()
                .streamAfter(Segment.SEGMENTS, "", after)
                .limit(limit)
                .toList();
    }

    /**
     * Adds a segment.
     *
     * @throws ValidationException when the pattern cannot be matched
     * @throws ConflictException when one of that name exists
     */
    public Segment create(CreateSegmentRequest request) {
        String pattern = JsonText.unwrap(request.pattern());
        requirePattern("pattern", pattern);
        Instant now = clock.instant();
        Segment segment = new Segment(
                request.name(),
                pattern,
                request.description(),
                now,
                now,
                request.tags() == null ? Map.of() : request.tags());
        return controlPlane.change(state -> {
            String arn = identity.segmentArn(segment.name());
            if (state.find(Segment.SEGMENTS, "", segment.name()).isPresent()) {
                throw new ConflictException("Segment with arn '" + arn + "' already exists.", arn, Segment.KIND);
            }
            quotas.requireRoom(ResourceKind.SEGMENT, arn, state.count(Segment.SEGMENTS, ""));
            return Change.put(Segment.SEGMENTS, segment);
        });
    }

    /**
     * Removes a segment.
     *
     * @throws ResourceNotFoundException when there is none
     * @throws ConflictException when a launch or an experiment uses it, running or not
     */
    void delete(SegmentRef reference) {
        Segment _ = controlPlane.change(state -> {
            Segment segment = require(state, reference);
            boolean isUsed = users.stream()
                    .anyMatch(kind ->
                            kind.usersOfSegment(state, segment.name()).findAny().isPresent());
            if (isUsed) {
                throw new ConflictException(
                        "Segment is used by launches or experiments",
                        identity.segmentArn(segment.name()),
                        Segment.KIND);
            }
            return Change.remove(Segment.SEGMENTS, segment);
        });
    }

    /** Returns what uses the segment of that name, in the order of the ARNs. */
    List<RefResource> references(String segment, RefResource.Type type) {
        State state = controlPlane.current();
        return users.stream()
                .filter(kind -> kind.name().equals(type.kind()))
                .<LifecycleResource<?>>flatMap(kind -> kind.usersOfSegment(state, segment))
                .map(user -> RefResource.of(user, identity))
                .sorted(Comparator.comparing(RefResource::arn))
                .toList();
    }

    /**
     * Reads a pattern.
     *
     * @param member the member that holds it, for the error
     * @throws ValidationException when it cannot be matched
     */
    static EventPattern requirePattern(String member, String pattern) {
        try {
            return EventPattern.parse(pattern);
        } catch (InvalidPatternException e) {
            throw ValidationException.field(member, "Member must be an event pattern, but " + e.getMessage());
        }
    }
}
