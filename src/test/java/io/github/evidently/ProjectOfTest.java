package io.github.evidently;

import static io.restassured.RestAssured.given;

import io.restassured.builder.RequestSpecBuilder;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Collectors;

/** A project that a test has for itself, and calls of the control plane on what is in it. */
public final class ProjectOfTest {

    public static final String ARN_PREFIX = "arn:aws:evidently:us-east-1:000000000000:";

    private final RequestSpecification http;
    private final String name = "it-" + UUID.randomUUID();

    /** Creates the project. */
    public ProjectOfTest(int port) {
        this.http = new RequestSpecBuilder()
                .setPort(port)
                .setUrlEncodingEnabled(false)
                .build();
        post("/projects", "{\"name\":\"" + name + "\"}").statusCode(200);
    }

    public String name() {
        return name;
    }

    public String arn() {
        return ARN_PREFIX + "project/" + name;
    }

    /** The ARN of something in it, existing or not. */
    public String arn(String kind, String resource) {
        return arn() + "/" + kind + "/" + resource;
    }

    /** The path of something in it, with the project by its name. */
    public String path(String rest) {
        return "/projects/" + name + rest;
    }

    /** As SDKs put an ARN into a path. */
    public static String encoded(String arn) {
        return arn.replace(":", "%3A").replace("/", "%2F");
    }

    public ValidatableResponse get(String path) {
        return given(http).get(path).then();
    }

    public ValidatableResponse delete(String path) {
        return given(http).delete(path).then();
    }

    public ValidatableResponse post(String path, String body) {
        return given(http)
                .body(body.getBytes(StandardCharsets.UTF_8))
                .post(path)
                .then();
    }

    /** A POST without a body. */
    public ValidatableResponse post(String path) {
        return given(http).post(path).then();
    }

    public ValidatableResponse patch(String path, String body) {
        return given(http)
                .body(body.getBytes(StandardCharsets.UTF_8))
                .patch(path)
                .then();
    }

    /** A segment; segments belong to no project, so that its name must be its own. */
    public ValidatableResponse createSegment(String segment) {
        return post("/segments", """
                {"name":"%s","pattern":"{\\"country\\":[\\"DE\\"]}"}""".formatted(segment));
    }

    /** A feature whose variations have their names as values. */
    public ValidatableResponse createFeature(String feature, String... variations) {
        return post(
                path("/features"), "{\"name\":\"" + feature + "\",\"variations\":[" + variations(variations) + "]}");
    }

    /** Variations, without the brackets of the list, that have their names as values. */
    public static String variations(String... names) {
        return Arrays.stream(names).map("""
                        {"name":"%1$s","value":{"stringValue":"%1$s"}}"""::formatted).collect(Collectors.joining(","));
    }

    /** A launch of one group {@code all} with that variation and one step that is due. */
    public ValidatableResponse createLaunch(String launch, String feature, String variation) {
        return post(path("/launches"), """
                {"name":"%s","groups":[{"name":"all","feature":"%s","variation":"%s"}],
                 "scheduledSplitsConfig":{"steps":[{"startTime":1,"groupWeights":{"all":100000}}]}}""".formatted(launch, feature, variation));
    }

    /** An experiment with a treatment of the name of each variation. */
    public ValidatableResponse createExperiment(String experiment, String feature, String... variations) {
        return post(path("/experiments"), experiment(experiment, feature, "", variations));
    }

    /**
     * The body of CreateExperiment.
     *
     * @param more further members, each followed by a comma
     */
    public static String experiment(String experiment, String feature, String more, String... variations) {
        return "{\"name\":\"" + experiment + "\"," + more + "\"metricGoals\":[" + goal("m") + "],\"treatments\":["
                + Arrays.stream(variations)
                        .map(variation -> """
                                {"name":"%1$s","feature":"%2$s","variation":"%1$s"}""".formatted(variation, feature))
                        .collect(Collectors.joining(","))
                + "]}";
    }

    /** A metric goal. */
    public static String goal(String metric) {
        return "{\"metricDefinition\":" + metric(metric) + "}";
    }

    /** A metric definition. */
    public static String metric(String metric) {
        return """
                {"name":"%s","entityIdKey":"userDetails.userId","valueKey":"details.value"}""".formatted(metric);
    }

    public ValidatableResponse startLaunch(String launch) {
        return post(path("/launches/" + launch + "/start"));
    }

    public ValidatableResponse startExperiment(String experiment) {
        long inAnHour = System.currentTimeMillis() / 1000 + 3600;
        return post(path("/experiments/" + experiment + "/start"), "{\"analysisCompleteTime\":" + inAnHour + "}");
    }

    /**
     * Stops a launch or an experiment.
     *
     * @param kind {@code launches} or {@code experiments}
     */
    public ValidatableResponse stop(String kind, String resource, String desiredState) {
        return post(path("/" + kind + "/" + resource + "/cancel"), "{\"desiredState\":\"" + desiredState + "\"}");
    }
}
