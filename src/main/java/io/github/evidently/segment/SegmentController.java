package io.github.evidently.segment;

import io.github.evidently.error.ValidationException;
import io.github.evidently.pattern.EventPattern;
import io.github.evidently.resource.SegmentRef;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.wire.JsonText;
import io.github.evidently.wire.Page;
import io.github.evidently.wire.QueryParameters;
import io.github.evidently.wire.RequestBodies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Serves CreateSegment, GetSegment, ListSegments, DeleteSegment, ListSegmentReferences and TestSegmentPattern.
 *
 * <p>Order of checks: size and syntax of the body, its members, the reference, the segment.
 */
@RestController
class SegmentController {

    private static final int PAGE_SIZE_MAX = 50;
    private static final int REFERENCES_PAGE_SIZE_MAX = 100;

    private final SegmentRegistry registry;
    private final RequestBodies bodies;
    private final ServerIdentity identity;

    SegmentController(SegmentRegistry registry, RequestBodies bodies, ServerIdentity identity) {
        this.registry = registry;
        this.bodies = bodies;
        this.identity = identity;
    }

    /** The answer of ListSegments. */
    record ListSegmentsResponse(@Nullable String nextToken, List<SegmentResponse.Details> segments) {}

    /** The answer of ListSegmentReferences. */
    record ListSegmentReferencesResponse(@Nullable String nextToken, List<RefResource> referencedBy) {}

    /** The body of TestSegmentPattern. */
    record TestSegmentPatternRequest(
            @NotNull @Size(min = 1, max = 1024) String pattern,
            @NotNull String payload) {}

    @PostMapping("/segments")
    SegmentResponse createSegment(HttpServletRequest request) {
        return answer(registry.create(bodies.read(request, CreateSegmentRequest.class)));
    }

    @GetMapping("/segments/{segment}")
    SegmentResponse getSegment(@PathVariable String segment) {
        return answer(registry.require(SegmentRef.parse(segment)));
    }

    @GetMapping("/segments")
    ListSegmentsResponse listSegments(HttpServletRequest request) {
        Page<Segment> page = Page.of(QueryParameters.of(request), PAGE_SIZE_MAX, registry::list, Segment::name);
        return new ListSegmentsResponse(page.nextToken(), page.map(this::details));
    }

    @DeleteMapping("/segments/{segment}")
    Map<String, Object> deleteSegment(@PathVariable String segment) {
        registry.delete(SegmentRef.parse(segment));
        return Map.of();
    }

    @GetMapping("/segments/{segment}/references")
    ListSegmentReferencesResponse listSegmentReferences(@PathVariable String segment, HttpServletRequest request) {
        QueryParameters query = QueryParameters.of(request);
        RefResource.Type type = query.constant("type", RefResource.Type.class);
        if (type == null) {
            throw ValidationException.field("type", "Member must not be null");
        }
        SegmentRef reference = SegmentRef.parse(segment);
        Page<RefResource> page = Page.of(
                query,
                REFERENCES_PAGE_SIZE_MAX,
                (after, limit) -> registry
                        .references(registry.require(reference).name(), type)
                        .stream()
                        .filter(user -> after == null || user.arn().compareTo(after) > 0)
                        .limit(limit)
                        .toList(),
                RefResource::arn);
        return new ListSegmentReferencesResponse(page.nextToken(), page.items());
    }

    @PostMapping("/test-segment-pattern")
    Map<String, Boolean> testSegmentPattern(HttpServletRequest request) {
        TestSegmentPatternRequest body = bodies.read(request, TestSegmentPatternRequest.class);
        EventPattern pattern = SegmentRegistry.requirePattern("pattern", JsonText.unwrap(body.pattern()));
        return Map.of("match", pattern.matches(JsonText.requireObject("payload", body.payload())));
    }

    private SegmentResponse answer(Segment segment) {
        return new SegmentResponse(details(segment));
    }

    private SegmentResponse.Details details(Segment segment) {
        return SegmentResponse.Details.of(
                segment,
                registry.references(segment.name(), RefResource.Type.EXPERIMENT).size(),
                registry.references(segment.name(), RefResource.Type.LAUNCH).size(),
                identity);
    }
}
