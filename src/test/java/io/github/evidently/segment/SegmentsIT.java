package io.github.evidently.segment;

import static io.github.evidently.ProjectOfTest.encoded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import io.github.evidently.ProjectOfTest;
import io.github.evidently.RunningServer;
import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.json.JsonMapper;

/** The six operations on segments. */
@RunningServer
class SegmentsIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String PATTERN = "{\"Browser\":[\"Chrome\"]}";

    @LocalServerPort
    int port;

    private final String name = "s-" + UUID.randomUUID();
    private final String arn = ProjectOfTest.ARN_PREFIX + "segment/" + name;
    private ProjectOfTest project;

    @BeforeEach
    void createProject() {
        project = new ProjectOfTest(port);
    }

    @Nested
    class CreateSegment {

        /** Members from the model; that counts are there also when they are 0 was observed through Terraform. */
        @Test
        void answersTheSegment() {
            long before = System.currentTimeMillis() / 1000;

            create(name, PATTERN)
                    .statusCode(200)
                    .body("segment.arn", equalTo(arn))
                    .body("segment.name", equalTo(name))
                    .body("segment.pattern", equalTo(PATTERN))
                    .body("segment.description", nullValue())
                    .body("segment.tags", anEmptyMap())
                    .body("segment.launchCount", equalTo(0))
                    .body("segment.experimentCount", equalTo(0))
                    .body("segment.createdTime", greaterThanOrEqualTo((int) before))
                    .body("segment.lastUpdatedTime", greaterThanOrEqualTo((int) before));
        }

        /** Observed through Terraform: verbatim, white space and all. */
        @Test
        void keepsThePatternAsItIs() {
            String spaced = " {\n \"Browser\" :\t[ \"Chrome\" ] }\n";

            create(name, spaced).statusCode(200);
            get(name).body("segment.pattern", equalTo(spaced));
        }

        /** The JavaScript SDK v2 encodes JSON text once more; that it is taken off is our choice. */
        @Test
        void takesOffTheSecondEncodingOfTheJavaScriptSdk() {
            create(name, JSON.writeValueAsString(PATTERN)).statusCode(200).body("segment.pattern", equalTo(PATTERN));
        }

        /** A lone surrogate has no UTF-8 form: an answer with it could not be written. */
        @Test
        void refusesALoneSurrogateUnderTheSecondEncoding() {
            create(name, "\"{\\\"a\\\":[\\\"\\ud800\\\"]}\"")
                    .statusCode(400)
                    .body("fieldList.name", contains("pattern"));
            project.get("/segments").statusCode(200);
        }

        /** Bounds from the model. */
        @Test
        void takesEveryMemberAtItsBound() {
            String longest = name + "n".repeat(64 - name.length());
            String pattern = "{\"k\":[\"" + "v".repeat(1024 - 9 - 1) + "\"]}";
            assertThat(pattern).hasSize(1024);

            create(longest, pattern).statusCode(200);
            get(longest).statusCode(200);
            create(longest + "n", PATTERN).statusCode(400).body("fieldList.name", contains("name"));
            create(name, pattern + " ").statusCode(400).body("fieldList.name", contains("pattern"));
            create(name, "").statusCode(400).body("fieldList.name", contains("pattern"));
            get(name).statusCode(404);
        }

        /** The dialect from the guide; the words are ours, because the service's are unknown. */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{",
                    "[]",
                    "\"a\"",
                    "null",
                    "{}",
                    "{\"eventType\":\"conversion\"}",
                    "{\"a\":[]}",
                    "{\"a\":[{\"unknown\":1}]}",
                    "{\"a\":[{\"numeric\":[\"!\",1]}]}",
                    "{\"a\":[1]} x",
                    "{\"a\":[1]}{\"a\":[2]}"
                })
        void refusesWhatIsNoPattern(String pattern) {
            create(name, pattern)
                    .statusCode(400)
                    .header("x-amzn-ErrorType", "ValidationException")
                    .body("reason", equalTo("fieldValidationFailed"))
                    .body("fieldList.name", contains("pattern"));
            get(name).statusCode(404);
        }

        /** Our choice: what would take too much memory or time to match is no pattern either. */
        @Test
        void refusesAPatternThatCostsTooMuch() {
            String or = "{\"$or\":[{\"a\":[1]},{\"b\":[1]},{\"c\":[1]},{\"d\":[1]}]}";
            String tooMany = IntStream.range(0, 6)
                    .mapToObj(i -> "\"k" + i + "\":" + or)
                    .collect(Collectors.joining(",", "{", "}"));
            create(name, tooMany).statusCode(400).body("fieldList[0].message", containsString("$or"));

            String wildcards = IntStream.range(0, 35)
                    .mapToObj(i -> "{\"wildcard\":\"*a*b*c*" + i + "\"}")
                    .collect(Collectors.joining(",", "{\"k\":[", "]}"));
            create(name, wildcards).statusCode(400).body("fieldList[0].message", containsString("asterisks"));
            get(name).statusCode(404);
        }

        /** The status from the model, the words are ours. */
        @Test
        void refusesANameThatExists() {
            create(name, PATTERN).statusCode(200);

            create(name, "{\"a\":[1]}")
                    .statusCode(409)
                    .header("x-amzn-ErrorType", "ConflictException")
                    .body("message", equalTo("Segment with arn '" + arn + "' already exists."))
                    .body("resourceId", equalTo(arn))
                    .body("resourceType", equalTo("segment"));
            get(name).body("segment.pattern", equalTo(PATTERN));
        }
    }

    @Nested
    class GetSegment {

        /** ARNs as references from the model. */
        @Test
        void findsByNameAndByArn() {
            create(name, PATTERN);

            get(name).statusCode(200).body("segment.arn", equalTo(arn));
            get(encoded(arn)).statusCode(200).body("segment.name", equalTo(name));
            get(encoded(arn.replace("000000000000", "111111111111")))
                    .statusCode(404)
                    .body("resourceId", equalTo(arn.replace("000000000000", "111111111111")));
            get(encoded(arn.replace("us-east-1", "eu-west-1"))).statusCode(404);
        }

        /** The style of the control plane, by analogy. */
        @Test
        void saysWhatDoesNotExist() {
            get(name)
                    .statusCode(404)
                    .header("x-amzn-ErrorType", "ResourceNotFoundException")
                    .body("message", equalTo("Segment with arn '" + arn + "' does not exist."))
                    .body("resourceId", equalTo(arn))
                    .body("resourceType", equalTo("segment"));
        }

        /** The pattern of SegmentRef from the model. */
        @ParameterizedTest
        @ValueSource(strings = {"a%20b", "arn%3Aaws%3Aevidently%3Ax%3Ay%3Aproject%2Fa", "a%2Fb"})
        void refusesWhatIsNoReference(String reference) {
            get(reference).statusCode(400).body("fieldList.name", contains("segment"));
        }
    }

    @Nested
    class ListSegments {

        /** Bounds and the default of 50 from the model; tokens that survive changes are our choice. */
        @Test
        void keepsItsPlaceWhenSegmentsComeAndGo() {
            for (String suffix : List.of("-a", "-b", "-d")) {
                create(name + suffix, PATTERN).statusCode(200);
            }
            String token = pageThatEndsWith(name + "-b");
            project.delete("/segments/" + name + "-b").statusCode(200);
            create(name + "-c", PATTERN);

            project.get("/segments?maxResults=2&nextToken=" + token)
                    .statusCode(200)
                    .body("segments.name", contains(name + "-c", name + "-d"));
        }

        /** Walks in pages of one until that name: the server is shared with other tests. */
        private String pageThatEndsWith(String last) {
            String token = null;
            while (true) {
                ValidatableResponse page = project.get(
                                "/segments?maxResults=1" + (token == null ? "" : "&nextToken=" + token))
                        .statusCode(200);
                token = page.extract().path("nextToken");
                if (page.extract().path("segments[0].name").equals(last)) {
                    return token;
                }
            }
        }

        @ParameterizedTest
        @CsvSource({"maxResults=0, maxResults", "maxResults=51, maxResults", "nextToken=x, nextToken"})
        void refusesAPageThatCannotBe(String query, String member) {
            project.get("/segments?" + query).statusCode(400).body("fieldList.name", contains(member));
        }
    }

    @Nested
    class Usage {

        /** References from the model, times as text; that they are epoch seconds is our choice. */
        @Test
        void isCountedAndListed() {
            create(name, PATTERN);
            useInExperiment("x", project);
            useInLaunch("l");
            get(name).body("segment.launchCount", equalTo(1)).body("segment.experimentCount", equalTo(1));
            project.get("/segments/" + name + "/references?type=LAUNCH")
                    .statusCode(200)
                    .body("referencedBy.size()", equalTo(1))
                    .body("referencedBy[0].arn", equalTo(project.arn("launch", "l")))
                    .body("referencedBy[0].name", equalTo("l"))
                    .body("referencedBy[0].type", equalTo("aws.evidently.splits"))
                    .body("referencedBy[0].status", equalTo("CREATED"))
                    .body("referencedBy[0].lastUpdatedOn", matchesPattern("[0-9]{10}"))
                    .body("referencedBy[0].startTime", nullValue())
                    .body("referencedBy[0].endTime", nullValue());

            project.startExperiment("x").statusCode(200);
            project.stop("experiments", "x", "CANCELLED").statusCode(200);
            project.get("/segments/" + encoded(arn) + "/references?type=EXPERIMENT")
                    .body("referencedBy.name", contains("x"))
                    .body("referencedBy[0].type", equalTo("aws.evidently.onlineab"))
                    .body("referencedBy[0].status", equalTo("CANCELLED"))
                    .body("referencedBy[0].startTime", matchesPattern("[0-9]{10}"))
                    .body("referencedBy[0].endTime", matchesPattern("[0-9]{10}"));
        }

        /** Model: refused also when what uses it does not run; the words are ours. */
        @Test
        void keepsItFromBeingDeleted() {
            create(name, PATTERN);
            useInExperiment("x", project);
            useInLaunch("l");

            deleteIsRefused();
            project.delete(project.path("/experiments/x")).statusCode(200);
            deleteIsRefused();
            project.delete(project.path("/launches/l")).statusCode(200);
            assertThat(project.delete("/segments/" + encoded(arn))
                            .statusCode(200)
                            .extract()
                            .asString())
                    .isEqualTo("{}");
            get(name).statusCode(404);
            project.delete("/segments/" + name).statusCode(404);
        }

        /** Our choice: in the order of ARNs, over all projects, with tokens that survive changes. */
        @Test
        void isListedInPages() {
            create(name, PATTERN);
            List<String> arns = new ArrayList<>();
            ProjectOfTest other = new ProjectOfTest(port);
            for (ProjectOfTest user : List.of(project, other)) {
                for (String experiment : List.of("x", "y")) {
                    useInExperiment(experiment, user);
                    arns.add(user.arn("experiment", experiment));
                }
            }
            arns.sort(null);

            ValidatableResponse first =
                    references("type=EXPERIMENT&maxResults=3").body("referencedBy.arn", equalTo(arns.subList(0, 3)));
            ProjectOfTest third = arns.get(2).startsWith(project.arn()) ? project : other;
            third.delete(third.path("/experiments/x")).statusCode(200);
            references("type=EXPERIMENT&maxResults=3&nextToken="
                            + first.extract().path("nextToken"))
                    .body("referencedBy.arn", equalTo(arns.subList(3, 4)))
                    .body("nextToken", nullValue());
            references("type=LAUNCH").body("referencedBy", empty());
        }

        /** Constraints from the model; a missing segment comes last, which is our choice. */
        @ParameterizedTest
        @CsvSource({
            "x=1, type",
            "type=launch, type",
            "type=LAUNCH&maxResults=0, maxResults",
            "type=LAUNCH&maxResults=101, maxResults",
            "type=LAUNCH&nextToken=x, nextToken"
        })
        void isListedByType(String query, String member) {
            project.get("/segments/" + name + "/references?" + query)
                    .statusCode(400)
                    .body("fieldList.name", contains(member));
            project.get("/segments/" + name + "/references?type=LAUNCH")
                    .statusCode(404)
                    .body("resourceId", equalTo(arn));
        }

        private ValidatableResponse references(String query) {
            return project.get("/segments/" + name + "/references?" + query).statusCode(200);
        }

        private void deleteIsRefused() {
            project.delete("/segments/" + name)
                    .statusCode(409)
                    .header("x-amzn-ErrorType", "ConflictException")
                    .body("resourceId", equalTo(arn))
                    .body("resourceType", equalTo("segment"));
        }

        private void useInExperiment(String experiment, ProjectOfTest user) {
            user.createFeature("f-" + experiment, "a", "b").statusCode(200);
            user.post(
                            user.path("/experiments"),
                            ProjectOfTest.experiment(
                                    experiment, "f-" + experiment, "\"segment\":\"" + name + "\",", "a", "b"))
                    .statusCode(200);
        }

        private void useInLaunch(String launch) {
            project.createFeature("f-" + launch, "a");
            project.post(project.path("/launches"), """
                    {"name":"%1$s","groups":[{"name":"g","feature":"f-%1$s","variation":"a"}],
                     "scheduledSplitsConfig":{"steps":[{"startTime":1,"groupWeights":{"g":1}},
                       {"startTime":2,"groupWeights":{"g":1},
                        "segmentOverrides":[{"segment":"%2$s","evaluationOrder":1,"weights":{"g":1}}]}]}}""".formatted(launch, arn)).statusCode(200);
        }
    }

    @Nested
    class TestSegmentPattern {

        /**
         * Operators, their meaning and the sample from the guide. It also says that 98007 and 98007.0 are different; AWS's
         * ruler, which decides here, takes them for equal.
         */
        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                {"Browser":["Chrome","Safari"]} | true
                {"Browser":["chrome"]} | false
                {"Browser":["Chrome"],"Location":{"Country":["Canada"]}} | false
                {"Location":{"Country":["United States"]}} | true
                {"Location.Country":["United States"]} | true
                {"Location":{"Zipcode":[98007]}} | true
                {"Location":{"Zipcode":[98007.0]}} | true
                {"Location":{"Zipcode":["98007"]}} | false
                {"Location":{"Zipcode":[{"numeric":[">",98000,"<=",98007]}]}} | true
                {"Location":{"Zipcode":[{"numeric":["=",98007.0]}]}} | true
                {"Browser":[{"anything-but":"Chrome"}]} | false
                {"Browser":[{"prefix":"Ch"}]} | true
                {"Browser":[{"suffix":"me"}]} | true
                {"Age":[{"exists":false}]} | true
                {"Age":[{"exists":true}]} | false
                {"Nothing":[null]} | true
                {"Empty":[""]} | true
                {"$or":[{"Browser":["Opera"]},{"Location":{"Country":["United States"]}}]} | true
                """)
        void matchesAsTheGuideSays(String pattern, boolean match) {
            test(pattern, """
                    {"Browser":"Chrome","Location":{"Country":"United States","Zipcode":98007},"Nothing":null,"Empty":""}""").statusCode(200).body("match", equalTo(match));
        }

        /** Both are JSON text, which the JavaScript SDK v2 encodes once more. */
        @Test
        void takesOffTheSecondEncodingOfBoth() {
            test(JSON.writeValueAsString(PATTERN), JSON.writeValueAsString("{\"Browser\":\"Chrome\"}"))
                    .statusCode(200)
                    .body("match", equalTo(true));
        }

        /** Our choice: the error names the one that is at fault. */
        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                {"a":1} | {} | pattern
                {"a":[1]} | [] | payload
                {"a":[1]} | x | payload
                {"a":[1]} | {"a":1}} | payload
                {"a":[1]} | 1 | payload
                x | x | pattern
                """)
        void namesTheInvalidMember(String pattern, String payload, String member) {
            test(pattern, payload)
                    .statusCode(400)
                    .header("x-amzn-ErrorType", "ValidationException")
                    .body("fieldList.name", contains(member));
        }

        /** What the JSON parser lets through must not be a failure of the server. */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"Age\":1e400}",
                    "{\"Age\":-9999999999999999999999}",
                    "{\"Age\":0.00000000000000000001}",
                    "{\"Age\":1,\"Age\":2}",
                    "{\"\":1}",
                    "{\"a\":\"\\ud83d\\ude00\"}",
                    "{\"Age\":[[[[1]]],[],{}]}",
                    "{\"a.b\":{\"c.d\":1}}"
                })
        void copesWithAnyPayload(String payload) {
            test("{\"Age\":[{\"numeric\":[\">\",100]},\"x\"]}", payload)
                    .statusCode(200)
                    .body("match", equalTo(false));
        }

        @Test
        void copesWithADeepPayload() {
            test(PATTERN, "{\"a\":".repeat(150) + "1" + "}".repeat(150))
                    .statusCode(200)
                    .body("match", equalTo(false));
            test(PATTERN, "{\"a\":".repeat(1500) + "1" + "}".repeat(1500))
                    .statusCode(400)
                    .body("fieldList.name", contains("payload"));
        }

        private ValidatableResponse test(String pattern, String payload) {
            return project.post(
                    "/test-segment-pattern", JSON.writeValueAsString(Map.of("pattern", pattern, "payload", payload)));
        }
    }

    private ValidatableResponse create(String segment, String pattern) {
        return project.post("/segments", JSON.writeValueAsString(Map.of("name", segment, "pattern", pattern)));
    }

    private ValidatableResponse get(String reference) {
        return project.get("/segments/" + reference);
    }
}
