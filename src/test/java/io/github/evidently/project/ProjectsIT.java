package io.github.evidently.project;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.github.evidently.RunningServer;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The six operations on projects; constraints, members and defaults from the service model. */
@RunningServer
class ProjectsIT {

    private static final String ARN_PREFIX = "arn:aws:evidently:us-east-1:000000000000:project/";
    private static final String ENCODED_ARN_PREFIX = "arn%3Aaws%3Aevidently%3Aus-east-1%3A000000000000%3Aproject%2F";

    @LocalServerPort
    int port;

    private final String name = "it-" + UUID.randomUUID();
    private RequestSpecification http;

    @BeforeEach
    void useThisServer() {
        http = new RequestSpecBuilder()
                .setPort(port)
                .setUrlEncodingEnabled(false)
                .build();
    }

    @Nested
    class CreateProject {

        @Test
        void answersTheProjectWithAllItsMembers() {
            long before = System.currentTimeMillis() / 1000;

            create("""
                    {"name":"%s","description":"shop","tags":{"team":"checkout"},
                     "appConfigResource":{"applicationId":"app1","environmentId":"env1"},
                     "dataDelivery":{"s3Destination":{"bucket":"events-bucket","prefix":"evidently"}}}""".formatted(name))
                    .statusCode(200)
                    .body("project.name", equalTo(name))
                    .body("project.arn", equalTo(ARN_PREFIX + name))
                    .body("project.description", equalTo("shop"))
                    .body("project.status", equalTo("AVAILABLE"))
                    .body("project.tags", hasEntry("team", "checkout"))
                    .body("project.createdTime", allOf(greaterThanOrEqualTo((int) before)))
                    .body("project.lastUpdatedTime", greaterThanOrEqualTo((int) before))
                    .body("project.featureCount", equalTo(0))
                    .body("project.launchCount", equalTo(0))
                    .body("project.activeLaunchCount", equalTo(0))
                    .body("project.experimentCount", equalTo(0))
                    .body("project.activeExperimentCount", equalTo(0))
                    .body("project.appConfigResource.applicationId", equalTo("app1"))
                    .body("project.appConfigResource.environmentId", equalTo("env1"))
                    .body("project.appConfigResource.configurationProfileId", matchesPattern("[a-z0-9]{4,7}"))
                    .body("project.dataDelivery.s3Destination.bucket", equalTo("events-bucket"))
                    .body("project.dataDelivery.cloudWatchLogs", nullValue());
        }

        @Test
        void answersTimesAsWholeEpochSeconds() {
            assertThat(create("{\"name\":\"" + name + "\"}").extract().asString())
                    .containsPattern("\"createdTime\":[0-9]{10},")
                    .containsPattern("\"lastUpdatedTime\":[0-9]{10},");
        }

        @Test
        void refusesANameThatExists() {
            create("{\"name\":\"" + name + "\",\"description\":\"first\"}").statusCode(200);

            create("{\"name\":\"" + name + "\",\"description\":\"second\"}")
                    .statusCode(409)
                    .header("x-amzn-ErrorType", "ConflictException")
                    .body("message", equalTo("Project with arn '" + ARN_PREFIX + name + "' already exists."))
                    .body("resourceId", equalTo(ARN_PREFIX + name))
                    .body("resourceType", equalTo("project"));
            get(name).body("project.description", equalTo("first"));
        }

        @Test
        void ofManyAtOnceMakesOne() throws Exception {
            try (ExecutorService callers = Executors.newCachedThreadPool()) {
                List<Callable<Integer>> calls = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    calls.add(() ->
                            create("{\"name\":\"" + name + "\"}").extract().statusCode());
                }
                List<Integer> statuses = new ArrayList<>();
                for (Future<Integer> call : callers.invokeAll(calls)) {
                    statuses.add(call.get());
                }
                assertThat(statuses).containsOnlyOnce(200);
                assertThat(Collections.frequency(statuses, 409)).isEqualTo(19);
            }
        }

        static Stream<Arguments> faults() {
            return Stream.of(
                    fault("{}", "name"),
                    fault("{\"name\":null}", "name"),
                    fault("{\"name\":\"\"}", "name"),
                    fault("{\"name\":1}", "name"),
                    fault("{\"name\":{}}", "name"),
                    fault("{\"name\":\"" + "n".repeat(128) + "\"}", "name"),
                    fault("{\"name\":\"a b\"}", "name"),
                    fault("{\"name\":\"a/b\"}", "name"),
                    fault("{\"name\":\"a\\n\"}", "name"),
                    fault("{\"name\":\"é\"}", "name"),
                    fault("{\"name\":\"n\",\"description\":\"" + "d".repeat(161) + "\"}", "description"),
                    fault("{\"name\":\"n\",\"description\":[]}", "description"),
                    fault("{\"name\":\"n\",\"tags\":{\"aws:x\":\"y\"}}", "tags.aws:x"),
                    fault("{\"name\":\"n\",\"tags\":{\"" + "k".repeat(129) + "\":\"\"}}", "tags." + "k".repeat(129)),
                    fault("{\"name\":\"n\",\"tags\":{\"k\":\"" + "v".repeat(257) + "\"}}", "tags.k"),
                    fault("{\"name\":\"n\",\"tags\":{\"k\":null}}", "tags.k"),
                    fault("{\"name\":\"n\",\"tags\":{\"k\":1}}", "tags.k"),
                    fault("{\"name\":\"n\",\"tags\":[]}", "tags"),
                    fault("{\"name\":\"n\",\"tags\":" + tags(51) + "}", "tags"),
                    fault(
                            "{\"name\":\"n\",\"appConfigResource\":{\"applicationId\":\"abc\",\"environmentId\":\"env1\"}}",
                            "appConfigResource.applicationId"),
                    fault(
                            "{\"name\":\"n\",\"appConfigResource\":{\"applicationId\":\"app1\",\"environmentId\":\"ENV1\"}}",
                            "appConfigResource.environmentId"),
                    fault(
                            "{\"name\":\"n\",\"appConfigResource\":{\"environmentId\":\"env1\"}}",
                            "appConfigResource.applicationId"),
                    fault(
                            "{\"name\":\"n\",\"dataDelivery\":{\"s3Destination\":{\"bucket\":\"ab\"}}}",
                            "dataDelivery.s3Destination.bucket"),
                    fault(
                            "{\"name\":\"n\",\"dataDelivery\":{\"cloudWatchLogs\":{\"logGroup\":\"a b\"}}}",
                            "dataDelivery.cloudWatchLogs.logGroup"),
                    fault(
                            "{\"name\":\"n\",\"dataDelivery\":{\"cloudWatchLogs\":{},\"s3Destination\":{}}}",
                            "dataDelivery.s3Destination"));
        }

        private static Arguments fault(String body, String member) {
            return Arguments.of(body, member);
        }

        @ParameterizedTest
        @MethodSource("faults")
        void namesTheInvalidMember(String body, String member) {
            create(body)
                    .statusCode(400)
                    .header("x-amzn-ErrorType", "ValidationException")
                    .body("reason", equalTo("fieldValidationFailed"))
                    .body("fieldList.name", contains(member))
                    .body("message", containsString(member));
            given(http).get("/projects/n").then().statusCode(404);
        }

        /** Our choice: where every member is optional, clients may send nothing at all. */
        @Test
        void takesAnEmptyBodyForAnEmptyObject() {
            create("").statusCode(400).body("fieldList.name", contains("name"));
        }

        @Test
        void namesEveryInvalidMember() {
            create("{\"description\":\"" + "d".repeat(161) + "\"}")
                    .statusCode(400)
                    .body("fieldList.name", contains("description", "name"));
        }

        @Test
        void takesEveryMemberAtItsBound() {
            String longest = name + "n".repeat(127 - name.length());
            create("{\"name\":\"" + longest + "\",\"description\":\"" + "d".repeat(160) + "\",\"tags\":" + tags(50)
                            + "}")
                    .statusCode(200)
                    .body("project.tags.size()", equalTo(50));
            get(longest).statusCode(200);
        }

        @ParameterizedTest
        @ValueSource(strings = {"x", "[]", "\"a\"", "null", "{\"name\":\"n\"} x", "{\"name\":\"n\""})
        void refusesABodyThatIsNotOneJsonObject(String body) {
            create(body).statusCode(400).body("reason", equalTo("cannotParse"));
            given(http).get("/projects/n").then().statusCode(404);
        }

        private static String tags(int count) {
            return IntStream.range(0, count)
                    .mapToObj(i -> "\"key" + (char) ('a' + i / 26) + (char) ('a' + i % 26) + "\":\"v\"")
                    .collect(java.util.stream.Collectors.joining(",", "{", "}"));
        }
    }

    @Nested
    class GetProject {

        @Test
        void findsByNameAndByArn() {
            create("{\"name\":\"" + name + "\"}");

            get(name).statusCode(200).body("project.name", equalTo(name));
            get(ENCODED_ARN_PREFIX + name).statusCode(200).body("project.name", equalTo(name));
        }

        @Test
        void saysInTheWordsOfTheControlPlaneWhatDoesNotExist() {
            get(name)
                    .statusCode(404)
                    .header("x-amzn-ErrorType", "ResourceNotFoundException")
                    .body("message", equalTo("Project with arn '" + ARN_PREFIX + name + "' does not exist."))
                    .body("resourceId", equalTo(ARN_PREFIX + name))
                    .body("resourceType", equalTo("project"));
        }

        @Test
        void doesNotKnowProjectsOfAnotherAccountOrRegion() {
            create("{\"name\":\"" + name + "\"}");

            get(ENCODED_ARN_PREFIX.replace("000000000000", "111111111111") + name)
                    .statusCode(404);
            get(ENCODED_ARN_PREFIX.replace("us-east-1", "eu-west-1") + name).statusCode(404);
        }
    }

    @Nested
    class ListProjects {

        @Test
        void pagesThroughAllInTheOrderOfTheirNames() {
            for (String suffix : List.of("-c", "-a", "-b")) {
                create("{\"name\":\"" + name + suffix + "\"}").statusCode(200);
            }

            List<String> names = new ArrayList<>();
            String token = null;
            do {
                var page = given(http)
                        .get("/projects?maxResults=2" + (token == null ? "" : "&nextToken=" + token))
                        .then()
                        .statusCode(200)
                        .extract();
                List<String> pageNames = page.path("projects.name");
                assertThat(pageNames).hasSizeBetween(1, 2);
                names.addAll(pageNames);
                token = page.path("nextToken");
            } while (token != null);

            assertThat(names).isSorted().doesNotHaveDuplicates().contains(name + "-a", name + "-b", name + "-c");
        }

        @Test
        void keepsItsPlaceWhenTheLastOneOfAPageIsDeleted() {
            create("{\"name\":\"" + name + "\"}");
            create("{\"name\":\"" + name + "-2\"}");
            String token = new io.github.evidently.wire.PageToken("projects", name).text();
            given(http).delete("/projects/" + name).then().statusCode(200);

            given(http)
                    .get("/projects?maxResults=1&nextToken=" + token)
                    .then()
                    .statusCode(200)
                    .body("projects[0].name", equalTo(name + "-2"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"maxResults=0", "maxResults=51", "maxResults=x", "maxResults=-1", "maxResults=1.5"})
        void refusesAPageSizeOutsideOfTheModel(String query) {
            given(http)
                    .get("/projects?" + query)
                    .then()
                    .statusCode(400)
                    .header("x-amzn-ErrorType", "ValidationException")
                    .body("fieldList.name", contains("maxResults"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"nextToken=x", "nextToken=YQ", "nextToken=%20"})
        void refusesATokenThatItDidNotIssue(String query) {
            given(http).get("/projects?" + query).then().statusCode(400).body("fieldList.name", contains("nextToken"));
        }
    }

    @Nested
    class UpdateProject {

        @Test
        void changesWhatIsGivenAndLeavesTheRest() {
            create("{\"name\":\"" + name + "\",\"description\":\"old\",\"tags\":{\"k\":\"v\"}}");

            update(name, "{\"appConfigResource\":{\"applicationId\":\"app1\",\"environmentId\":\"env1\"}}")
                    .statusCode(200)
                    .body("project.description", equalTo("old"))
                    .body("project.appConfigResource.applicationId", equalTo("app1"));
            update(ENCODED_ARN_PREFIX + name, "{\"description\":\"new\"}")
                    .statusCode(200)
                    .body("project.description", equalTo("new"))
                    .body("project.appConfigResource.applicationId", equalTo("app1"))
                    .body("project.tags.k", equalTo("v"));
            get(name).body("project.description", equalTo("new"));
        }

        @Test
        void refusesAnInvalidMemberAndChangesNothing() {
            create("{\"name\":\"" + name + "\",\"description\":\"old\"}");

            update(name, "{\"description\":\"" + "d".repeat(161) + "\"}")
                    .statusCode(400)
                    .body("fieldList.name", contains("description"));
            get(name).body("project.description", equalTo("old"));
        }

        @Test
        void doesNotFindWhatDoesNotExist() {
            update(name, "{\"description\":\"new\"}")
                    .statusCode(404)
                    .header("x-amzn-ErrorType", "ResourceNotFoundException");
        }

        private ValidatableResponse update(String reference, String body) {
            return given(http).body(body).patch("/projects/" + reference).then();
        }
    }

    @Nested
    class UpdateProjectDataDelivery {

        /** Members from the model, whose prose says that the kind can be switched. */
        @Test
        void switchesBetweenTheKinds() {
            create("{\"name\":\"" + name + "\",\"description\":\"kept\"}");

            deliver(name, "{\"cloudWatchLogs\":{\"logGroup\":\"/evidently/events\"}}")
                    .statusCode(200)
                    .body("project.dataDelivery.cloudWatchLogs.logGroup", equalTo("/evidently/events"))
                    .body("project.dataDelivery.s3Destination", nullValue())
                    .body("project.description", equalTo("kept"));
            deliver(ENCODED_ARN_PREFIX + name, "{\"s3Destination\":{\"bucket\":\"bucket\",\"prefix\":\"a/b\"}}")
                    .statusCode(200);
            get(name)
                    .body("project.dataDelivery.cloudWatchLogs", nullValue())
                    .body("project.dataDelivery.s3Destination.bucket", equalTo("bucket"))
                    .body("project.dataDelivery.s3Destination.prefix", equalTo("a/b"));
            deliver(name, "{\"s3Destination\":{\"bucket\":\"other\"}}");
            get(name)
                    .body("project.dataDelivery.s3Destination.bucket", equalTo("other"))
                    .body("project.dataDelivery.s3Destination.prefix", nullValue());
        }

        /** Our choice: the model has no other way to end a delivery. */
        @Test
        void endsTheDeliveryWhenNoPlaceIsGiven() {
            create("{\"name\":\"" + name + "\",\"dataDelivery\":{\"cloudWatchLogs\":{\"logGroup\":\"g\"}}}");

            deliver(name, "{}").statusCode(200).body("project.dataDelivery", nullValue());
            get(name).body("project.dataDelivery", nullValue());
        }

        /** As CreateProject with an empty place. */
        @Test
        void isLikeCreatingTheProjectWithNoPlace() {
            create("{\"name\":\"" + name + "\",\"dataDelivery\":{}}")
                    .statusCode(200)
                    .body("project.dataDelivery", nullValue());
        }

        /** The model's prose: not both in one call; which member is named is our choice. */
        @Test
        void refusesBothAtOnce() {
            create("{\"name\":\"" + name + "\",\"dataDelivery\":{\"cloudWatchLogs\":{\"logGroup\":\"g\"}}}");

            for (String reference : List.of(name, "missing")) {
                deliver(
                                reference,
                                "{\"cloudWatchLogs\":{\"logGroup\":\"h\"},\"s3Destination\":{\"bucket\":\"bucket\"}}")
                        .statusCode(400)
                        .header("x-amzn-ErrorType", "ValidationException")
                        .body("fieldList.name", contains("s3Destination"));
            }
            get(name).body("project.dataDelivery.cloudWatchLogs.logGroup", equalTo("g"));
        }

        /** Bounds and patterns from the model. */
        @Test
        void takesEveryMemberAtItsBound() {
            create("{\"name\":\"" + name + "\"}");

            deliver(name, logs("g".repeat(512))).statusCode(200);
            deliver(name, logs("g".repeat(513))).body("fieldList.name", contains("cloudWatchLogs.logGroup"));
            deliver(name, logs("")).statusCode(400);
            deliver(name, s3("b".repeat(63), "p".repeat(1024))).statusCode(200);
            deliver(name, s3("b".repeat(64), "p")).body("fieldList.name", contains("s3Destination.bucket"));
            deliver(name, s3("Bucket", "p")).body("fieldList.name", contains("s3Destination.bucket"));
            deliver(name, s3("bbb", "p".repeat(1025))).body("fieldList.name", contains("s3Destination.prefix"));
            deliver(name, s3("bbb", "")).body("fieldList.name", contains("s3Destination.prefix"));
        }

        @Test
        void doesNotFindWhatDoesNotExist() {
            deliver("missing", "{}")
                    .statusCode(404)
                    .body("message", equalTo("Project with arn '" + ARN_PREFIX + "missing' does not exist."));
        }

        private static String logs(String group) {
            return "{\"cloudWatchLogs\":{\"logGroup\":\"" + group + "\"}}";
        }

        private static String s3(String bucket, String prefix) {
            return "{\"s3Destination\":{\"bucket\":\"" + bucket + "\",\"prefix\":\"" + prefix + "\"}}";
        }

        private ValidatableResponse deliver(String reference, String body) {
            return given(http)
                    .body(body)
                    .patch("/projects/" + reference + "/data-delivery")
                    .then();
        }
    }

    @Nested
    class DeleteProject {

        @Test
        void removesTheProjectAndItsEvents() {
            create("{\"name\":\"" + name + "\"}");
            put();
            count().body("count", equalTo(1));

            assertThat(given(http)
                            .delete("/projects/" + name)
                            .then()
                            .statusCode(200)
                            .extract()
                            .asString())
                    .isEqualTo("{}");
            get(name).statusCode(404);
            given(http).delete("/projects/" + name).then().statusCode(404);

            create("{\"name\":\"" + name + "\"}").statusCode(200);
            count().body("count", equalTo(0));
            put();
            count().body("count", equalTo(1));
        }

        @Test
        void takesNoMoreEvents() {
            create("{\"name\":\"" + name + "\"}");
            given(http).delete("/projects/" + ENCODED_ARN_PREFIX + name).then().statusCode(200);

            given(http)
                    .body("{\"events\":[]}")
                    .post("/events/projects/" + name)
                    .then()
                    .statusCode(404)
                    .body("message", equalTo("Project does not exist with arn '" + ARN_PREFIX + name + "'"))
                    .body("resourceId", nullValue());
            given(http).get("/projects").then().body("projects.name", not(contains(name)));
        }

        private void put() {
            given(http)
                    .body("{\"events\":[{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"{}\"}]}")
                    .post("/events/projects/" + name)
                    .then()
                    .statusCode(200);
        }

        private ValidatableResponse count() {
            return given(http)
                    .get("/_evidently/events/count?project=" + name)
                    .then()
                    .statusCode(200);
        }
    }

    private ValidatableResponse create(String body) {
        return given(http)
                .body(body.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .post("/projects")
                .then();
    }

    private ValidatableResponse get(String reference) {
        return given(http).get("/projects/" + reference).then();
    }
}
