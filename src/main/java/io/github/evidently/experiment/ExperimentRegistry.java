package io.github.evidently.experiment;

import io.github.evidently.error.ConflictException;
import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.feature.Feature;
import io.github.evidently.feature.FeatureRegistry;
import io.github.evidently.lifecycle.LifecycleClock;
import io.github.evidently.lifecycle.Share;
import io.github.evidently.lifecycle.SplitWeight;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.lifecycle.StopRequest;
import io.github.evidently.metric.MetricGoal;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.ResourceKind;
import io.github.evidently.resource.ResourceQuotas;
import io.github.evidently.resource.SegmentRef;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.segment.SegmentRegistry;
import io.github.evidently.state.Change;
import io.github.evidently.state.ControlPlane;
import io.github.evidently.state.State;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Creates, finds, changes and deletes experiments. Thread-safe; see {@link ControlPlane}. */
@Component
public class ExperimentRegistry {

    /** How long after its start an experiment can be analysed (StartExperiment in the service model). */
    private static final Duration ANALYSIS_MAX = Duration.ofDays(30);

    private static final Logger log = LoggerFactory.getLogger(ExperimentRegistry.class);

    private final ControlPlane controlPlane;
    private final ProjectRegistry projects;
    private final FeatureRegistry features;
    private final SegmentRegistry segments;
    private final ServerIdentity identity;
    private final ResourceQuotas quotas;
    private final LifecycleClock clock;

    ExperimentRegistry(
            ControlPlane controlPlane,
            ProjectRegistry projects,
            FeatureRegistry features,
            SegmentRegistry segments,
            ServerIdentity identity,
            ResourceQuotas quotas,
            LifecycleClock clock) {
        this.controlPlane = controlPlane;
        this.projects = projects;
        this.features = features;
        this.segments = segments;
        this.identity = identity;
        this.quotas = quotas;
        this.clock = clock;
    }

    /** Returns the experiment of that name. */
    public Optional<Experiment> find(String project, String name) {
        return controlPlane.current().find(Experiment.EXPERIMENTS, project, name);
    }

    /** Returns the experiments of a project in the order of their names. */
    public Stream<Experiment> stream(String project) {
        return controlPlane.current().stream(Experiment.EXPERIMENTS, project);
    }

    /**
     * Returns the experiments of a project after that name, in the order of their names; of any status when the status
     * is null.
     */
    List<Experiment> list(String project, @Nullable Status status, @Nullable String after, int limit) {
        return controlPlane
                .current()
                .streamAfter(Experiment.EXPERIMENTS, project, after)
                .filter(experiment -> status == null || experiment.status() == status)
                .limit(limit)
                .toList();
    }

    /**
     * Returns the experiment that a request names.
     *
     * @throws ResourceNotFoundException when the project or the experiment does not exist
     */
    public Experiment require(ProjectRef project, String name) {
        return require(controlPlane.current(), project, name);
    }

    private Experiment require(State state, ProjectRef project, String name) {
        String projectName =
                projects.require(state, project, Experiment.KIND, name).name();
        return state.find(Experiment.EXPERIMENTS, projectName, name)
                .orElseThrow(() -> ResourceNotFoundException.controlPlane(
                        Experiment.KIND, identity.arn(projectName, Experiment.KIND, name)));
    }

    /**
     * Adds an experiment, which has no effect until it is started.
     *
     * @throws ValidationException naming the faulty member
     * @throws ResourceNotFoundException when the project, a feature or the segment does not exist
     * @throws ConflictException when one of that name exists
     */
    public Experiment create(ProjectRef project, CreateExperimentRequest request) {
        return add(project, request, (state, created) -> {
            requireFeatures(state, created.project(), request.treatments());
            return created;
        });
    }

    /**
     * Adds an experiment that ran elsewhere, in the state that it had there. This is one atomic step.
     *
     * @param status {@code RUNNING}: as if it were started now; finished: as if it were started and stopped now, but
     *     without a check of its features and of other running experiments
     * @param reason the {@code statusReason} of a finished one
     * @param analysisCompleteTime of one that was started; it may be in the past; null for the latest time that a start
     *     now allows
     * @throws ValidationException naming the faulty member
     * @throws ResourceNotFoundException when the project or the segment does not exist
     * @throws ConflictException when one of that name exists or, if it is to run, as {@link #start}
     */
    public Experiment restore(
            ProjectRef project,
            CreateExperimentRequest request,
            Status status,
            @Nullable String reason,
            @Nullable Instant analysisCompleteTime) {
        return add(project, request, (state, created) -> {
            Instant now = created.createdTime();
            Instant end = analysisCompleteTime == null
                    ? now.plus(ANALYSIS_MAX).truncatedTo(ChronoUnit.SECONDS)
                    : analysisCompleteTime;
            return switch (status) {
                case CREATED, UPDATING -> created;
                case RUNNING -> {
                    requireFree(state, created);
                    yield created.started(end, now);
                }
                case COMPLETED, CANCELLED -> created.started(end, now).stopped(status, reason, now);
            };
        });
    }

    private Experiment add(
            ProjectRef project, CreateExperimentRequest request, BiFunction<State, Experiment, Experiment> change) {
        MetricGoal.requireValid(request.metricGoals());
        List<Treatment> treatments = treatments(request.treatments());
        requireKnownTreatments(treatments, request.onlineAbConfig());
        Experiment experiment = controlPlane.change(state -> {
            String projectName = projects.require(state, project).name();
            String arn = identity.arn(projectName, Experiment.KIND, request.name());
            if (state.find(Experiment.EXPERIMENTS, projectName, request.name()).isPresent()) {
                throw new ConflictException("Experiment with arn '" + arn + "' already exists.", arn, Experiment.KIND);
            }
            quotas.requireRoom(ResourceKind.EXPERIMENT, arn, state.count(Experiment.EXPERIMENTS, projectName));
            Instant now = clock.instant();
            Experiment created = new Experiment(
                    projectName,
                    request.name(),
                    request.description(),
                    request.metricGoals(),
                    treatments,
                    control(state, projectName, treatments, request.onlineAbConfig()),
                    weights(treatments, request.onlineAbConfig()),
                    salt(request.randomizationSalt(), request.name()),
                    request.samplingRate() == null ? SplitWeight.ALL : request.samplingRate(),
                    segment(state, request.segment()),
                    Status.CREATED,
                    null,
                    null,
                    null,
                    now,
                    now,
                    request.tags() == null ? Map.of() : request.tags());
            return Change.put(Experiment.EXPERIMENTS, change.apply(state, created));
        });
        warnOfTinyShares(experiment);
        return experiment;
    }

    /** Warns of weights such as 50 and 50 or a sampling rate of 10, which are most likely meant as percent. */
    private static void warnOfTinyShares(Experiment experiment) {
        Share weights = Share.of(experiment.treatmentWeights());
        Share sampling = new Share(experiment.samplingRate());
        if (weights.looksLikePercent() || sampling.looksLikePercent()) {
            log.warn(
                    "Experiment {} of project {}: the {} {} % of the audience; they are thousandths of a percent, {} is all of it",
                    experiment.name(),
                    experiment.project(),
                    weights.looksLikePercent() ? "treatment weights add up to" : "sampling rate is",
                    (weights.looksLikePercent() ? weights : sampling).percent(),
                    SplitWeight.ALL);
        }
    }

    /**
     * Changes an experiment. While it runs, only the description and the sampling rate can change.
     *
     * @throws ValidationException naming the faulty member
     * @throws ResourceNotFoundException when the project, the experiment, a feature or the segment does not exist
     * @throws ConflictException when the experiment is finished, or runs and something else should change
     */
    Experiment update(ProjectRef project, String name, UpdateExperimentRequest request) {
        if (request.metricGoals() != null) {
            MetricGoal.requireValid(request.metricGoals());
        }
        if (request.removesSegment() && request.segment() != null) {
            throw ValidationException.field("removeSegment", "Member must not be true when segment is given");
        }
        List<Treatment> newTreatments = request.treatments() == null ? null : treatments(request.treatments());
        Experiment updated = change(project, name, (state, experiment) -> {
            if (experiment.status().isFinished()) {
                throw conflict(experiment, "Experiment is " + experiment.status() + " and cannot be changed");
            }
            if (experiment.isRunning() && request.changesDesign()) {
                throw conflict(
                        experiment,
                        "Of a running experiment only the description and the sampling rate can be changed");
            }
            List<Treatment> treatments = newTreatments == null ? experiment.treatments() : newTreatments;
            requireKnownTreatments(treatments, request.onlineAbConfig());
            if (request.treatments() != null) {
                requireFeatures(state, experiment.project(), request.treatments());
            }
            OnlineAbConfig division = division(experiment, request);
            return new Experiment(
                    experiment.project(),
                    experiment.name(),
                    request.description() == null ? experiment.description() : request.description(),
                    request.metricGoals() == null ? experiment.metricGoals() : request.metricGoals(),
                    treatments,
                    control(state, experiment.project(), treatments, division),
                    weights(treatments, division),
                    request.randomizationSalt() == null
                            ? experiment.randomizationSalt()
                            : salt(request.randomizationSalt(), name),
                    request.samplingRate() == null ? experiment.samplingRate() : request.samplingRate(),
                    request.removesSegment()
                            ? null
                            : request.segment() == null ? experiment.segment() : segment(state, request.segment()),
                    experiment.status(),
                    experiment.statusReason(),
                    experiment.analysisCompleteTime(),
                    experiment.execution(),
                    experiment.createdTime(),
                    clock.instant(),
                    experiment.tags());
        });
        if (request.samplingRate() != null || request.onlineAbConfig() != null) {
            warnOfTinyShares(updated);
        }
        return updated;
    }

    /** Returns the division that holds after an update. New treatments without a new division are divided anew. */
    private static @Nullable OnlineAbConfig division(Experiment experiment, UpdateExperimentRequest request) {
        OnlineAbConfig given = request.onlineAbConfig();
        if (request.treatments() != null) {
            return given;
        }
        return new OnlineAbConfig(
                given == null || given.controlTreatmentName() == null
                        ? experiment.controlTreatmentName()
                        : given.controlTreatmentName(),
                given == null || given.treatmentWeights() == null
                        ? experiment.treatmentWeights()
                        : given.treatmentWeights());
    }

    /**
     * Starts an experiment. It runs until it is stopped, even past the end of its analysis.
     *
     * @param analysisCompleteTime in the future, at most 30 days
     * @throws ValidationException when that is not so
     * @throws ConflictException when it was started before, another experiment on one of its features runs, or a
     *     feature or a variation does not exist; names all that are missing
     */
    public Experiment start(ProjectRef project, String name, Instant analysisCompleteTime) {
        return change(project, name, (state, experiment) -> {
            if (experiment.status() != Status.CREATED) {
                throw conflict(experiment, "Experiment is " + experiment.status() + " and cannot be started");
            }
            Instant now = clock.instant();
            if (analysisCompleteTime.isBefore(now) || analysisCompleteTime.isAfter(now.plus(ANALYSIS_MAX))) {
                throw ValidationException.field(
                        "analysisCompleteTime",
                        "Member must be in the future, at most " + ANALYSIS_MAX.toDays() + " days from now");
            }
            requireFree(state, experiment);
            return experiment.started(analysisCompleteTime, now);
        });
    }

    private void requireFree(State state, Experiment experiment) {
        List<String> missing = features.missing(
                state, experiment.project(), experiment.treatments().stream().map(Treatment::featureVariations));
        if (!missing.isEmpty()) {
            throw conflict(experiment, String.join("; ", missing));
        }
        for (Treatment treatment : experiment.treatments()) {
            treatment.featureVariations().keySet().forEach(feature -> requireFree(state, experiment, feature));
        }
        quotas.requireRoom(
                ResourceKind.RUNNING_EXPERIMENT,
                identity.arn(experiment.project(), Experiment.KIND, experiment.name()),
                state.stream(Experiment.EXPERIMENTS, experiment.project())
                        .filter(Experiment::isRunning)
                        .count());
    }

    private void requireFree(State state, Experiment experiment, String feature) {
        state.stream(Experiment.EXPERIMENTS, experiment.project())
                .filter(other -> other.isRunning() && other.uses(feature))
                .findAny()
                .ifPresent(other -> {
                    throw conflict(
                            experiment,
                            "Feature '" + feature + "' has a running experiment already, '" + other.name() + "'");
                });
    }

    /**
     * Ends an experiment for good.
     *
     * @throws ConflictException when it does not run
     */
    public Experiment stop(ProjectRef project, String name, StopRequest request) {
        return change(project, name, (state, experiment) -> {
            if (!experiment.isRunning()) {
                throw conflict(experiment, "Experiment is " + experiment.status() + " and cannot be stopped");
            }
            return experiment.stopped(request.status(), request.reason(), clock.instant());
        });
    }

    /**
     * Removes an experiment.
     *
     * @throws ConflictException when it runs
     */
    void delete(ProjectRef project, String name) {
        Experiment _ = controlPlane.change(state -> {
            Experiment experiment = require(state, project, name);
            if (experiment.isRunning()) {
                throw conflict(experiment, "Experiment is RUNNING and cannot be deleted");
            }
            return Change.remove(Experiment.EXPERIMENTS, experiment);
        });
    }

    private Experiment change(ProjectRef project, String name, BiFunction<State, Experiment, Experiment> change) {
        return controlPlane.change(
                state -> Change.put(Experiment.EXPERIMENTS, change.apply(state, require(state, project, name))));
    }

    private static List<Treatment> treatments(List<TreatmentConfig> configs) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < configs.size(); i++) {
            if (!names.add(configs.get(i).name())) {
                throw ValidationException.field("treatments." + i + ".name", "Member must be unique in the list");
            }
        }
        return configs.stream().map(TreatmentConfig::toTreatment).toList();
    }

    private void requireFeatures(State state, String project, List<TreatmentConfig> configs) {
        for (TreatmentConfig config : configs) {
            Feature _ = features.require(state, project, config.feature());
        }
    }

    private static void requireKnownTreatments(List<Treatment> treatments, @Nullable OnlineAbConfig division) {
        if (division == null) {
            return;
        }
        List<String> names = treatments.stream().map(Treatment::name).toList();
        if (division.controlTreatmentName() != null && !names.contains(division.controlTreatmentName())) {
            throw unknownTreatment("onlineAbConfig.controlTreatmentName");
        }
        if (division.treatmentWeights() != null) {
            for (String treatment : division.treatmentWeights().keySet()) {
                if (!names.contains(treatment)) {
                    throw unknownTreatment("onlineAbConfig.treatmentWeights." + treatment);
                }
            }
        }
    }

    /**
     * Returns the requested control treatment, else the first that serves a feature's default variation, else the first
     * of all.
     */
    private static String control(
            State state, String project, List<Treatment> treatments, @Nullable OnlineAbConfig division) {
        String given = division == null ? null : division.controlTreatmentName();
        if (given != null) {
            return given;
        }
        return treatments.stream()
                .filter(treatment -> servesDefault(state, project, treatment))
                .findFirst()
                .orElse(treatments.getFirst())
                .name();
    }

    private static boolean servesDefault(State state, String project, Treatment treatment) {
        return treatment.featureVariations().entrySet().stream()
                .anyMatch(entry -> state.find(Feature.FEATURES, project, entry.getKey())
                        .map(Feature::defaultVariation)
                        .filter(entry.getValue()::equals)
                        .isPresent());
    }

    /**
     * Returns the requested weights, else equal ones. The remainder of an uneven division goes to the first treatments.
     */
    private static Map<String, Long> weights(List<Treatment> treatments, @Nullable OnlineAbConfig division) {
        Map<String, Long> given =
                division == null || division.treatmentWeights() == null ? Map.of() : division.treatmentWeights();
        Map<String, Long> weights = new LinkedHashMap<>();
        for (Treatment treatment : treatments) {
            int before = weights.size();
            long equal = (SplitWeight.ALL + treatments.size() - 1L - before) / treatments.size();
            weights.put(treatment.name(), given.isEmpty() ? equal : given.getOrDefault(treatment.name(), 0L));
        }
        return weights;
    }

    private static ValidationException unknownTreatment(String member) {
        return ValidationException.field(member, "Member must be the name of a treatment of the experiment");
    }

    private @Nullable String segment(State state, @Nullable String reference) {
        return reference == null
                ? null
                : segments.require(state, new SegmentRef(reference)).name();
    }

    /** Returns the salt. An empty one counts as absent (observed through Terraform for launches). */
    private static String salt(@Nullable String given, String name) {
        return given == null || given.isEmpty() ? name : given;
    }

    private ConflictException conflict(Experiment experiment, String message) {
        return new ConflictException(
                message, identity.arn(experiment.project(), Experiment.KIND, experiment.name()), Experiment.KIND);
    }
}
