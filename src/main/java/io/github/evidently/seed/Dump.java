package io.github.evidently.seed;

import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Turns what the Get operations print into the form of the create operations.
 *
 * <p>It may be wrapped as the service wraps it ({@code {"feature": {…}}}) or not. What only the service can say is passed
 * over. Segments of whatever account and Region are named by name. A member that has the create form already is left as
 * it is.
 */
final class Dump {

    private static final Pattern SEGMENT_ARN = Pattern.compile("arn:[^:]*:[^:]*:[^:]*:[^:]*:segment/(.*)");

    /** How Python prints a time, when it is asked to print anything. */
    private static final Pattern SPACED_TIME = Pattern.compile("([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9].*)");

    private static final Set<String> FINISHED = Set.of("COMPLETED", "CANCELLED");

    private Dump() {}

    /** What GetSegment printed. */
    static SeedObject segment(SeedObject file) {
        SeedObject segment = file.unwrap("segment");
        segment.take("arn", "createdTime", "experimentCount", "lastUpdatedTime", "launchCount");
        return segment;
    }

    /**
     * What GetProject printed.
     *
     * @param name of the project here
     */
    static SeedObject project(SeedObject file, String name) {
        SeedObject project = file.unwrap("project");
        project.take(
                "activeExperimentCount",
                "activeLaunchCount",
                "arn",
                "createdTime",
                "experimentCount",
                "featureCount",
                "lastUpdatedTime",
                "launchCount",
                "status");
        project.value().put("name", name);
        if (project.value().get("appConfigResource") instanceof ObjectNode resource) {
            resource.remove("configurationProfileId");
        }
        return project;
    }

    /** What GetFeature printed. */
    static SeedObject feature(SeedObject file) {
        SeedObject feature = file.unwrap("feature");
        feature.take("arn", "createdTime", "evaluationRules", "lastUpdatedTime", "project", "status", "valueType");
        return feature;
    }

    /** What GetLaunch printed. */
    static SeedObject launch(SeedObject file) {
        SeedObject launch = file.unwrap("launch");
        ObjectNode value = launch.value();
        takeState(launch);
        spreadFeatures(launch, "groups");
        launch.rename("scheduledSplitsDefinition", "scheduledSplitsConfig");
        if (value.path("scheduledSplitsConfig").path("steps") instanceof ArrayNode steps) {
            if (steps.isEmpty()) {
                value.remove("scheduledSplitsConfig");
            }
            for (JsonNode step : steps) {
                writeTime(step, "startTime");
                step.path("segmentOverrides").forEach(override -> writeSegment(override, "segment"));
            }
        }
        return launch;
    }

    /** What GetExperiment printed. */
    static SeedObject experiment(SeedObject file) {
        SeedObject experiment = file.unwrap("experiment");
        ObjectNode value = experiment.value();
        String status = takeState(experiment);
        JsonNode end = value.path("schedule").get("analysisCompleteTime");
        value.remove("schedule");
        if (end != null && !end.isNull() && !status.equals("CREATED")) {
            value.set("analysisCompleteTime", end);
            writeTime(value, "analysisCompleteTime");
        }
        spreadFeatures(experiment, "treatments");
        experiment.rename("onlineAbDefinition", "onlineAbConfig");
        writeSegment(value, "segment");
        return experiment;
    }

    /**
     * Leaves of the state of a launch or an experiment what a seed can say.
     *
     * @return the status
     */
    private static String takeState(SeedObject source) {
        ObjectNode value = source.value();
        boolean wasStarted = value.path("execution").hasNonNull("startedTime");
        source.take("arn", "createdTime", "execution", "lastUpdatedTime", "project", "type");
        String status = value.path("status").asString("CREATED");
        if (status.equals("UPDATING")) {
            // Printed while a change was under way.
            status = wasStarted ? "RUNNING" : "CREATED";
            value.put("status", status);
        }
        if (!FINISHED.contains(status)) {
            value.remove("statusReason");
        }
        return status;
    }

    /** Of groups or treatments: the feature and its variation in members of their own. */
    private static void spreadFeatures(SeedObject source, String list) {
        int index = 0;
        for (JsonNode entry : source.value().path(list)) {
            if (entry instanceof ObjectNode object
                    && object.get("featureVariations") instanceof ObjectNode variations) {
                if (variations.size() != 1) {
                    throw source.fault(list + "." + index + ".featureVariations", "Member must have one feature");
                }
                object.remove("featureVariations");
                variations.forEachEntry((feature, variation) -> {
                    object.put("feature", feature);
                    object.set("variation", variation);
                });
            }
            index++;
        }
    }

    private static void writeSegment(JsonNode parent, String member) {
        if (parent instanceof ObjectNode object && object.get(member) instanceof StringNode reference) {
            object.put(member, SEGMENT_ARN.matcher(reference.stringValue()).replaceFirst("$1"));
        }
    }

    private static void writeTime(JsonNode parent, String member) {
        if (parent instanceof ObjectNode object && object.get(member) instanceof StringNode time) {
            object.put(member, SPACED_TIME.matcher(time.stringValue()).replaceFirst("$1T$2"));
        }
    }
}
