package io.github.evidently.tagging;

import io.github.evidently.error.ValidationException;
import io.github.evidently.resource.TagKey;
import io.github.evidently.resource.TagValue;
import io.github.evidently.wire.QueryParameters;
import io.github.evidently.wire.RequestBodies;
import io.github.evidently.wire.RequestJson;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Serves TagResource, UntagResource and ListTagsForResource.
 *
 * <p>Order of checks: size and syntax of the body, its members, the ARN, the resource, how many tags there would be.
 */
@RestController
class TaggingController {

    private final TaggedResources resources;
    private final RequestBodies bodies;
    private final RequestJson json;

    TaggingController(TaggedResources resources, RequestBodies bodies, RequestJson json) {
        this.resources = resources;
        this.bodies = bodies;
        this.json = json;
    }

    /** The body of TagResource. */
    record TagResourceRequest(
            @NotNull @Size(max = TaggedResources.TAGS_MAX) Map<@TagKey String, @TagValue String> tags) {}

    /** The members of requests that are not in a body. */
    record Parameters(
            @Size(max = 2048) @Pattern(regexp = "arn:[^:]*:[^:]*:[^:]*:[^:]*:.*")
            String resourceArn,

            @Size(max = TaggedResources.TAGS_MAX) List<@TagKey String> tagKeys) {}

    @PostMapping("/tags/{resourceArn}")
    Map<String, Object> tagResource(@PathVariable String resourceArn, HttpServletRequest request) {
        TagResourceRequest body = bodies.read(request, TagResourceRequest.class);
        json.requireValid(new Parameters(resourceArn, List.of()));
        resources.change(resourceArn, tags -> {
            Map<String, String> merged = new LinkedHashMap<>(tags);
            merged.putAll(body.tags());
            return merged;
        });
        return Map.of();
    }

    @DeleteMapping("/tags/{resourceArn}")
    Map<String, Object> untagResource(@PathVariable String resourceArn, HttpServletRequest request) {
        List<String> tagKeys = QueryParameters.of(request).texts("tagKeys");
        if (tagKeys.isEmpty()) {
            throw ValidationException.field("tagKeys", "Member must not be null");
        }
        json.requireValid(new Parameters(resourceArn, tagKeys));
        resources.change(resourceArn, tags -> {
            Map<String, String> remaining = new LinkedHashMap<>(tags);
            tagKeys.forEach(remaining::remove);
            return remaining;
        });
        return Map.of();
    }

    @GetMapping("/tags/{resourceArn}")
    Map<String, Map<String, String>> listTagsForResource(@PathVariable String resourceArn) {
        json.requireValid(new Parameters(resourceArn, List.of()));
        return Map.of("tags", resources.tags(resourceArn));
    }
}
