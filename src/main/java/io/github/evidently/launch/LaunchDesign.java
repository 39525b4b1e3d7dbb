package io.github.evidently.launch;

import io.github.evidently.error.ValidationException;
import io.github.evidently.launch.ScheduledSplit.SegmentOverride;
import io.github.evidently.lifecycle.Alternative;
import io.github.evidently.lifecycle.LifecycleResource;
import io.github.evidently.metric.MetricMonitor;
import io.github.evidently.resource.SegmentRef;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The groups, metrics, salt and schedule of a launch.
 *
 * @param groups 1 to 5, of different names
 * @param steps 1 to 6 in the order of the request, with segment names; null when there is no schedule yet
 */
public record LaunchDesign(
        List<LaunchGroup> groups,
        List<MetricMonitor> metricMonitors,
        String randomizationSalt,
        @Nullable List<ScheduledSplit> steps) {

    /**
     * Returns the design that a request describes, with references to segments in place of their names.
     *
     * @throws ValidationException naming the member that violates the model
     */
    static LaunchDesign of(CreateLaunchRequest request) {
        List<MetricMonitor> monitors = request.metricMonitors() == null ? List.of() : request.metricMonitors();
        MetricMonitor.requireValid(monitors);
        return new LaunchDesign(
                        groups(request.groups()),
                        monitors,
                        LifecycleResource.salt(request.randomizationSalt(), request.name()),
                        steps(request.scheduledSplitsConfig()))
                .requireKnownGroups();
    }

    /**
     * Returns the design after an update, with references to segments in place of their names if the request has steps.
     *
     * @param name the name of the launch
     * @throws ValidationException naming the member that violates the model
     */
    LaunchDesign updated(UpdateLaunchRequest request, String name) {
        return new LaunchDesign(
                        request.groups() == null ? groups : groups(request.groups()),
                        request.metricMonitors() == null ? metricMonitors : request.metricMonitors(),
                        request.randomizationSalt() == null
                                ? randomizationSalt
                                : LifecycleResource.salt(request.randomizationSalt(), name),
                        request.scheduledSplitsConfig() == null ? steps : steps(request.scheduledSplitsConfig()))
                .requireKnownGroups();
    }

    /**
     * Returns the groups of a request.
     *
     * @throws ValidationException when two have the same name
     */
    static List<LaunchGroup> groups(List<LaunchGroupConfig> configs) {
        List<LaunchGroup> groups =
                configs.stream().map(LaunchGroupConfig::toGroup).toList();
        Alternative.requireUniqueNames("groups", groups);
        return groups;
    }

    private static @Nullable List<ScheduledSplit> steps(@Nullable ScheduledSplitsLaunchConfig config) {
        return config == null ? null : config.steps();
    }

    /** Returns the same design with the names of segments in place of references. */
    LaunchDesign resolved(Function<SegmentRef, String> segments) {
        return new LaunchDesign(
                groups,
                metricMonitors,
                randomizationSalt,
                steps == null
                        ? null
                        : steps.stream().map(step -> step.resolved(segments)).toList());
    }

    boolean usesSegment(String segment) {
        return steps != null
                && steps.stream()
                        .flatMap(step -> step.overrides().stream())
                        .map(SegmentOverride::segment)
                        .anyMatch(segment::equals);
    }

    private LaunchDesign requireKnownGroups() {
        if (steps == null) {
            return this;
        }
        Set<String> names = groups.stream().map(LaunchGroup::name).collect(Collectors.toSet());
        for (int i = 0; i < steps.size(); i++) {
            ScheduledSplit step = steps.get(i);
            String member = "scheduledSplitsConfig.steps." + i + ".";
            requireKnown(member + "groupWeights.", step.groupWeights().keySet(), names);
            for (int j = 0; j < step.overrides().size(); j++) {
                requireKnown(
                        member + "segmentOverrides." + j + ".weights.",
                        step.overrides().get(j).weights().keySet(),
                        names);
            }
        }
        return this;
    }

    private static void requireKnown(String member, Set<String> weighted, Set<String> known) {
        for (String group : weighted) {
            if (!known.contains(group)) {
                throw ValidationException.field(member + group, "Member must be the name of a group of the launch");
            }
        }
    }
}
