package io.github.evidently.results;

import io.github.evidently.error.ValidationException;
import io.github.evidently.experiment.Experiment;
import io.github.evidently.experiment.ExperimentRegistry;
import io.github.evidently.experiment.Treatment;
import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.ResourceName;
import io.github.evidently.wire.RequestBodies;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * GetExperimentResults: checks what is asked for and says that there is nothing to tell yet, because nothing computes
 * results so far.
 */
@RestController
class ExperimentResultsController {

    /** What the real service says when there is not enough data (service model). */
    private static final String NOT_ENOUGH_EVENTS = "Not enough events to generate results";

    private final ExperimentRegistry experiments;
    private final RequestBodies bodies;

    ExperimentResultsController(ExperimentRegistry experiments, RequestBodies bodies) {
        this.experiments = experiments;
        this.bodies = bodies;
    }

    /** Model shape {@code GetExperimentResultsResponse}, as it is without results. */
    record GetExperimentResultsResponse(
            String details, List<Object> reports, List<Object> resultsData, List<Object> timestamps) {}

    @PostMapping("/projects/{project}/experiments/{experiment}/results")
    GetExperimentResultsResponse getExperimentResults(
            @PathVariable String project, @PathVariable String experiment, HttpServletRequest request) {
        GetExperimentResultsRequest body = bodies.read(request, GetExperimentResultsRequest.class);
        if (body.startTime() != null && body.endTime() != null && body.endTime().isBefore(body.startTime())) {
            throw ValidationException.field("endTime", "Member must not be before startTime");
        }
        Experiment found =
                experiments.require(ProjectRef.parse(project), ResourceName.parse(Experiment.KIND, experiment));
        requireKnown(
                "metricNames",
                body.metricNames(),
                found.metricGoals().stream()
                        .map(goal -> goal.metricDefinition().name())
                        .toList());
        requireKnown(
                "treatmentNames",
                body.treatmentNames(),
                found.treatments().stream().map(Treatment::name).toList());
        return new GetExperimentResultsResponse(NOT_ENOUGH_EVENTS, List.of(), List.of(), List.of());
    }

    private static void requireKnown(String member, List<String> names, List<String> known) {
        for (int i = 0; i < names.size(); i++) {
            if (!known.contains(names.get(i))) {
                throw ValidationException.field(
                        member + "." + i, "Member must be one of the experiment's: " + String.join(", ", known));
            }
        }
    }
}
