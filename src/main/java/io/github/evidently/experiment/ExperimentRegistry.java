package io.github.evidently.experiment;

import io.github.evidently.error.ConflictException;
import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.feature.Feature;
import io.github.evidently.feature.FeatureRegistry;
import io.github.evidently.lifecycle.Alternative;
import io.github.evidently.lifecycle.LifecycleClock;
import io.github.evidently.lifecycle.LifecycleRegistry;
import io.github.evidently.lifecycle.LifecycleResource;
import io.github.evidently.lifecycle.Metadata;
import io.github.evidently.lifecycle.Progress;
import io.github.evidently.lifecycle.Share;
import io.github.evidently.lifecycle.SplitWeight;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.metric.MetricGoal;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.ResourceQuotas;
import io.github.evidently.resource.SegmentRef;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.segment.SegmentRegistry;
import io.github.evidently.state.ControlPlane;
import io.github.evidently.state.State;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Creates, finds, changes and deletes experiments. Thread-safe; see {@link ControlPlane}. */
@Component
public class ExperimentRegistry extends LifecycleRegistry<Experiment> {

    /** How long after its start an experiment can be analysed (StartExperiment in the service model). */
    private static final Duration ANALYSIS_MAX = Duration.ofDays(30);

    private static final Logger log = LoggerFactory.getLogger(ExperimentRegistry.class);

    private final FeatureRegistry features;
    private final SegmentRegistry segments;
    private final ServerIdentity identity;
    private final LifecycleClock clock;

    ExperimentRegistry(
            ControlPlane controlPlane,
            ProjectRegistry projects,
            FeatureRegistry features,
            SegmentRegistry segments,
            ServerIdentity identity,
            ResourceQuotas quotas,
            LifecycleClock clock) {
        super(Experiment.LIFECYCLE, controlPlane, projects, features, identity, quotas, clock);
        this.features = features;
        this.segments = segments;
        this.identity = identity;
        this.clock = clock;
    }

    /**
     * Adds an experiment, which has no effect until it is started.
     *
     * @throws ValidationException naming the member that violates the model
     * @throws ResourceNotFoundException when the project, a feature or the segment does not exist
     * @throws ConflictException when one of that name exists
     */
    public Experiment create(ProjectRef project, CreateExperimentRequest request) {
        return addExperiment(project, request, (state, created) -> {
            features.requireFeatures(state, created.project(), created.featureVariations());
            return created;
        });
    }

    /**
     * Adds an experiment that ran elsewhere, in the status that it had there. This is one atomic step.
     *
     * @param status {@code RUNNING}: as if it were started now; finished: as if it were started and stopped now, but
     *     without a check of its features and of other running experiments
     * @param reason the {@code statusReason} of a finished one
     * @param analysisCompleteTime of one that was started; it may be in the past; null for the latest time that a start
     *     now allows
     * @throws ValidationException naming the member that violates the model
     * @throws ResourceNotFoundException when the project or the segment does not exist
     * @throws ConflictException when one of that name exists or, if it is to run, as {@link #start}
     */
    public Experiment restore(
            ProjectRef project,
            CreateExperimentRequest request,
            Status status,
            @Nullable String reason,
            @Nullable Instant analysisCompleteTime) {
        return addExperiment(project, request, (state, created) -> {
            Instant now = created.createdTime();
            Instant end = analysisCompleteTime == null
                    ? now.plus(ANALYSIS_MAX).truncatedTo(ChronoUnit.SECONDS)
                    : analysisCompleteTime;
            return restored(state, created, one -> one.started(end, now, identity), status, reason);
        });
    }

    private Experiment addExperiment(
            ProjectRef project, CreateExperimentRequest request, BiFunction<State, Experiment, Experiment> change) {
        MetricGoal.requireValid(request.metricGoals());
        List<Treatment> treatments = treatments(request.treatments());
        OnlineAbConfig division = request.onlineAbConfig() == null ? OnlineAbConfig.NONE : request.onlineAbConfig();
        division.requireKnown(treatments);
        return warned(add(
                project,
                request,
                (state, metadata) -> change.apply(
                        state,
                        new Experiment(
                                metadata,
                                design(state, metadata, request, treatments, division),
                                Progress.CREATED,
                                null))));
    }

    private ExperimentDesign design(
            State state,
            Metadata metadata,
            CreateExperimentRequest request,
            List<Treatment> treatments,
            OnlineAbConfig division) {
        return new ExperimentDesign(
                request.metricGoals(),
                treatments,
                division.control(treatments, treatment -> servesDefault(state, metadata.project(), treatment)),
                division.weights(treatments),
                LifecycleResource.salt(request.randomizationSalt(), metadata.name()),
                request.samplingRate() == null ? SplitWeight.ALL : request.samplingRate(),
                segment(state, request.segment()));
    }

    /**
     * Changes an experiment. While it runs, only the description and the sampling rate can change.
     *
     * @throws ValidationException naming the member that violates the model
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
            experiment.requireChangeable(request, identity);
            return new Experiment(
                    experiment.metadata().updated(request.description(), clock.instant()),
                    design(state, experiment, request, newTreatments),
                    experiment.progress(),
                    experiment.analysisCompleteTime());
        });
        return request.samplingRate() == null && request.onlineAbConfig() == null ? updated : warned(updated);
    }

    private ExperimentDesign design(
            State state,
            Experiment experiment,
            UpdateExperimentRequest request,
            @Nullable List<Treatment> newTreatments) {
        OnlineAbConfig given = request.onlineAbConfig() == null ? OnlineAbConfig.NONE : request.onlineAbConfig();
        List<Treatment> treatments = newTreatments == null ? experiment.treatments() : newTreatments;
        given.requireKnown(treatments);
        if (newTreatments != null) {
            features.requireFeatures(
                    state, experiment.project(), treatments.stream().map(Treatment::featureVariations));
        }
        // New treatments without a new division are divided anew.
        OnlineAbConfig division =
                newTreatments == null ? given.or(experiment.design().division()) : given;
        return new ExperimentDesign(
                request.metricGoals() == null ? experiment.metricGoals() : request.metricGoals(),
                treatments,
                division.control(treatments, treatment -> servesDefault(state, experiment.project(), treatment)),
                division.weights(treatments),
                request.randomizationSalt() == null
                        ? experiment.randomizationSalt()
                        : LifecycleResource.salt(request.randomizationSalt(), experiment.name()),
                request.samplingRate() == null ? experiment.samplingRate() : request.samplingRate(),
                request.removesSegment()
                        ? null
                        : request.segment() == null ? experiment.segment() : segment(state, request.segment()));
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
            Instant now = clock.instant();
            Experiment started = experiment.started(analysisCompleteTime, now, identity);
            if (analysisCompleteTime.isBefore(now) || analysisCompleteTime.isAfter(now.plus(ANALYSIS_MAX))) {
                throw ValidationException.field(
                        "analysisCompleteTime",
                        "Member must be in the future, at most " + ANALYSIS_MAX.toDays() + " days from now");
            }
            return requireMayRun(state, started);
        });
    }

    private static List<Treatment> treatments(List<TreatmentConfig> configs) {
        List<Treatment> treatments =
                configs.stream().map(TreatmentConfig::toTreatment).toList();
        Alternative.requireUniqueNames("treatments", treatments);
        return treatments;
    }

    private static boolean servesDefault(State state, String project, Treatment treatment) {
        return treatment.featureVariations().entrySet().stream()
                .anyMatch(entry -> state.find(Feature.FEATURES, project, entry.getKey())
                        .map(Feature::defaultVariation)
                        .filter(entry.getValue()::equals)
                        .isPresent());
    }

    private @Nullable String segment(State state, @Nullable String reference) {
        return reference == null
                ? null
                : segments.require(state, new SegmentRef(reference)).name();
    }

    /** Warns of weights such as 50 and 50 or a sampling rate of 10, which are most likely meant as percent. */
    private static Experiment warned(Experiment experiment) {
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
        return experiment;
    }
}
