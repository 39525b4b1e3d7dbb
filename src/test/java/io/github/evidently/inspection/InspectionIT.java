package io.github.evidently.inspection;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.github.evidently.RunningServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.test.context.TestPropertySource;

/** What a test asks the emulator. A server of its own, because reset empties all of it. */
@RunningServer
@TestPropertySource(properties = "evidently.project.names=demo,shop")
class InspectionIT extends InspectionFixture {

    @Test
    void showsEventsAsTheyWereSent() {
        List<String> ids = put("demo", FIVE_EVENTS).extract().path("eventResults.eventId");

        var page = get("/_evidently/events")
                .body("events.eventId", equalTo(ids))
                .body("events[3].data", equalTo("{ \"entityId\" : \"bert\" }"))
                .body("events[3].project", equalTo("demo"))
                .body("events[3].type", equalTo("aws.evidently.custom"))
                .body("nextAfter", nullValue())
                .extract();
        assertThat(page.asString())
                .contains("\"timestamp\":200.250,")
                .containsPattern("\"receivedTime\":[0-9]{10}\\.[0-9]{3},");
        List<Integer> sequences = page.path("events.sequence");
        for (int i = 1; i < sequences.size(); i++) {
            assertThat(sequences.get(i)).isEqualTo(sequences.get(i - 1) + 1);
        }
    }

    static Stream<Arguments> filters() {
        return Stream.of(
                Arguments.of("project=demo", List.of(100, 200, 300, 400, 500)),
                Arguments.of("project=shop", List.of()),
                Arguments.of(
                        "project=arn%3Aaws%3Aevidently%3Aus-east-1%3A000000000000%3Aproject%2Fdemo&type=aws.evidently.custom",
                        List.of(100, 400, 500)),
                Arguments.of("type=aws.evidently.evaluation", List.of(200, 300)),
                Arguments.of("entityId=anna", List.of(100, 200)),
                Arguments.of("entityId=bert", List.of(300, 400)),
                Arguments.of("feature=color", List.of(200)),
                Arguments.of("feature=color&entityId=bert", List.of()),
                Arguments.of("since=200.25", List.of(200, 300, 400, 500)),
                Arguments.of("since=200.251", List.of(300, 400, 500)),
                Arguments.of("until=300", List.of(100, 200)),
                Arguments.of("since=1970-01-01T00:05:00Z&until=1970-01-01T00:06:41Z", List.of(300, 400)));
    }

    @ParameterizedTest
    @MethodSource("filters")
    void filters(String query, List<Integer> seconds) {
        put("demo", FIVE_EVENTS);

        List<Number> found = get("/_evidently/events?" + query).extract().path("events.timestamp");
        assertThat(found.stream().map(Number::intValue)).isEqualTo(seconds);
        get("/_evidently/events/count?" + query).body("count", equalTo(seconds.size()));
    }

    @ParameterizedTest
    @CsvSource({
        "events?type=custom, type",
        "events?since=yesterday, since",
        "events?until=-1, until",
        "events?after=x, after",
        "events?after=-1, after",
        "events?limit=0, limit",
        "events?limit=1001, limit",
        "events?project=a%20b, project",
        "events?projects=demo, projects",
        "events?project=demo&project=shop, project",
        "events?before=-1, before",
        "events?order=latest, order",
        "events?wait=5, wait",
        "events?wait=PT31S, wait",
        "events?wait=PT-1S, wait",
        "events/count?limit=3, limit",
        "events/count?order=newest, order",
        "events/count?wait=PT1S, wait"
    })
    void refusesABadFilterAndNamesIt(String query, String name) {
        given(http)
                .get("/_evidently/" + query)
                .then()
                .statusCode(400)
                .header("x-amzn-ErrorType", "ValidationException")
                .body("fieldList.name", contains(name))
                .body("message", containsString(name));
    }

    @Test
    void doesNotFindEventsOfAProjectThatDoesNotExist() {
        given(http)
                .get("/_evidently/events?project=nobody")
                .then()
                .statusCode(404)
                .header("x-amzn-ErrorType", "ResourceNotFoundException");
    }

    @Test
    void pagesThroughAllEvents() {
        put("demo", FIVE_EVENTS);

        List<Number> seconds = new ArrayList<>();
        Number after = 0;
        do {
            var page = get("/_evidently/events?limit=2&after=" + after).extract();
            seconds.addAll(page.path("events.timestamp"));
            after = page.path("nextAfter");
        } while (after != null);

        assertThat(seconds.stream().map(Number::intValue)).containsExactly(100, 200, 300, 400, 500);
    }

    @Test
    void pagesStayBoundedInBytes() {
        String data = "{\\\"a\\\":\\\"" + "x".repeat(200_000) + "\\\"}";
        String event = "{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"" + data + "\"}";
        put("demo", "{\"events\":[" + String.join(",", java.util.Collections.nCopies(50, event)) + "]}");

        var page = get("/_evidently/events?limit=1000")
                .body("nextAfter", notNullValue())
                .extract();
        List<Number> first = page.path("events.sequence");
        assertThat(first).hasSizeBetween(8, 12);
        get("/_evidently/events?after=" + page.path("nextAfter"))
                .body("events[0].sequence", equalTo(first.getLast().intValue() + 1))
                .body("nextAfter", notNullValue());
    }

    @Test
    void tellsRejections() {
        put("demo", """
                {"events":[{"timestamp":1,"type":"aws.evidently.custom","data":"{}"},
                           {"timestamp":1,"type":"aws.evidently.custom","data":"nonsense"}]}""");
        given(http).body("{}").post("/events/projects/demo").then().statusCode(400);
        given(http)
                .body("{\"events\":[]}")
                .post("/events/projects/nobody")
                .then()
                .statusCode(404);

        get("/_evidently/rejections")
                .body("rejections", hasSize(3))
                .body("rejections.project", contains("nobody", "demo", "demo"))
                .body(
                        "rejections.code",
                        contains("ResourceNotFoundException", "ValidationException", "ValidationException"))
                .body("rejections.entry", contains(nullValue(), nullValue(), equalTo(1)))
                .body("rejections[2].message", containsString("data"))
                .body("rejections[2].data", equalTo("nonsense"))
                .body("rejections.time", hasItems(notNullValue()));
    }

    @Test
    void keepsTheLastThousandRejections() {
        for (int request = 0; request < 21; request++) {
            StringBuilder entries = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                int number = request * 50 + i;
                entries.append(i == 0 ? "" : ",").append("{\"data\":\"" + number + "\"}");
            }
            put("demo", "{\"events\":[" + entries + "]}");
        }

        get("/_evidently/rejections")
                .body("rejections", hasSize(1000))
                .body("rejections[0].data", equalTo("1049"))
                .body("rejections[999].data", equalTo("50"));
    }

    @Test
    void resetRemovesEverythingAndSeedsAnew() {
        put("demo", FIVE_EVENTS);
        put("demo", "{\"events\":[{}]}");
        given(http).body("{\"name\":\"other\"}").post("/projects").then().statusCode(200);
        given(http).delete("/projects/shop").then().statusCode(200);

        given(http).post("/_evidently/reset").then().statusCode(200);

        get("/_evidently/events").body("events", empty());
        get("/_evidently/rejections").body("rejections", empty());
        get("/projects").body("projects.name", containsInAnyOrder("demo", "shop"));
    }

    @ParameterizedTest
    @CsvSource({"POST, backup", "GET, rejections", "GET, export"})
    void refusesParametersThatItDoesNotKnow(String method, String path) {
        put("demo", FIVE_EVENTS);

        given(http)
                .request(method, "/_evidently/" + path + "?project=shop")
                .then()
                .statusCode(400)
                .body("fieldList.name", equalTo(List.of("project")));

        get("/_evidently/events/count").body("count", equalTo(5));
    }

    @Test
    void resetOfAProjectEmptiesItAndNoOther() {
        post("/segments", "{\"name\":\"nz\",\"pattern\":\"{\\\"country\\\":[\\\"NZ\\\"]}\"}");
        post("/projects", "{\"name\":\"app\",\"description\":\"mine\",\"tags\":{\"a\":\"b\"}}");
        for (String project : List.of("app", "demo")) {
            fill(project);
        }
        post("/_evidently/faults", fault(""));

        given(http).post("/_evidently/reset?project=app").then().statusCode(200);

        get("/projects/app")
                .body("project.description", equalTo("mine"))
                .body("project.tags", equalTo(Map.of("a", "b")))
                .body("project.featureCount", equalTo(0))
                .body("project.launchCount", equalTo(0))
                .body("project.experimentCount", equalTo(0));
        get("/_evidently/events?project=app").body("events", empty());
        get("/_evidently/events").body("events.project", everyItem(equalTo("demo")));
        get("/_evidently/rejections").body("rejections.project", contains(ARN + "demo", "demo"));
        get("/_evidently/faults").body("faults.project", contains("demo", null));
        get("/projects/demo")
                .body("project.featureCount", equalTo(1))
                .body("project.activeLaunchCount", equalTo(1))
                .body("project.activeExperimentCount", equalTo(1));
        get("/_evidently/events/count?project=demo").body("count", equalTo(6));
        get("/segments/nz").body("segment.launchCount", equalTo(1));
        evaluate("demo").statusCode(200);
        evaluate("app").statusCode(404);
        // The empty project is as good as new.
        fill("app");
        get("/_evidently/events/count?project=app").body("count", equalTo(6));
    }

    @Test
    void resetOfAProjectTakesAnArnToo() {
        put("demo", FIVE_EVENTS);
        put("shop", FIVE_EVENTS);

        given(http)
                .post("/_evidently/reset?project=" + ENCODED_ARN + "demo")
                .then()
                .statusCode(200);

        get("/_evidently/events").body("events.project", hasSize(5)).body("events.project", everyItem(equalTo("shop")));
        get("/projects").body("projects.name", containsInAnyOrder("demo", "shop"));
    }

    @Test
    void resetMakesAConfiguredProjectAnew() {
        given(http)
                .body("{\"description\":\"changed\"}")
                .patch("/projects/demo")
                .then()
                .statusCode(200);

        given(http).post("/_evidently/reset?project=demo").then().statusCode(200);

        get("/projects/demo").body("project.description", nullValue());
    }

    @ParameterizedTest
    @CsvSource({
        "reset?project=nobody, 404",
        "reset?project=, 400",
        "reset?project=a%20b, 400",
        "reset?project=demo&project=shop, 400",
        "reset?projects=demo, 400",
        "reset?project=arn%3Aaws%3Aevidently%3Aus-east-1%3A000000000001%3Aproject%2Fdemo, 404"
    })
    void resetOfWhatIsNoProjectResetsNothing(String query, int status) {
        put("demo", FIVE_EVENTS);

        given(http).post("/_evidently/" + query).then().statusCode(status);

        get("/_evidently/events/count").body("count", equalTo(5));
    }

    /** A call is known by the project that stored it; after a reset that is another one. */
    @Test
    void aCallFromBeforeTheResetOfItsProjectIsStoredAgain() {
        String call = UUID.randomUUID().toString();
        for (int round = 0; round < 2; round++) {
            given(http).post("/_evidently/reset?project=demo").then().statusCode(200);
            given(http)
                    .header("amz-sdk-invocation-id", call)
                    .body(ONE_EVENT)
                    .post("/events/projects/demo")
                    .then()
                    .statusCode(200);
            get("/_evidently/events/count").body("count", equalTo(1));
        }
    }

    /** Tests that share a server, each with a project of its own, which it resets again and again. */
    @Test
    void resetsOfProjectsDoNotDisturbEachOther() throws Exception {
        int projects = 4;
        try (ExecutorService tests = Executors.newCachedThreadPool()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < projects; i++) {
                String project = "parallel-" + i;
                post("/projects", "{\"name\":\"" + project + "\"}");
                running.add(tests.submit(() -> {
                    for (int round = 0; round < 10; round++) {
                        given(http)
                                .post("/_evidently/reset?project=" + project)
                                .then()
                                .statusCode(200);
                        get("/_evidently/events/count?project=" + project).body("count", equalTo(0));
                        evaluate(project).statusCode(404);
                        post("/projects/" + project + "/features", FEATURE);
                        put(project, FIVE_EVENTS);
                        evaluate(project).statusCode(200);
                        get("/_evidently/events/count?project=" + project).body("count", equalTo(6));
                    }
                }));
            }
            for (Future<?> test : running) {
                test.get();
            }
        }
        get("/_evidently/events/count").body("count", equalTo(6 * projects));
    }

    /** Five events, an evaluation, a refused entry and a refused request, something of each kind, and a fault. */
    private void fill(String project) {
        post("/projects/" + project + "/features", FEATURE);
        post("/projects/" + project + "/launches", """
                {"name":"l","groups":[{"name":"g","feature":"f","variation":"v"}],"scheduledSplitsConfig":{"steps":[
                 {"startTime":1,"groupWeights":{"g":0},
                  "segmentOverrides":[{"segment":"nz","evaluationOrder":1,"weights":{"g":1}}]}]}}""");
        post("/projects/" + project + "/launches/l/start", "");
        post("/projects/" + project + "/experiments", """
                {"name":"e","treatments":[{"name":"t1","feature":"f","variation":"v"},
                 {"name":"t2","feature":"f","variation":"w"}],
                 "metricGoals":[{"metricDefinition":{"name":"m","entityIdKey":"a","valueKey":"b"}}]}""");
        post(
                "/projects/" + project + "/experiments/e/start",
                "{\"analysisCompleteTime\":" + (Instant.now().getEpochSecond() + 86_400) + "}");
        put(project, FIVE_EVENTS);
        evaluate(project).statusCode(200);
        put(project, "{\"events\":[{}]}");
        given(http)
                .body("{}")
                .post("/events/projects/" + ENCODED_ARN + project)
                .then()
                .statusCode(400);
        post("/_evidently/faults", fault("\"project\":\"" + project + "\","));
    }

    /** A fault that does nothing. */
    private static String fault(String member) {
        return "{\"operation\":\"GetFeature\"," + member + "\"effect\":{\"latency\":{\"fixedMillis\":0}}}";
    }

    @Test
    void pagesFromTheNewestToTheOldest() {
        put("demo", FIVE_EVENTS);
        put("shop", ONE_EVENT);

        List<Number> seconds = new ArrayList<>();
        String before = "";
        while (before != null) {
            var page = get("/_evidently/events?order=newest&project=demo&limit=2" + before)
                    .body("$", not(hasKey("nextAfter")))
                    .extract();
            seconds.addAll(page.path("events.timestamp"));
            Number next = page.path("nextBefore");
            before = next == null ? null : "&before=" + next;
        }

        assertThat(seconds.stream().map(Number::intValue)).containsExactly(500, 400, 300, 200, 100);
        get("/_evidently/events?order=newest&limit=1&entityId=anna").body("events.timestamp", contains(200.25f));
        get("/_evidently/events?order=newest&type=aws.evidently.evaluation")
                .body("events.timestamp", contains(300.0f, 200.25f));
    }

    @Test
    void endsBeforeASequence() {
        put("demo", FIVE_EVENTS);
        Number third = get("/_evidently/events?limit=3").extract().path("nextAfter");

        get("/_evidently/events?before=" + third).body("events.timestamp", contains(100.0f, 200.25f));
        get("/_evidently/events/count?before=" + third).body("count", equalTo(2));
    }

    @Test
    void sequencesNeverComeBackAfterAReset() {
        put("demo", FIVE_EVENTS);
        Number last = get("/_evidently/events").extract().path("events[4].sequence");
        given(http).post("/_evidently/reset").then().statusCode(200);
        put("demo", FIVE_EVENTS);

        Number first = get("/_evidently/events").extract().path("events[0].sequence");
        assertThat(first.longValue()).isEqualTo(last.longValue() + 1);
    }

    /** Whatever was acknowledged before reset was called is gone; what was sent after it returned stays. */
    @Test
    void resetIsAtomicAgainstWritersInFlight() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        // Odd while a reset is under way: an event sent or answered meanwhile proves nothing.
        AtomicLong epoch = new AtomicLong();
        Map<String, Long> epochById = new ConcurrentHashMap<>();
        try (ExecutorService writers = Executors.newCachedThreadPool()) {
            List<Future<?>> writing = new ArrayList<>();
            for (int writer = 0; writer < 4; writer++) {
                writing.add(writers.submit(() -> {
                    while (!stop.get()) {
                        long before = epoch.get();
                        String id = put("demo", ONE_EVENT).extract().path("eventResults[0].eventId");
                        if (epoch.get() == before && before % 2 == 0) {
                            epochById.put(id, before);
                        }
                    }
                }));
            }
            try {
                for (int round = 1; round <= 10; round++) {
                    long last = 2L * (round - 1);
                    awaitWritten(epochById, last);
                    epoch.incrementAndGet();
                    given(http).post("/_evidently/reset").then().statusCode(200);
                    epoch.incrementAndGet();

                    Set<String> before = new HashSet<>(epochById.keySet());
                    before.removeIf(id -> epochById.get(id) > last);
                    assertThat(storedIds()).doesNotContainAnyElementsOf(before);
                }
                awaitWritten(epochById, 20);
            } finally {
                stop.set(true);
            }
            for (Future<?> writer : writing) {
                writer.get();
            }
        }

        epochById.values().removeIf(written -> written < 20);
        assertThat(storedIds()).containsAll(epochById.keySet());
    }

    private static void awaitWritten(Map<String, Long> epochById, long epoch) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> epochById.containsValue(epoch));
    }

    private List<String> storedIds() {
        List<String> ids = new ArrayList<>();
        Number after = 0;
        do {
            var page = get("/_evidently/events?limit=1000&after=" + after).extract();
            ids.addAll(page.path("events.eventId"));
            after = page.path("nextAfter");
        } while (after != null);
        return ids;
    }
}
