package io.github.evidently.feature;

import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.ResourceName;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.wire.Page;
import io.github.evidently.wire.QueryParameters;
import io.github.evidently.wire.RequestBodies;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Serves CreateFeature, GetFeature, ListFeatures, UpdateFeature and DeleteFeature.
 *
 * <p>Order of checks: size and syntax of the body, its members, the reference and the name, the project, the feature.
 */
@RestController
class FeatureController {

    private static final int PAGE_SIZE_MAX = 100;

    private final FeatureRegistry registry;
    private final ProjectRegistry projects;
    private final RequestBodies bodies;
    private final ServerIdentity identity;

    FeatureController(
            FeatureRegistry registry, ProjectRegistry projects, RequestBodies bodies, ServerIdentity identity) {
        this.registry = registry;
        this.projects = projects;
        this.bodies = bodies;
        this.identity = identity;
    }

    /** The answer of ListFeatures. */
    record ListFeaturesResponse(
            List<FeatureResponse.Summary> features,
            @Nullable String nextToken) {}

    @PostMapping("/projects/{project}/features")
    FeatureResponse createFeature(@PathVariable String project, HttpServletRequest request) {
        CreateFeatureRequest body = bodies.read(request, CreateFeatureRequest.class);
        return answer(registry.create(ProjectRef.parse(project), body));
    }

    @GetMapping("/projects/{project}/features/{feature}")
    FeatureResponse getFeature(@PathVariable String project, @PathVariable String feature) {
        return answer(registry.require(ProjectRef.parse(project), ResourceName.parse(Feature.KIND, feature)));
    }

    @GetMapping("/projects/{project}/features")
    ListFeaturesResponse listFeatures(@PathVariable String project, HttpServletRequest request) {
        ProjectRef reference = ProjectRef.parse(project);
        Page<Feature> page = Page.of(
                QueryParameters.of(request),
                PAGE_SIZE_MAX,
                (after, limit) -> registry.list(projects.require(reference).name(), after, limit),
                Feature::name);
        return new ListFeaturesResponse(
                page.map(feature -> FeatureResponse.Summary.of(feature, registry.openRules(feature), identity)),
                page.nextToken());
    }

    @PatchMapping("/projects/{project}/features/{feature}")
    FeatureResponse updateFeature(
            @PathVariable String project, @PathVariable String feature, HttpServletRequest request) {
        UpdateFeatureRequest body = bodies.read(request, UpdateFeatureRequest.class);
        return answer(registry.update(ProjectRef.parse(project), ResourceName.parse(Feature.KIND, feature), body));
    }

    @DeleteMapping("/projects/{project}/features/{feature}")
    Map<String, Object> deleteFeature(@PathVariable String project, @PathVariable String feature) {
        registry.delete(ProjectRef.parse(project), ResourceName.parse(Feature.KIND, feature));
        return Map.of();
    }

    private FeatureResponse answer(Feature feature) {
        return new FeatureResponse(FeatureResponse.Details.of(feature, registry.openRules(feature), identity));
    }
}
