package io.github.evidently.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.github.evidently.ProjectOfTest;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What launches and experiments have in common; the tests of both extend it. */
public abstract class LifecycleContract extends LifecycleFixture {

    protected LifecycleContract(String kind, String plural, String name) {
        super(kind, plural, name);
    }

    /** Creates one that serves a variation of a feature, perhaps among others. */
    protected abstract ValidatableResponse create(String name, String feature, String variation);

    protected abstract ValidatableResponse start(String name);

    /** Asserts the error of a stop out of place. */
    protected abstract void assertNotRunning(ValidatableResponse answer);

    /**
     * Transitions from the model and the guide; that a start, an update or a deletion out of place is a conflict is our
     * choice.
     */
    @ParameterizedTest
    @CsvSource({
        "CREATED, start, RUNNING",
        "CREATED, stop COMPLETED, not running",
        "CREATED, stop CANCELLED, not running",
        "CREATED, update, CREATED",
        "CREATED, delete, gone",
        "RUNNING, start, conflict",
        "RUNNING, stop COMPLETED, COMPLETED",
        "RUNNING, stop CANCELLED, CANCELLED",
        "RUNNING, update, RUNNING",
        "RUNNING, delete, conflict",
        "COMPLETED, start, conflict",
        "COMPLETED, stop COMPLETED, not running",
        "COMPLETED, stop CANCELLED, not running",
        "COMPLETED, update, conflict",
        "COMPLETED, delete, gone",
        "CANCELLED, start, conflict",
        "CANCELLED, stop COMPLETED, not running",
        "CANCELLED, stop CANCELLED, not running",
        "CANCELLED, update, conflict",
        "CANCELLED, delete, gone"
    })
    void goesFromCreatedOverRunningToAnEnd(String from, String action, String outcome) {
        createIn(from);
        String before = get().extract().asString();

        ValidatableResponse answer = act(action);

        switch (outcome) {
            case "conflict" -> {
                assertConflict(answer).body("message", containsString(from));
                assertThat(get().extract().asString()).isEqualTo(before);
            }
            case "not running" -> {
                assertNotRunning(answer);
                answer.body("message", containsString(from));
                assertThat(get().extract().asString()).isEqualTo(before);
            }
            case "gone" -> {
                answer.statusCode(200);
                assertThat(answer.extract().asString()).isEqualTo("{}");
                get().statusCode(404);
            }
            default -> {
                answer.statusCode(200);
                get().body(kind + ".status", equalTo(outcome));
            }
        }
    }

    private void createIn(String status) {
        create(name, "f", "a").statusCode(200);
        if (!status.equals("CREATED")) {
            start(name).statusCode(200);
        }
        if (status.equals("COMPLETED") || status.equals("CANCELLED")) {
            project.stop(plural, name, status).statusCode(200);
        }
    }

    private ValidatableResponse act(String action) {
        return switch (action) {
            case "start" -> start(name);
            case "update" -> update("{\"description\":\"new\"}");
            case "delete" -> delete();
            default -> project.stop(plural, name, action.substring("stop ".length()));
        };
    }

    protected final ValidatableResponse assertConflict(ValidatableResponse answer) {
        return answer.statusCode(409)
                .header("x-amzn-ErrorType", "ConflictException")
                .body("resourceId", equalTo(project.arn(kind, name)))
                .body("resourceType", equalTo(kind));
    }

    /** The status from the model, the words are ours. */
    @Test
    void refusesANameThatExists() {
        create(name, "f", "a").statusCode(200);
        String before = get().extract().asString();

        assertConflict(create(name, "f", "b"))
                .body("message", containsString(" with arn '" + project.arn(kind, name) + "' already exists."));
        assertThat(get().extract().asString()).isEqualTo(before);
    }

    /** Our choice (the guide speaks of "the" ongoing launch or experiment): at most one of a kind runs on a feature. */
    @Test
    void isNotStartedWhileAnotherOneOfTheFeatureRuns() {
        project.createFeature("other", "a", "b", "c");
        create("first", "f", "a");
        create(name, "f", "b");
        create("elsewhere", "other", "a");
        start("first").statusCode(200);

        assertConflict(start(name)).body("message", containsString("'first'"));
        start("elsewhere").statusCode(200);
        project.stop(plural, "first", "COMPLETED");
        start(name).statusCode(200);
    }

    /** Our choice: a variation is looked for at the start (observed through Terraform for UpdateLaunch). */
    @Test
    void isCreatedButNotStartedWithAVariationThatDoesNotExist() {
        create(name, "f", "unknown").statusCode(200);

        assertConflict(start(name)).body("message", containsString("unknown"));
    }

    /** The state and the reason from the model, the default from CloudFormation. */
    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"desiredState\":null}"})
    void isCompletedByAStopUnlessToldOtherwise(String body) {
        createIn("RUNNING");

        Integer ended = stop(body).statusCode(200).extract().path("endedTime");
        get().body(kind + ".status", equalTo("COMPLETED"))
                .body(kind + ".execution.endedTime", equalTo(ended))
                .body(kind + ".statusReason", nullValue());
    }

    /** From the model. */
    @Test
    void keepsTheReasonOfAStop() {
        createIn("RUNNING");

        stop("{\"desiredState\":\"CANCELLED\",\"reason\":\"too slow\"}").statusCode(200);
        get().body(kind + ".status", equalTo("CANCELLED")).body(kind + ".statusReason", equalTo("too slow"));
    }

    /** From the model. */
    @ParameterizedTest
    @ValueSource(strings = {"RUNNING", "completed"})
    void isNotStoppedInAnotherState(String state) {
        createIn("RUNNING");

        project.stop(plural, name, state).statusCode(400).body("fieldList.name", contains("desiredState"));
        get().body(kind + ".status", equalTo("RUNNING"));
    }

    /** The filter from the model. */
    @Test
    void isListedByStatus() {
        for (String one : List.of("created", "running", "stopped")) {
            project.createFeature("f-" + one, "a", "b", "c");
            create(one, "f-" + one, "a").statusCode(200);
        }
        start("running");
        start("stopped");
        project.stop(plural, "stopped", "CANCELLED");

        list("").body(plural + ".name", contains("created", "running", "stopped"));
        list("?status=CREATED").body(plural + ".name", contains("created"));
        list("?status=RUNNING").body(plural + ".name", contains("running"));
        list("?status=CANCELLED").body(plural + ".name", contains("stopped"));
        list("?status=COMPLETED").body(plural, empty());
        list("?status=UPDATING").body(plural, empty());
    }

    /** Our choice: a page that a filter thins out is still full. */
    @Test
    void fillsPagesWithWhatTheFilterLeaves() {
        for (String one : List.of("a", "b", "c", "d", "e")) {
            project.createFeature("f-" + one, "a", "b", "c");
            create(one, "f-" + one, "a").statusCode(200);
        }
        start("a");
        start("c");
        start("e");

        String token = list("?status=RUNNING&maxResults=2")
                .body(plural + ".name", contains("a", "c"))
                .extract()
                .path("nextToken");
        project.stop(plural, "c", "COMPLETED");
        project.delete(path("/c")).statusCode(200);
        list("?status=RUNNING&maxResults=2&nextToken=" + token)
                .body(plural + ".name", contains("e"))
                .body("nextToken", nullValue());
    }

    private ValidatableResponse list(String query) {
        return project.get("/projects/" + ProjectOfTest.encoded(project.arn()) + "/" + plural + query)
                .statusCode(200);
    }

    @ParameterizedTest
    @CsvSource({
        "maxResults=0, maxResults",
        "maxResults=101, maxResults",
        "nextToken=x, nextToken",
        "status=running, status"
    })
    void isNotListedOnAPageThatCannotBe(String query, String member) {
        for (String project : List.of(this.project.name(), "missing")) {
            this.project
                    .get("/projects/" + project + "/" + plural + "?" + query)
                    .statusCode(400)
                    .body("fieldList.name", contains(member));
        }
    }

    /** The odd ARN, observed by http4k at DeleteFeature. */
    @ParameterizedTest
    @ValueSource(strings = {"GET ", "PATCH ", "POST /start", "POST /cancel", "DELETE "})
    void isNotFoundInAProjectThatDoesNotExist(String operation) {
        ValidatableResponse answer = send(operation, "/projects/missing/" + plural + "/" + name);

        answer.statusCode(404)
                .body(
                        "message",
                        equalTo("Project with arn '" + MISSING + "/" + kind + "/" + name + "' does not exist."))
                .body("resourceId", equalTo(MISSING + "/" + kind + "/" + name))
                .body("resourceType", equalTo("project"));
    }

    /** The style of the control plane, by analogy. */
    @ParameterizedTest
    @ValueSource(strings = {"GET ", "PATCH ", "POST /start", "POST /cancel", "DELETE "})
    void isNotFoundWhenItDoesNotExist(String operation) {
        send(operation, path("/" + name))
                .statusCode(404)
                .body("message", containsString(" with arn '" + project.arn(kind, name) + "' does not exist."))
                .body("resourceId", equalTo(project.arn(kind, name)))
                .body("resourceType", equalTo(kind));
    }

    private ValidatableResponse send(String operation, String resource) {
        String path = resource + operation.substring(operation.indexOf(' ') + 1);
        return switch (operation.substring(0, operation.indexOf(' '))) {
            case "GET" -> project.get(path);
            case "PATCH" -> project.patch(path, "{}");
            case "POST" -> project.post(path, "{\"analysisCompleteTime\":1}");
            default -> project.delete(path);
        };
    }

    /** Counters from the model: all that are not deleted, and those that run. */
    @Test
    void isCountedInItsProject() {
        assertCounts(0, 0);
        create(name, "f", "a");
        assertCounts(1, 0);
        start(name);
        assertCounts(1, 1);
        project.stop(plural, name, "CANCELLED");
        assertCounts(1, 0);
        delete();
        assertCounts(0, 0);
    }

    private void assertCounts(int all, int active) {
        for (String counted : List.of("launch", "experiment")) {
            String activeCount =
                    "active" + counted.substring(0, 1).toUpperCase(Locale.ROOT) + counted.substring(1) + "Count";
            project.get(project.path(""))
                    .body("project." + counted + "Count", equalTo(counted.equals(kind) ? all : 0))
                    .body("project." + activeCount, equalTo(counted.equals(kind) ? active : 0))
                    .body("project.featureCount", equalTo(1));
        }
    }
}
