package io.github.evidently.inspection;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.github.evidently.RunningServer;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.context.TestPropertySource;

/** Requests for events that wait for a match. A server of its own, because reset empties all of it. */
@RunningServer
@TestPropertySource(properties = "evidently.project.names=demo,shop")
class EventWaitIT extends InspectionFixture {

    @ParameterizedTest
    @CsvSource({
        "project=shop",
        "entityId=bert",
        "feature=size",
        "type=aws.evidently.evaluation&order=newest",
        "since=300"
    })
    void aWaitEndsAsSoonAsAMatchIsThere(String filter) throws Exception {
        put("demo", ONE_EVENT);
        try (ExecutorService waiters = Executors.newCachedThreadPool()) {
            Future<List<Number>> found = waiters.submit(() ->
                    get("/_evidently/events?wait=PT30S&" + filter).extract().path("events.sequence"));
            // No match: it goes on waiting.
            put("demo", ONE_EVENT);
            put("shop", FIVE_EVENTS);

            assertThat(found.get(25, TimeUnit.SECONDS))
                    .isNotEmpty()
                    .isEqualTo(get("/_evidently/events?" + filter).extract().path("events.sequence"));
        }
    }

    @Test
    void aWaitSeesAnEvaluation() throws Exception {
        post("/projects/demo/features", FEATURE);
        try (ExecutorService waiters = Executors.newCachedThreadPool()) {
            Future<List<String>> found = waiters.submit(() ->
                    get("/_evidently/events?wait=PT30S&feature=f").extract().path("events.type"));
            evaluate("demo").statusCode(200);

            assertThat(found.get(25, TimeUnit.SECONDS)).containsExactly("aws.evidently.evaluation");
        }
    }

    @Test
    void aWaitInVainEndsWithAnEmptyPage() {
        put("demo", ONE_EVENT);
        long start = System.nanoTime();

        get("/_evidently/events?project=shop&wait=PT0.3S")
                .body("events", empty())
                .body("nextAfter", nullValue());

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(300), Duration.ofSeconds(20));
    }

    @Test
    void whatIsThereIsNotWaitedFor() {
        put("demo", ONE_EVENT);
        long start = System.nanoTime();

        get("/_evidently/events?wait=PT30S").body("events", hasSize(1));

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(25));
    }

    /** Four pages may be in work at once, and a hundred may wait. */
    @Test
    void whoWaitsIsInNobodysWayUpToAHundred() throws Exception {
        try (ExecutorService waiters = Executors.newCachedThreadPool()) {
            List<Future<Integer>> waiting = new ArrayList<>();
            for (int i = 0; i < EventWait.WAITING_MAX; i++) {
                waiting.add(waiters.submit(this::eventsWaitedFor));
            }
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> given(http)
                            .get("/_evidently/events?project=shop&wait=PT0.01S")
                            .then()
                            .statusCode(429)
                            .header("x-amzn-ErrorType", "ThrottlingException"));

            get("/_evidently/events").body("events", empty());
            put("shop", ONE_EVENT);
            for (Future<Integer> one : waiting) {
                assertThat(one.get(25, TimeUnit.SECONDS)).isEqualTo(1);
            }
        }
        get("/_evidently/events?project=demo&wait=PT0.01S").body("events", empty());
    }

    /** Waits for an event of shop, again if the request that looks for a full house had the last place. */
    private int eventsWaitedFor() {
        Response response;
        do {
            response = given(http).get("/_evidently/events?project=shop&wait=PT30S");
        } while (response.statusCode() == 429);
        return response.then().statusCode(200).extract().<List<?>>path("events").size();
    }
}
