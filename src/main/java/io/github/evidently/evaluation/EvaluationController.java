package io.github.evidently.evaluation;

import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.feature.Feature;
import io.github.evidently.lifecycle.LifecycleClock;
import io.github.evidently.project.Project;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.Name;
import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.ResourceName;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.wire.JsonText;
import io.github.evidently.wire.RequestBodies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * EvaluateFeature and BatchEvaluateFeature.
 *
 * <p>Order of checks: size and syntax of the body, its members, the reference and the name, the project, the feature.
 */
@RestController
class EvaluationController {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String NO_CONTEXT = "{}";
    private static final int CONTEXT_LENGTH_MAX = 64 * 1024;

    private final FeatureEvaluators evaluators;
    private final EvaluationEvents events;
    private final EvaluationMetrics metrics;
    private final ProjectRegistry projects;
    private final RequestBodies bodies;
    private final ServerIdentity identity;
    private final LifecycleClock clock;

    EvaluationController(
            FeatureEvaluators evaluators,
            EvaluationEvents events,
            EvaluationMetrics metrics,
            ProjectRegistry projects,
            RequestBodies bodies,
            ServerIdentity identity,
            LifecycleClock clock) {
        this.evaluators = evaluators;
        this.events = events;
        this.metrics = metrics;
        this.projects = projects;
        this.bodies = bodies;
        this.identity = identity;
        this.clock = clock;
    }

    /** The body of EvaluateFeature. */
    record EvaluateFeatureRequest(
            @NotNull @Size(min = 1, max = Feature.ENTITY_ID_LENGTH_MAX)
            String entityId,

            @Nullable @Size(max = CONTEXT_LENGTH_MAX) String evaluationContext) {}

    /** Model shape {@code EvaluationRequest}. */
    record EvaluationRequest(
            @NotNull @Size(min = 1, max = Feature.ENTITY_ID_LENGTH_MAX)
            String entityId,

            @Nullable @Size(max = CONTEXT_LENGTH_MAX) String evaluationContext,

            @NotNull @Name String feature) {}

    /** The body of BatchEvaluateFeature. */
    record BatchEvaluateFeatureRequest(
            @NotNull @Size(min = 1, max = 20) List<@NotNull @Valid EvaluationRequest> requests) {}

    @PostMapping("/projects/{project}/evaluations/{feature}")
    void evaluateFeature(
            @PathVariable String project,
            @PathVariable String feature,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        EvaluateFeatureRequest body = bodies.read(request, EvaluateFeatureRequest.class);
        String context = context("evaluationContext", body.evaluationContext());
        ProjectRef reference = ProjectRef.parse(project);
        String featureName = ResourceName.parse(Feature.KIND, feature);
        Project found = projects.requireForDataPlane(reference);
        FeatureEvaluator evaluator = evaluators.of(found.name()).get(featureName);
        if (evaluator == null) {
            throw ResourceNotFoundException.dataPlane(
                    Feature.KIND, identity.arn(found.name(), Feature.KIND, featureName));
        }
        Instant now = clock.instant();
        Evaluation evaluation = evaluator.evaluate(body.entityId(), context, now);
        record(found, now, body.entityId(), context, evaluation);
        write(evaluation.answer(), response);
    }

    @PostMapping("/projects/{project}/evaluations")
    void batchEvaluateFeature(@PathVariable String project, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        BatchEvaluateFeatureRequest body = bodies.read(request, BatchEvaluateFeatureRequest.class);
        List<String> contexts = new ArrayList<>();
        for (int i = 0; i < body.requests().size(); i++) {
            contexts.add(context(
                    "requests." + i + ".evaluationContext",
                    body.requests().get(i).evaluationContext()));
        }
        Project found = projects.requireForDataPlane(ProjectRef.parse(project));
        Map<String, FeatureEvaluator> features = evaluators.of(found.name());
        Instant now = clock.instant();
        List<@Nullable Evaluation> evaluations = new ArrayList<>();
        for (int i = 0; i < contexts.size(); i++) {
            EvaluationRequest entry = body.requests().get(i);
            FeatureEvaluator evaluator = features.get(entry.feature());
            evaluations.add(evaluator == null ? null : evaluator.evaluate(entry.entityId(), contexts.get(i), now));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeArrayPropertyStart("results");
            for (int i = 0; i < contexts.size(); i++) {
                EvaluationRequest entry = body.requests().get(i);
                Evaluation evaluation = evaluations.get(i);
                writeResult(json, found, entry, evaluation);
                if (evaluation != null) {
                    record(found, now, entry.entityId(), contexts.get(i), evaluation);
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        write(bytes.toByteArray(), response);
    }

    /**
     * Model shape {@code EvaluationResult}; feature and project are ARNs, as observed.
     *
     * @param evaluation null when there is no such feature
     */
    private void writeResult(
            JsonGenerator json, Project project, EvaluationRequest request, @Nullable Evaluation evaluation) {
        String arn = identity.arn(project.name(), Feature.KIND, request.feature());
        json.writeStartObject();
        json.writeStringProperty("entityId", request.entityId());
        json.writeStringProperty("feature", arn);
        json.writeStringProperty("project", identity.projectArn(project.name()));
        if (evaluation == null) {
            json.writeStringProperty("reason", ResourceNotFoundException.dataPlaneMessage(Feature.KIND, arn));
        } else {
            evaluation.writeMembers(json);
        }
        json.writeEndObject();
    }

    private void record(Project project, Instant now, String entityId, String context, Evaluation evaluation) {
        metrics.evaluated(evaluation.reason());
        events.add(project, now, evaluation.eventData(entityId, context));
    }

    /** @throws ValidationException when it is there and is no JSON object */
    private static String context(String member, @Nullable String text) {
        return text == null ? NO_CONTEXT : JsonText.requireObject(member, text);
    }

    private static void write(byte[] answer, HttpServletResponse response) throws IOException {
        response.setContentType("application/json");
        response.setContentLength(answer.length);
        response.getOutputStream().write(answer);
    }
}
