package io.github.evidently.experiment;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.github.evidently.error.ConflictException;
import io.github.evidently.lifecycle.LifecycleKind;
import io.github.evidently.lifecycle.LifecycleResource;
import io.github.evidently.lifecycle.Metadata;
import io.github.evidently.lifecycle.Progress;
import io.github.evidently.metric.MetricGoal;
import io.github.evidently.resource.ResourceKind;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.state.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An experiment (model shape {@code Experiment}): compares treatments by metrics.
 *
 * @param analysisCompleteTime null until it is started
 */
public record Experiment(
        @JsonUnwrapped Metadata metadata,
        @JsonUnwrapped ExperimentDesign design,
        @JsonUnwrapped Progress progress,
        @Nullable Instant analysisCompleteTime)
        implements LifecycleResource<Experiment> {

    /** The name of this kind in ARNs. */
    public static final String KIND = "experiment";

    /** The kind of these resources. */
    public static final Kind<Experiment> EXPERIMENTS = new Kind<>(KIND, Experiment.class);

    static final LifecycleKind<Experiment> LIFECYCLE = new LifecycleKind<>(
            EXPERIMENTS,
            "Experiment",
            "aws.evidently.onlineab",
            ResourceKind.EXPERIMENT,
            ResourceKind.RUNNING_EXPERIMENT);

    static final int GOALS_MAX = 3;
    static final int TREATMENTS_MIN = 2;
    static final int TREATMENTS_MAX = 5;

    @Override
    public LifecycleKind<Experiment> kind() {
        return LIFECYCLE;
    }

    /** Returns the 1 to 3 goals. */
    public List<MetricGoal> metricGoals() {
        return design.metricGoals();
    }

    /** Returns the 2 to 5 treatments. */
    public List<Treatment> treatments() {
        return design.treatments();
    }

    /** Returns the name of the treatment that the others are compared with. */
    public String controlTreatmentName() {
        return design.controlTreatmentName();
    }

    /** Returns the shares of the audience by treatment, in thousandths of a percent. */
    public Map<String, Long> treatmentWeights() {
        return design.treatmentWeights();
    }

    /** Returns the salt that decides, together with an entity, on its treatment. */
    public String randomizationSalt() {
        return design.randomizationSalt();
    }

    /** Returns how much of the traffic takes part, in thousandths of a percent. */
    public long samplingRate() {
        return design.samplingRate();
    }

    /** Returns the name of the segment whose members may take part; null for all entities. */
    public @Nullable String segment() {
        return design.segment();
    }

    @Override
    public List<Treatment> alternatives() {
        return design.treatments();
    }

    @Override
    public boolean usesSegment(String segment) {
        return segment.equals(design.segment());
    }

    @Override
    public Experiment with(Metadata metadata, Progress progress) {
        return new Experiment(metadata, design, progress, analysisCompleteTime);
    }

    /**
     * Returns it started.
     *
     * @throws ConflictException when it was started before
     */
    Experiment started(Instant analysisCompleteTime, Instant now, ServerIdentity identity) {
        Experiment started = started(now, identity);
        return new Experiment(started.metadata, design, started.progress, analysisCompleteTime);
    }

    /**
     * Makes sure that its status allows an update. While it runs, only the description and the sampling rate can change.
     *
     * @throws ConflictException when it does not
     */
    void requireChangeable(UpdateExperimentRequest request, ServerIdentity identity) {
        requireChangeable(identity);
        if (status().isRunning() && request.changesDesign()) {
            throw conflict(
                    "Of a running experiment only the description and the sampling rate can be changed", identity);
        }
    }
}
