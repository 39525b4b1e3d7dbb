package io.github.evidently.launch;

import static io.github.evidently.ProjectOfTest.metric;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.github.evidently.ProjectOfTest;
import io.github.evidently.RunningServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Creating, updating, listing and deleting launches, and how projects count them. */
@RunningServer
class LaunchesIT extends LaunchFixture {

    @Nested
    class CreateLaunch {

        /** Defaults observed through Terraform's tests; members from the model. */
        @Test
        void fillsInWhatIsNotGiven() {
            long before = System.currentTimeMillis() / 1000;

            create("\"groups\":[" + GROUPS + "]")
                    .statusCode(200)
                    .body("launch.arn", equalTo(project.arn("launch", "l")))
                    .body("launch.project", equalTo(project.arn()))
                    .body("launch.name", equalTo("l"))
                    .body("launch.type", equalTo("aws.evidently.splits"))
                    .body("launch.status", equalTo("CREATED"))
                    .body("launch.randomizationSalt", equalTo("l"))
                    .body("launch.metricMonitors", empty())
                    .body("launch.tags", anEmptyMap())
                    .body("launch.execution", nullValue())
                    .body("launch.scheduledSplitsDefinition", nullValue())
                    .body("launch.statusReason", nullValue())
                    .body("launch.createdTime", greaterThanOrEqualTo((int) before))
                    .body("launch.lastUpdatedTime", greaterThanOrEqualTo((int) before));
        }

        /** The renames from the model: featureVariations, scheduledSplitsDefinition; segments are answered as ARNs (Terraform). */
        @Test
        void answersInTheWordsOfTheResponse() {
            String segment = "s" + project.name();
            project.createSegment(segment).statusCode(200);

            create("""
                    "description":"of tests","randomizationSalt":"salt","tags":{"k":"v"},
                    "groups":[{"name":"z","description":"first","feature":"f","variation":"b"},
                      {"name":"a","feature":"f","variation":"a"}],
                    "metricMonitors":[{"metricDefinition":{"name":"m","entityIdKey":"id","valueKey":"v",
                      "unitLabel":"ms","eventPattern":"{\\"v\\":[{\\"exists\\":true}]}"}}],
                    "scheduledSplitsConfig":{"steps":[
                      {"startTime":2000000000.5,"groupWeights":{"z":10000,"a":0},"segmentOverrides":[
                        {"segment":"%1$s","evaluationOrder":2,"weights":{"z":60000,"a":70000}},
                        {"segment":"%2$s","evaluationOrder":-1,"weights":{}}]},
                      {"startTime":"2033-05-18T03:33:20Z","groupWeights":{"z":100000}}]}""".formatted(segment, ProjectOfTest.ARN_PREFIX + "segment/" + segment))
                    .statusCode(200);

            String arn = ProjectOfTest.ARN_PREFIX + "segment/" + segment;
            project.get(project.path("/launches/l"))
                    .body("launch.description", equalTo("of tests"))
                    .body("launch.randomizationSalt", equalTo("salt"))
                    .body("launch.tags", equalTo(Map.of("k", "v")))
                    .body("launch.groups.name", contains("z", "a"))
                    .body("launch.groups[0].featureVariations", equalTo(Map.of("f", "b")))
                    .body("launch.groups[0].description", equalTo("first"))
                    .body("launch.groups[0]", not(hasKey("feature")))
                    .body("launch.metricMonitors[0].metricDefinition.unitLabel", equalTo("ms"))
                    .body(
                            "launch.metricMonitors[0].metricDefinition.eventPattern",
                            equalTo("{\"v\":[{\"exists\":true}]}"))
                    .body("launch", not(hasKey("scheduledSplitsConfig")))
                    .body("launch.scheduledSplitsDefinition.steps.startTime", contains(2000000000, 2000000000))
                    .body("launch.scheduledSplitsDefinition.steps[0].groupWeights", equalTo(Map.of("z", 10000, "a", 0)))
                    .body("launch.scheduledSplitsDefinition.steps[0].segmentOverrides.segment", contains(arn, arn))
                    .body("launch.scheduledSplitsDefinition.steps[0].segmentOverrides.evaluationOrder", contains(2, -1))
                    .body(
                            "launch.scheduledSplitsDefinition.steps[0].segmentOverrides[0].weights",
                            equalTo(Map.of("z", 60000, "a", 70000)))
                    .body("launch.scheduledSplitsDefinition.steps[1].segmentOverrides", empty());
        }

        /** Observed through Terraform: an empty salt is as good as none. */
        @Test
        void takesAnEmptySaltForTheName() {
            create("\"randomizationSalt\":\"\",\"groups\":[" + GROUPS + "]")
                    .body("launch.randomizationSalt", equalTo("l"));
        }

        /** Our choice: what a launch cannot serve or cannot divide is refused. */
        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                "groups":[{"name":"g","feature":"f","variation":"a"},{"name":"g","feature":"f","variation":"b"}] | groups.1.name
                "groups":[GROUPS],"scheduledSplitsConfig":{"steps":[{"startTime":1,"groupWeights":{"x":1}}]} | scheduledSplitsConfig.steps.0.groupWeights.x
                "groups":[GROUPS],"scheduledSplitsConfig":{"steps":[{"startTime":1,"groupWeights":{},"segmentOverrides":[{"segment":"s","evaluationOrder":1,"weights":{"x":1}}]}]} | scheduledSplitsConfig.steps.0.segmentOverrides.0.weights.x
                "groups":[GROUPS],"metricMonitors":[MONITOR,MONITOR] | metricMonitors.1.metricDefinition.name
                "groups":[GROUPS],"metricMonitors":[{"metricDefinition":{"name":"m","entityIdKey":"e","valueKey":"v","eventPattern":"{\\"eventType\\":\\"conversion\\"}"}}] | metricMonitors.0.metricDefinition.eventPattern
                """)
        void namesTheInvalidMemberBeforeItLooksForTheProject(String members, String member) {
            String body = "{\"name\":\"l\","
                    + members.replace("GROUPS", GROUPS).replace("MONITOR", "{\"metricDefinition\":" + metric("m") + "}")
                    + "}";
            for (String path : List.of(project.path("/launches"), "/projects/missing/launches")) {
                project.post(path, body)
                        .statusCode(400)
                        .header("x-amzn-ErrorType", "ValidationException")
                        .body("fieldList.name", contains(member));
            }
            project.get(project.path("/launches/l")).statusCode(404);
        }

        /** The style of the control plane, by analogy (the texts of launches and segments are unknown). */
        @Test
        void saysWhatDoesNotExist() {
            project.createLaunch("l", "g", "a")
                    .statusCode(404)
                    .body("resourceId", equalTo(project.arn("feature", "g")))
                    .body("resourceType", equalTo("feature"));
            create("""
                    "groups":[%s],"scheduledSplitsConfig":{"steps":[{"startTime":1,"groupWeights":{},
                      "segmentOverrides":[{"segment":"missing","evaluationOrder":1,"weights":{}}]}]}""".formatted(GROUPS))
                    .statusCode(404)
                    .body(
                            "message",
                            equalTo("Segment with arn '" + ProjectOfTest.ARN_PREFIX
                                    + "segment/missing' does not exist."))
                    .body("resourceType", equalTo("segment"));
            project.post("/projects/missing/launches", "{\"name\":\"l\",\"groups\":[" + GROUPS + "]}")
                    .statusCode(404)
                    .body("resourceId", equalTo(MISSING))
                    .body("resourceType", equalTo("project"));
            project.get(project.path("/launches/l")).statusCode(404);
        }
    }

    @Nested
    class UpdateLaunch {

        /** An absent member leaves the launch's (model); an empty list of monitors clears them (Terraform). */
        @Test
        void changesWhatIsGivenAndLeavesTheRest() {
            create("""
                    "description":"old","randomizationSalt":"s","tags":{"k":"v"},"groups":[%s],
                    "metricMonitors":[{"metricDefinition":%s}],
                    "scheduledSplitsConfig":{"steps":[{"startTime":1,"groupWeights":{"control":100000}}]}""".formatted(GROUPS, metric("m")));

            update("{}")
                    .statusCode(200)
                    .body("launch.description", equalTo("old"))
                    .body("launch.randomizationSalt", equalTo("s"))
                    .body("launch.groups.name", contains("control", "treated"))
                    .body("launch.metricMonitors.metricDefinition.name", contains("m"))
                    .body("launch.scheduledSplitsDefinition.steps.size()", equalTo(1))
                    .body("launch.tags.k", equalTo("v"));
            update("{\"metricMonitors\":[],\"randomizationSalt\":\"\"}")
                    .body("launch.metricMonitors", empty())
                    .body("launch.randomizationSalt", equalTo("l"));
            update("""
                    {"groups":[{"name":"only","feature":"f","variation":"nowhere"}],
                     "scheduledSplitsConfig":{"steps":[{"startTime":1,"groupWeights":{"only":1}}]}}""")
                    .statusCode(200)
                    .body("launch.groups.name", contains("only"))
                    .body("launch.groups[0].featureVariations.f", equalTo("nowhere"));
        }

        /** Our choice: weights must name groups, also when only the groups change. */
        @Test
        void refusesGroupsThatTheScheduleDoesNotFit() {
            project.createLaunch("l", "f", "a");

            update("{\"groups\":[{\"name\":\"other\",\"feature\":\"f\",\"variation\":\"a\"}]}")
                    .statusCode(400)
                    .header("x-amzn-ErrorType", "ValidationException");
            project.get(project.path("/launches/l")).body("launch.groups.name", contains("all"));
        }

        /** Guide: traffic and steps of a running launch can be changed; that the rest is a conflict is our choice. */
        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                {"description":"new"} | 200
                {"metricMonitors":[]} | 200
                {"scheduledSplitsConfig":{"steps":[{"startTime":5,"groupWeights":{"all":1}}]}} | 200
                {"groups":[{"name":"all","feature":"f","variation":"b"}]} | 409
                {"randomizationSalt":"new"} | 409
                """)
        void ofARunningOneTakesTheScheduleAndTheMetrics(String body, int status) {
            project.createLaunch("l", "f", "a");
            project.startLaunch("l");

            update(body).statusCode(status);
        }

        @Test
        void saysWhatDoesNotExist() {
            update("{}")
                    .statusCode(404)
                    .body("message", equalTo("Launch with arn '" + project.arn("launch", "l") + "' does not exist."))
                    .body("resourceType", equalTo("launch"));
            project.createLaunch("l", "f", "a");
            update("{\"groups\":[{\"name\":\"all\",\"feature\":\"missing\",\"variation\":\"b\"}]}")
                    .statusCode(404)
                    .body("resourceType", equalTo("feature"));
        }
    }

    @Nested
    class ListLaunches {

        /** ListLaunches has no ResourceNotFoundException in the model; what it has instead is our choice. */
        @Test
        void takesAMissingProjectForAnInvalidMember() {
            project.get("/projects/missing/launches")
                    .statusCode(400)
                    .header("x-amzn-ErrorType", "ValidationException")
                    .body("fieldList.name", contains("project"));
            project.get("/projects/missing/launches?maxResults=0").body("fieldList.name", contains("maxResults"));
        }
    }

    @Nested
    class DeleteLaunch {

        @Test
        void removesIt() {
            project.createLaunch("l", "f", "a");

            assertThat(project.delete(project.path("/launches/l"))
                            .statusCode(200)
                            .extract()
                            .asString())
                    .isEqualTo("{}");
            project.delete(project.path("/launches/l"))
                    .statusCode(404)
                    .body("resourceId", equalTo(project.arn("launch", "l")));
            project.createLaunch("l", "f", "b").statusCode(200);
        }
    }
}
