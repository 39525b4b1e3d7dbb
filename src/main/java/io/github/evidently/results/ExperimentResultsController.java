package io.github.evidently.results;

import io.github.evidently.error.ValidationException;
import io.github.evidently.evaluation.EvaluationEvents;
import io.github.evidently.experiment.Experiment;
import io.github.evidently.experiment.ExperimentRegistry;
import io.github.evidently.experiment.Treatment;
import io.github.evidently.lifecycle.Execution;
import io.github.evidently.lifecycle.LifecycleClock;
import io.github.evidently.project.Project;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.ResourceName;
import io.github.evidently.wire.RequestBodies;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves GetExperimentResults: the results of an experiment so far. */
@RestController
class ExperimentResultsController {

    private static final Duration SETTLE_WAIT_MAX = Duration.ofSeconds(2);

    private final ProjectRegistry projects;
    private final ExperimentRegistry experiments;
    private final EvaluationEvents evaluations;
    private final ExperimentTallies tallies;
    private final RequestBodies bodies;
    private final LifecycleClock clock;

    ExperimentResultsController(
            ProjectRegistry projects,
            ExperimentRegistry experiments,
            EvaluationEvents evaluations,
            ExperimentTallies tallies,
            RequestBodies bodies,
            LifecycleClock clock) {
        this.projects = projects;
        this.experiments = experiments;
        this.evaluations = evaluations;
        this.tallies = tallies;
        this.bodies = bodies;
        this.clock = clock;
    }

    @PostMapping("/projects/{project}/experiments/{experiment}/results")
    GetExperimentResultsResponse getExperimentResults(
            @PathVariable String project, @PathVariable String experiment, HttpServletRequest request) {
        GetExperimentResultsRequest body = bodies.read(request, GetExperimentResultsRequest.class);
        if (body.startTime() != null && body.endTime() != null && body.endTime().isBefore(body.startTime())) {
            throw ValidationException.field("endTime", "Member must not be before startTime");
        }
        ProjectRef reference = ProjectRef.parse(project);
        String name = ResourceName.parse(Experiment.KIND, experiment);
        Project owner = projects.require(reference, Experiment.KIND, name);
        Experiment found = experiments.require(reference, name);
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
        Execution execution = found.execution();
        Instant now = clock.instant();
        String notDue = ExperimentResults.notDue(execution, now);
        if (execution == null || notDue != null) {
            return ExperimentResults.none(String.valueOf(notDue));
        }
        evaluations.settle(SETTLE_WAIT_MAX);
        ExperimentResults results = new ExperimentResults(found, execution, body, now);
        return tallies.read(StartedExperiments.key(owner.key(), found, execution), results::of);
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
