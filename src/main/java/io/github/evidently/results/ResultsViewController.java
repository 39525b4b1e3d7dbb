package io.github.evidently.results;

import io.github.evidently.error.ValidationException;
import io.github.evidently.evaluation.EvaluationEvents;
import io.github.evidently.experiment.Experiment;
import io.github.evidently.experiment.ExperimentRegistry;
import io.github.evidently.lifecycle.Execution;
import io.github.evidently.lifecycle.LifecycleClock;
import io.github.evidently.project.Project;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.ResourceName;
import io.github.evidently.results.Analyses.Subject;
import io.github.evidently.statistics.Power;
import io.github.evidently.wire.QueryParameters;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves the results that Evidently's API cannot express, and the size that an experiment needs. */
@RestController
class ResultsViewController {

    private static final Duration SETTLE_WAIT_MAX = Duration.ofSeconds(2);
    private static final int DAYS_BEFORE_MAX = 90;
    private static final Set<String> PARAMETERS =
            new TreeSet<>(Set.of("project", "experiment", "metric", "format", "winsorize", "attribute", "daysBefore"));
    private static final Set<String> POWER_PARAMETERS =
            new TreeSet<>(Set.of("effect", "standardDeviation", "alpha", "power", "treatments", "entitiesPerDay"));

    private final ProjectRegistry projects;
    private final ExperimentRegistry experiments;
    private final EvaluationEvents evaluations;
    private final ExperimentTallies tallies;
    private final Analyses analyses;
    private final LifecycleClock clock;

    ResultsViewController(
            ProjectRegistry projects,
            ExperimentRegistry experiments,
            EvaluationEvents evaluations,
            ExperimentTallies tallies,
            Analyses analyses,
            LifecycleClock clock) {
        this.projects = projects;
        this.experiments = experiments;
        this.evaluations = evaluations;
        this.tallies = tallies;
        this.analyses = analyses;
        this.clock = clock;
    }

    /** The two formats of a response. */
    enum Format {
        json,
        csv
    }

    @GetMapping("/_evidently/results")
    ResponseEntity<Object> results(HttpServletRequest request) {
        QueryParameters parameters = QueryParameters.of(request).requireOnly(PARAMETERS);
        ProjectRef reference = ProjectRef.parse(required(parameters, "project"));
        String name = ResourceName.parse(Experiment.KIND, required(parameters, "experiment"));
        Format format = parameters.constant("format", Format.class);
        Project owner = projects.require(reference, Experiment.KIND, name);
        Experiment experiment = experiments.require(reference, name);
        String metric = metric(parameters, experiment);
        ResultsView view = view(owner, experiment, metric, parameters);
        return format == Format.csv
                ? ResponseEntity.ok()
                        .contentType(MediaType.parseMediaType("text/csv;charset=UTF-8"))
                        .body(ResultsCsv.write(view))
                : ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(view);
    }

    private ResultsView view(
            Project owner, Experiment experiment, @Nullable String metric, QueryParameters parameters) {
        String attribute = parameters.text("attribute");
        boolean winsorizes = parameters.text("winsorize") != null;
        double percentile = decimal(parameters, "winsorize", 50, 100, 99);
        boolean adjusts = parameters.text("daysBefore") != null;
        int daysBefore = parameters.integer("daysBefore", 1, DAYS_BEFORE_MAX, 1);
        if ((attribute == null ? 0 : 1) + (winsorizes ? 1 : 0) + (adjusts ? 1 : 0) > 1) {
            throw ValidationException.other("Only one of winsorize, attribute and daysBefore can be given");
        }
        Execution execution = experiment.execution();
        if (execution == null) {
            return ResultsView.notStarted(experiment);
        }
        evaluations.settle(SETTLE_WAIT_MAX);
        Instant now = clock.instant();
        record Counted(ResultsView view, Subject subject) {}
        Counted counted = tallies.read(
                StartedExperiments.key(owner.key(), experiment, execution),
                tally -> new Counted(
                        new ResultsViewMaker(experiment, execution, tally, now, 0).view(metric, null, null),
                        new Subject(experiment, execution, tally.firstSequence, tally.sequence(), now)));
        if (winsorizes) {
            return analyses.winsorized(counted.subject, metric, percentile);
        }
        if (adjusts) {
            return analyses.adjusted(counted.subject, metric, daysBefore);
        }
        return attribute == null
                ? counted.view
                : analyses.byAttribute(counted.subject, metric, attribute, counted.view);
    }

    private static @Nullable String metric(QueryParameters parameters, Experiment experiment) {
        String metric = parameters.text("metric");
        List<String> known = experiment.metricGoals().stream()
                .map(goal -> goal.metricDefinition().name())
                .toList();
        if (metric != null && !known.contains(metric)) {
            throw ValidationException.field(
                    "metric", "Parameter must be one of the experiment's: " + String.join(", ", known));
        }
        return metric;
    }

    /**
     * Returns how many entities an experiment needs.
     *
     * <p>{@code effect} is the difference of the means that is to be found, in the unit of {@code standardDeviation},
     * which is that of an entity's value (1 unless given).
     */
    @GetMapping("/_evidently/power")
    Map<String, Object> power(HttpServletRequest request) {
        QueryParameters parameters = QueryParameters.of(request).requireOnly(POWER_PARAMETERS);
        required(parameters, "effect");
        double effect = decimal(parameters, "effect", -1e12, 1e12, 0);
        double deviation = decimal(parameters, "standardDeviation", 0, 1e12, 1);
        double alpha = decimal(parameters, "alpha", 0, 0.5, 0.05);
        double power = decimal(parameters, "power", 0.5, 1, 0.8);
        int treatments = parameters.integer("treatments", 2, 5, 2);
        long perDay = parameters.number("entitiesPerDay", 1, 1_000_000_000_000L, 1);
        Power.Size size;
        try {
            size = Power.size(effect / deviation, alpha, power);
        } catch (IllegalArgumentException e) {
            throw ValidationException.field("effect", "Parameter must be so large that an experiment can find it");
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("effect", effect);
        answer.put("standardDeviation", deviation);
        answer.put("alpha", alpha);
        answer.put("power", power);
        answer.put("entitiesPerTreatment", Math.round(size.anytime()));
        answer.put("entities", Math.round(size.anytime()) * treatments);
        answer.put("entitiesPerTreatmentWithOneLook", Math.round(size.fixed()));
        answer.put("entitiesWithOneLook", Math.round(size.fixed()) * treatments);
        if (parameters.text("entitiesPerDay") != null) {
            answer.put("days", Math.ceil(size.anytime() * treatments / perDay));
            answer.put("daysWithOneLook", Math.ceil(size.fixed() * treatments / perDay));
        }
        return answer;
    }

    private static String required(QueryParameters parameters, String name) {
        String text = parameters.text(name);
        if (text == null) {
            throw ValidationException.field(name, "Parameter must be given");
        }
        return text;
    }

    /** Returns the value as a number strictly between two bounds. */
    private static double decimal(QueryParameters parameters, String name, double min, double max, double otherwise) {
        String text = parameters.text(name);
        if (text == null) {
            return otherwise;
        }
        try {
            double value = Double.parseDouble(text);
            if (value > min && value < max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Refused below, like a number outside the bounds.
        }
        throw ValidationException.field(name, "Parameter must be a number above " + min + " and below " + max);
    }
}
