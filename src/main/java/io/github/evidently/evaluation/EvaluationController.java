package io.github.evidently.evaluation;

import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.evaluation.EvaluationParser.EvaluationRequest;
import io.github.evidently.feature.Feature;
import io.github.evidently.lifecycle.LifecycleClock;
import io.github.evidently.project.Project;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.ResourceName;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.wire.DirectOperation;
import io.github.evidently.wire.Operation;
import io.github.evidently.wire.RequestBodies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Serves EvaluateFeature and BatchEvaluateFeature.
 *
 * <p>Order of checks: size and syntax of the body, its members, the reference and the name, the project, the feature.
 */
@RestController
class EvaluationController implements DirectOperation {

    private static final JsonFactory JSON = new JsonFactory();

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

    @Override
    public Operation operation() {
        return Operation.EVALUATE_FEATURE;
    }

    @Override
    public void handle(Map<String, String> labels, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        EvaluationRequest body = bodies.read(request, EvaluationParser::parse);
        ProjectRef reference = ProjectRef.parse(Objects.requireNonNull(labels.get("project")));
        String featureName = ResourceName.parse(Feature.KIND, Objects.requireNonNull(labels.get("feature")));
        Project found = projects.requireForDataPlane(reference);
        FeatureEvaluator evaluator = evaluators.of(found.name()).get(featureName);
        if (evaluator == null) {
            throw ResourceNotFoundException.dataPlane(
                    Feature.KIND, identity.arn(found.name(), Feature.KIND, featureName));
        }
        Instant now = clock.instant();
        Evaluation evaluation = evaluator.evaluate(body.entityId(), body.context(), now);
        record(found, now, body, evaluation);
        write(evaluation.answer(), response);
    }

    @SuppressWarnings("ThreadPriorityCheck") // Yields explicitly: a virtual thread that computes is not preempted.
    @PostMapping("/projects/{project}/evaluations")
    void batchEvaluateFeature(@PathVariable String project, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        List<EvaluationRequest> entries = bodies.read(request, EvaluationParser::parseBatch);
        Project found = projects.requireForDataPlane(ProjectRef.parse(project));
        Map<String, FeatureEvaluator> features = evaluators.of(found.name());
        Instant now = clock.instant();
        List<@Nullable Evaluation> evaluations = new ArrayList<>();
        for (EvaluationRequest entry : entries) {
            FeatureEvaluator evaluator = features.get(entry.feature());
            evaluations.add(evaluator == null ? null : evaluator.evaluate(entry.entityId(), entry.context(), now));
            Thread.yield();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeArrayPropertyStart("results");
            for (int i = 0; i < entries.size(); i++) {
                EvaluationRequest entry = entries.get(i);
                Evaluation evaluation = evaluations.get(i);
                writeResult(json, found, entry, evaluation);
                if (evaluation != null) {
                    record(found, now, entry, evaluation);
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        write(bytes.toByteArray(), response);
    }

    /**
     * Writes model shape {@code EvaluationResult}; feature and project are ARNs, as observed.
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

    private void record(Project project, Instant now, EvaluationRequest request, Evaluation evaluation) {
        metrics.evaluated(evaluation.reason());
        events.add(project, now, evaluation.eventData(request.entityId(), request.context()));
    }

    private static void write(byte[] answer, HttpServletResponse response) throws IOException {
        response.setContentType("application/json");
        response.setContentLength(answer.length);
        response.getOutputStream().write(answer);
    }
}
