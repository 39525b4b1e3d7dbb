package io.github.evidently.lifecycle;

import io.github.evidently.error.ConflictException;
import io.github.evidently.error.EvidentlyException;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.state.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A launch or an experiment: serves variations of features while it runs.
 *
 * <p>It guards its own transitions: a method that returns the next state throws when the present status does not allow that.
 * What depends on other resources is checked by its {@link LifecycleRegistry}. Implementations are immutable records, which
 * unwrap the metadata and the progress in JSON.
 *
 * @param <T> the type itself
 */
public interface LifecycleResource<T extends LifecycleResource<T>> extends Resource<T> {

    /** Returns the kind. */
    LifecycleKind<T> kind();

    /** Returns what identifies and describes it. */
    Metadata metadata();

    /** Returns how far it has come. */
    Progress progress();

    /** Returns its groups or treatments. */
    List<? extends Alternative> alternatives();

    /** Tells whether its audience depends on that segment. */
    boolean usesSegment(String segment);

    /** Returns the same design with other metadata and another progress. */
    T with(Metadata metadata, Progress progress);

    /** Returns the randomization salt. An empty one counts as absent (observed through Terraform for launches). */
    static String salt(@Nullable String given, String name) {
        return given == null || given.isEmpty() ? name : given;
    }

    @Override
    default String project() {
        return metadata().project();
    }

    @Override
    default String name() {
        return metadata().name();
    }

    default @Nullable String description() {
        return metadata().description();
    }

    default Instant createdTime() {
        return metadata().createdTime();
    }

    default Instant lastUpdatedTime() {
        return metadata().lastUpdatedTime();
    }

    @Override
    default Map<String, String> tags() {
        return metadata().tags();
    }

    default Status status() {
        return progress().status();
    }

    default @Nullable String statusReason() {
        return progress().statusReason();
    }

    /** Returns when it was started and stopped; null until it is started. */
    default @Nullable Execution execution() {
        return progress().execution();
    }

    /** Returns its ARN. */
    default String arn(ServerIdentity identity) {
        return identity.arn(project(), kind().name(), name());
    }

    /** Tells whether one of its alternatives serves that feature. */
    default boolean uses(String feature) {
        return featureVariations().anyMatch(byFeature -> byFeature.containsKey(feature));
    }

    /** Returns the names of the variations of a feature that it may serve. */
    default Set<String> variations(String feature) {
        return featureVariations()
                .map(byFeature -> byFeature.get(feature))
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    /** Returns the variations of its alternatives, by the features' names. */
    default Stream<Map<String, String>> featureVariations() {
        return alternatives().stream().map(Alternative::featureVariations);
    }

    @Override
    default T withTags(Map<String, String> tags, Instant now) {
        return with(metadata().withTags(tags, now), progress());
    }

    /**
     * Returns it started.
     *
     * @throws ConflictException when it was started before
     */
    default T started(Instant now, ServerIdentity identity) {
        if (status() != Status.CREATED) {
            throw conflict(cannotBe("started"), identity);
        }
        return with(metadata().updated(now), progress().started(now));
    }

    /**
     * Returns it stopped, for good.
     *
     * @param status {@code COMPLETED} or {@code CANCELLED}
     * @throws EvidentlyException {@link #notRunning} when it does not run
     */
    default T stopped(Status status, @Nullable String reason, Instant now, ServerIdentity identity) {
        if (!status().isRunning()) {
            throw notRunning(cannotBe("stopped"), identity);
        }
        return with(metadata().updated(now), progress().stopped(status, reason, now));
    }

    /** Returns the error of a stop out of place. */
    default EvidentlyException notRunning(String message, ServerIdentity identity) {
        return conflict(message, identity);
    }

    /**
     * Makes sure that it may still be changed.
     *
     * @throws ConflictException when it is finished
     */
    default void requireChangeable(ServerIdentity identity) {
        if (status().isFinished()) {
            throw conflict(cannotBe("changed"), identity);
        }
    }

    /**
     * Makes sure that it may be deleted.
     *
     * @throws ConflictException when it runs
     */
    default void requireDeletable(ServerIdentity identity) {
        if (status().isRunning()) {
            throw conflict(cannotBe("deleted"), identity);
        }
    }

    private String cannotBe(String participle) {
        return kind().title() + " is " + status() + " and cannot be " + participle;
    }

    /** Returns a conflict with the state of this resource. */
    default ConflictException conflict(String message, ServerIdentity identity) {
        return new ConflictException(message, arn(identity), kind().name());
    }
}
