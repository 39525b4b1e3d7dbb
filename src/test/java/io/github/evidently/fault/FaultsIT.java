package io.github.evidently.fault;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import io.github.evidently.AwsSdk;
import io.github.evidently.RawHttp;
import io.github.evidently.RunningServer;
import io.github.evidently.wire.Operation;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.services.evidently.EvidentlyClient;
import software.amazon.awssdk.services.evidently.model.Event;
import software.amazon.awssdk.services.evidently.model.PutProjectEventsResponse;
import software.amazon.awssdk.services.evidently.model.PutProjectEventsResultEntry;
import software.amazon.awssdk.services.evidently.model.ServiceQuotaExceededException;

/** Injected faults, as tests ask for them and as clients meet them. */
@RunningServer
@TestPropertySource(properties = "evidently.project.names=shop,other")
class FaultsIT {

    private static final String ENTRY = "{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"{}\"}";

    @LocalServerPort
    int port;

    @BeforeEach
    void reset() {
        given().port(port).post("/_evidently/reset").then().statusCode(200);
    }

    static List<Operation> operations() {
        return Operation.ALL;
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anyOperationCanFail(Operation operation) {
        String id =
                add("{'operation':'" + operation.name() + "','effect':{'error':{'type':'InternalServerException'}}}");

        given().port(port)
                .request(operation.method(), operation.path().getPatternString().replaceAll("[{}]", ""))
                .then()
                .statusCode(500)
                .header("x-amzn-ErrorType", "InternalServerException")
                .header("x-evidently-fault", id)
                .body("message", equalTo("A fault on purpose"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'type':'AccessDeniedException','message':'No.' | 403 | {'message':'No.'}",
                "'type':'ConflictException','resourceId':'i','resourceType':'t' | 409 | {'message':'A fault on purpose','resourceId':'i','resourceType':'t'}",
                "'type':'InternalServerException' | 500 | {'message':'A fault on purpose'}",
                "'type':'ResourceNotFoundException','resourceType':'t' | 404 | {'message':'A fault on purpose','resourceId':null,'resourceType':'t'}",
                "'type':'ServiceQuotaExceededException','quotaCode':'q' | 402 | {'message':'A fault on purpose','resourceId':null,'resourceType':null,'serviceCode':null,'quotaCode':'q'}",
                "'type':'ServiceUnavailableException' | 503 | {'message':'A fault on purpose'}",
                "'type':'ThrottlingException','serviceCode':'s','retryAfterSeconds':7 | 429 | {'message':'A fault on purpose','serviceCode':'s','quotaCode':null}",
                "'type':'ValidationException','reason':'other','fieldList':[{'name':'n','message':'m'}] | 400 | {'message':'A fault on purpose','reason':'other','fieldList':[{'name':'n','message':'m'}]}",
            })
    void anErrorHasItsMembers(String error, int status, String body) {
        String id = add("{'operation':'PutProjectEvents','effect':{'error':{" + error + "}}}");

        Response response = put(1);

        response.then()
                .statusCode(status)
                .body(equalTo(body.replace('\'', '"')))
                .header("x-evidently-fault", id);
        if (status == 429) {
            assertThat(response.header("Retry-After")).isEqualTo("7");
        }
        assertThat(stored()).isZero();
    }

    @Test
    void aRuleHitsAsOftenAsItSaysAndTellsIt() {
        String id = add("{'operation':'PutProjectEvents','project':'shop','count':2,'until':4102444800,"
                + "'effect':{'error':{'type':'ThrottlingException'}}}");

        assertThat(List.of(put(1).statusCode(), put(1).statusCode(), put(1).statusCode()))
                .containsExactly(429, 429, 200);
        given().port(port)
                .get("/_evidently/faults")
                .then()
                .body("faults.id", contains(id))
                .body("faults[0].operation", equalTo("PutProjectEvents"))
                .body("faults[0].project", equalTo("shop"))
                .body("faults[0].probability", equalTo(1.0f))
                .body("faults[0].count", equalTo(2))
                .body("faults[0].seed", greaterThanOrEqualTo(0))
                .body("faults[0].until", equalTo(4102444800.000f))
                .body("faults[0].effect.error.type", equalTo("ThrottlingException"))
                .body("faults[0].fired", equalTo(2))
                .body("faults[0].active", equalTo(false));
    }

    @Test
    void otherCallsAreSpared() {
        add("{'operation':'PutProjectEvents','project':'other','effect':{'error':{'type':'InternalServerException'}}}");

        put(1).then().statusCode(200).header("x-evidently-fault", nullValue());
        given().port(port).get("/projects/other").then().statusCode(200);
        given().port(port).get("/_evidently/events").then().statusCode(200);
    }

    @Test
    void rulesDisappearOneByOneAllTogetherAndWithReset() {
        String rule = "{'operation':'PutProjectEvents','effect':{'error':{'type':'InternalServerException'}}}";
        String first = add(rule);
        String second = add(rule);
        given().port(port).delete("/_evidently/faults/" + first).then().statusCode(200);
        given().port(port).get("/_evidently/faults").then().body("faults.id", contains(second));
        given().port(port).delete("/_evidently/faults/" + first).then().statusCode(404);
        given().port(port).delete("/_evidently/faults").then().statusCode(200);
        put(1).then().statusCode(200);

        add(rule);
        given().port(port).post("/_evidently/reset").then().statusCode(200);
        given().port(port).get("/_evidently/faults").then().body("faults", empty());
        put(1).then().statusCode(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'operation':'*','probabilty':1,'effect':{'disconnect':'after'}} | fieldValidationFailed | probabilty",
                "{'operation':'*','effect':{'error':{'kind':'x'}}} | fieldValidationFailed | effect.error.kind",
                "{'operation':'*','probability':'often','effect':{'disconnect':'after'}} | fieldValidationFailed | probability",
                "{'operation':'*','effect':{'error':{'type':'x'}}} | fieldValidationFailed | effect.error.type",
                "{'operation':'*','until':31556889864403199,'effect':{'disconnect':'after'}} | fieldValidationFailed | until",
                "{'operation':'*','until':1e300,'effect':{'disconnect':'after'}} | fieldValidationFailed | until",
                "{'operation':'*','count':1.7,'effect':{'disconnect':'after'}} | fieldValidationFailed | count",
                "{'operation':'*','effect':{'latency':{'fixedMillis':'5'}}} | fieldValidationFailed | effect.latency.fixedMillis",
                "[] | cannotParse | ",
                "{'operation' | cannotParse | ",
            })
    void anInvalidRuleIsRefusedByItsMember(String rule, String reason, String member) {
        given().port(port)
                .body(rule.replace('\'', '"'))
                .post("/_evidently/faults")
                .then()
                .statusCode(400)
                .body("reason", equalTo(reason))
                .body(member == null ? "reason" : "fieldList.name", member == null ? equalTo(reason) : hasItem(member));
        given().port(port).get("/_evidently/faults").then().body("faults", empty());
    }

    @Test
    void aCallTakesLonger() {
        String id = add("{'operation':'PutProjectEvents','effect':{'latency':{'fixedMillis':300}}}");
        long started = System.nanoTime();

        put(1).then().statusCode(200).header("x-evidently-fault", id);

        assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        assertThat(stored()).isEqualTo(1);
    }

    @Test
    void latencyAndAnErrorGoTogether() {
        String slow = add("{'operation':'*','effect':{'latency':{'p50Millis':1,'p95Millis':2,'p99Millis':3}}}");
        String broken =
                add("{'operation':'PutProjectEvents','effect':{'error':{'type':'ServiceUnavailableException'}}}");
        String never = add("{'operation':'PutProjectEvents','effect':{'error':{'type':'ConflictException'}}}");

        assertThat(put(1).headers().getValues("x-evidently-fault")).containsExactly(slow, broken);
        given().port(port)
                .get("/_evidently/faults")
                .then()
                .body("faults.find { it.id == '" + never + "' }.fired", equalTo(0));
    }

    @Test
    void someEntriesOfAGoodBatchAreRefused() {
        double receivedBefore = metric("evidently_events_received_total");
        double acceptedBefore = metric("outcome=\"accepted\"");
        double rejectedBefore = metric("outcome=\"rejected\"");
        String id = add("{'operation':'PutProjectEvents','seed':7,'effect':{'rejectEntries':"
                + "{'fraction':0.5,'errorCode':'InternalServerException','errorMessage':'on purpose'}}}");

        ValidatableResponse response = put(50).then().statusCode(200).header("x-evidently-fault", id);
        List<String> ids = response.extract().jsonPath().getList("eventResults.eventId");
        List<String> codes = response.extract().jsonPath().getList("eventResults.errorCode");
        int failed = response.extract().jsonPath().getInt("failedEventCount");

        assertThat(failed).isBetween(10, 40);
        assertThat(Collections.frequency(ids, null)).isEqualTo(failed);
        assertThat(Collections.frequency(codes, "InternalServerException")).isEqualTo(failed);
        List<String> acknowledged = new ArrayList<>(ids);
        acknowledged.removeIf(eventId -> eventId == null);
        assertThat(storedIds()).isEqualTo(acknowledged);
        given().port(port)
                .get("/_evidently/rejections")
                .then()
                .body("rejections.size()", equalTo(failed))
                .body("rejections[0].code", equalTo("InternalServerException"))
                .body("rejections[0].message", equalTo("on purpose"))
                .body("rejections[0].data", equalTo("{}"));
        assertThat(metric("evidently_events_received_total") - receivedBefore).isEqualTo(50);
        assertThat(metric("outcome=\"accepted\"") - acceptedBefore).isEqualTo(50 - failed);
        assertThat(metric("outcome=\"rejected\"") - rejectedBefore).isEqualTo(failed);
    }

    @Test
    void theSameSeedRefusesTheSameEntries() {
        String rule = "{'operation':'PutProjectEvents','probability':0.5,'seed':11,'effect':{'rejectEntries':"
                + "{'fraction':0.3}}}";
        add(rule);
        List<List<String>> first = errorCodesOfTenCalls();
        given().port(port).delete("/_evidently/faults").then().statusCode(200);
        add(rule);

        assertThat(errorCodesOfTenCalls()).isEqualTo(first);
        assertThat(new HashSet<>(first)).hasSizeGreaterThan(3);
    }

    @Test
    void aDisconnectBeforeStoresNothing() throws Exception {
        add("{'operation':'PutProjectEvents','effect':{'disconnect':'before'}}");

        assertThat(sendRaw("POST", "/events/projects/shop", "{\"events\":[" + ENTRY + "]}"))
                .isEmpty();
        assertThat(stored()).isZero();
    }

    @Test
    void aDisconnectAfterStoresAndSaysNothing() throws Exception {
        add("{'operation':'*','effect':{'disconnect':'after'}}");

        assertThat(sendRaw("POST", "/events/projects/shop", "{\"events\":[" + ENTRY + "]}"))
                .isEmpty();
        assertThat(sendRaw("POST", "/events/projects/nobody", "{\"events\":[" + ENTRY + "]}"))
                .isEmpty();
        assertThat(sendRaw("POST", "/projects", "{\"name\":\"made\",\"description\":\"" + "d".repeat(100) + "\"}"))
                .isEmpty();
        assertThat(sendRaw("GET", "/segments", "")).isEmpty();
        assertThat(stored()).isEqualTo(1);
        given().port(port).delete("/_evidently/faults").then().statusCode(200);
        given().port(port).get("/projects/made").then().statusCode(200);
    }

    @Test
    void anSdkThatIsCutOffStoresItsEventsOnceAndLearnsWhichWereRefused() {
        add("{'operation':'PutProjectEvents','count':3,'effect':{'disconnect':'after'}}");
        add("{'operation':'PutProjectEvents','probability':0.5,'seed':5,'effect':{'rejectEntries':{'fraction':0.4}}}");
        List<String> acknowledged = new ArrayList<>();
        try (EvidentlyClient evidently = AwsSdk.client(
                URI.create("http://localhost:" + port),
                AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .maxAttempts(10)
                        .build())) {
            for (int i = 0; i < 5; i++) {
                PutProjectEventsResponse response = evidently.putProjectEvents(request -> request.project("shop")
                        .events(Collections.nCopies(
                                20,
                                Event.builder()
                                        .timestamp(Instant.EPOCH)
                                        .type("aws.evidently.custom")
                                        .data("{}")
                                        .build())));
                response.eventResults().stream()
                        .map(PutProjectEventsResultEntry::eventId)
                        .filter(id -> id != null)
                        .forEach(acknowledged::add);
            }
        }
        assertThat(storedIds()).isEqualTo(acknowledged);
        assertThat(acknowledged).hasSizeBetween(30, 99);
    }

    @Test
    void theSdkRaisesTheExceptionWithItsMembers() {
        add("{'operation':'CreateFeature','effect':{'error':{'type':'ServiceQuotaExceededException',"
                + "'message':'Too many','resourceId':'arn','resourceType':'feature','quotaCode':'L-1'}}}");
        try (EvidentlyClient evidently = AwsSdk.client(URI.create("http://localhost:" + port))) {
            assertThatThrownBy(() -> evidently.createFeature(
                            request -> request.project("shop").name("f").variations(List.of())))
                    .isInstanceOfSatisfying(ServiceQuotaExceededException.class, e -> {
                        assertThat(e.resourceType()).isEqualTo("feature");
                        assertThat(e.quotaCode()).isEqualTo("L-1");
                    });
        }
    }

    private String add(String rule) {
        return given().port(port)
                .body(rule.replace('\'', '"'))
                .post("/_evidently/faults")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getString("id");
    }

    private Response put(int entries) {
        return given().port(port)
                .body("{\"events\":[" + String.join(",", Collections.nCopies(entries, ENTRY)) + "]}")
                .post("/events/projects/shop");
    }

    private List<List<String>> errorCodesOfTenCalls() {
        List<List<String>> codes = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            codes.add(put(10).jsonPath().getList("eventResults.errorCode"));
        }
        return codes;
    }

    private int stored() {
        return given().port(port).get("/_evidently/events/count").jsonPath().getInt("count");
    }

    private List<String> storedIds() {
        return given().port(port)
                .get("/_evidently/events?project=shop&limit=1000")
                .jsonPath()
                .getList("events.eventId");
    }

    private String sendRaw(String method, String path, String body) throws IOException {
        return RawHttp.send(
                port,
                (method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length() + "\r\n\r\n"
                                + body)
                        .getBytes(StandardCharsets.US_ASCII));
    }

    /** The sum of all lines with that text. */
    private double metric(String part) {
        return given().port(port)
                .get("/actuator/prometheus")
                .asString()
                .lines()
                .filter(line -> line.startsWith("evidently_events") && line.contains(part))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
