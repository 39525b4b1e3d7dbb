package io.github.evidently.seed;

import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Converts the output of the Get operations to the form of the create operations.
 *
 * <p>The output may be wrapped as the service wraps it ({@code {"feature": {…}}}) or not. Members that only the service
 * can set are ignored. Segments of any account and Region are referred to by name. A member that already has the create
 * form is left unchanged.
 */
final class Dump {

    private static final Pattern SEGMENT_ARN = Pattern.compile("arn:[^:]*:[^:]*:[^:]*:[^:]*:segment/(.*)");

    /** The form in which Python prints a time. */
    private static final Pattern SPACED_TIME = Pattern.compile("([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9].*)");

    private static final Set<String> FINISHED = Set.of("COMPLETED", "CANCELLED");

    private Dump() {}

    /** Converts the output of GetSegment. */
    static SeedObject segment(SeedObject file) {
        SeedObject segment = file.unwrap("segment");
        segment.take("arn", "createdTime", "experimentCount", "lastUpdatedTime", "launchCount");
        return segment;
    }

    /**
     * Converts the output of GetProject.
     *
     * @param name the name of the project on this server
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

    /** Converts the output of GetFeature. */
    static SeedObject feature(SeedObject file) {
        SeedObject feature = file.unwrap("feature");
        feature.take("arn", "createdTime", "evaluationRules", "lastUpdatedTime", "project", "status", "valueType");
        return feature;
    }

    /** Converts the output of GetLaunch. */
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

    /** Converts the output of GetExperiment. */
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
     * Reduces the state of a launch or an experiment to what a seed can express.
     *
     * @return the status
     */
    private static String takeState(SeedObject source) {
        ObjectNode value = source.value();
        boolean wasStarted = value.path("execution").hasNonNull("startedTime");
        source.take("arn", "createdTime", "execution", "lastUpdatedTime", "project", "type");
        String status = value.path("status").asString("CREATED");
        if (status.equals("UPDATING")) {
            // Printed while a change was in flight.
            status = wasStarted ? "RUNNING" : "CREATED";
            value.put("status", status);
        }
        if (!FINISHED.contains(status)) {
            value.remove("statusReason");
        }
        return status;
    }

    /** Moves the feature and the variation of groups or treatments to members of their own. */
    private static void spreadFeatures(SeedObject source, String list) {
        int index = 0;
        for (JsonNode entry : source.value().path(list)) {
            if (entry instanceof ObjectNode object
                    && object.get("featureVariations") instanceof ObjectNode variations) {
                if (variations.size() != 1) {
                    throw source.violation(list + "." + index + ".featureVariations", "Member must have one feature");
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
