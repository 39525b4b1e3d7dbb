package io.github.evidently.segment;

import io.github.evidently.catalog.Catalog;
import io.github.evidently.error.ConflictException;
import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.pattern.EventPattern;
import io.github.evidently.pattern.InvalidPatternException;
import io.github.evidently.resource.ResourceKind;
import io.github.evidently.resource.ResourceQuotas;
import io.github.evidently.resource.SegmentRef;
import io.github.evidently.resource.ServerIdentity;
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

/** The segments of this server. Thread-safe; see {@link Catalog}. */
@Component
public class SegmentRegistry {

    private final Catalog<Segment> catalog;
    private final List<SegmentReferences> references;
    private final ServerIdentity identity;
    private final ResourceQuotas quotas;
    private final Clock clock;

    SegmentRegistry(
            Catalog<Segment> catalog,
            List<SegmentReferences> references,
            ServerIdentity identity,
            ResourceQuotas quotas,
            Clock clock) {
        this.catalog = catalog;
        this.references = references;
        this.identity = identity;
        this.quotas = quotas;
        this.clock = clock;
    }

    /** The segment that a reference names; empty also for another account's or Region's. */
    public Optional<Segment> find(SegmentRef reference) {
        return reference.nameAt(identity).flatMap(name -> catalog.find("", name));
    }

    /**
     * The segment that a reference names.
     *
     * @throws ResourceNotFoundException when there is none
     */
    public Segment require(SegmentRef reference) {
        return find(reference)
                .orElseThrow(() -> ResourceNotFoundException.controlPlane(Segment.KIND, reference.arn(identity)));
    }

    /** Segments in the order of their names. */
    public Stream<Segment> stream() {
        return catalog.stream();
    }

    /** Segments in the order of their names, after that one. */
    List<Segment> list(@Nullable String after, int limit) {
        return catalog.list("", after, limit, _ -> true);
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
        return catalog.save(() -> {
            String arn = identity.segmentArn(segment.name());
            if (catalog.find("", segment.name()).isPresent()) {
                throw new ConflictException("Segment with arn '" + arn + "' already exists.", arn, Segment.KIND);
            }
            quotas.requireRoom(ResourceKind.SEGMENT, arn, catalog.count(""));
            return segment;
        });
    }

    /**
     * Removes a segment.
     *
     * @throws ResourceNotFoundException when there is none
     * @throws ConflictException when a launch or an experiment uses it, running or not
     */
    void delete(SegmentRef reference) {
        catalog.remove(() -> {
            Segment segment = require(reference);
            boolean isUsed = references.stream()
                    .anyMatch(users -> users.of(segment.name()).findAny().isPresent());
            if (isUsed) {
                throw new ConflictException(
                        "Segment is used by launches or experiments",
                        identity.segmentArn(segment.name()),
                        Segment.KIND);
            }
            return segment;
        });
    }

    /** What uses the segment of that name, in the order of the ARNs. */
    List<SegmentReferences.RefResource> references(String segment, SegmentReferences.Type type) {
        return references.stream()
                .filter(users -> users.type() == type)
                .flatMap(users -> users.of(segment))
                .sorted(Comparator.comparing(SegmentReferences.RefResource::arn))
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
