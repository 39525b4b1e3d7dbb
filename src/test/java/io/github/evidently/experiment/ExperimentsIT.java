package io.github.evidently.experiment;

import static io.github.evidently.ProjectOfTest.experiment;
import static io.github.evidently.ProjectOfTest.goal;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.evidently.ProjectOfTest;
import io.github.evidently.RunningServer;
import io.github.evidently.lifecycle.LifecycleFixture;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Creating, updating and listing experiments. */
@RunningServer
class ExperimentsIT extends LifecycleFixture {

    private String segment;

    ExperimentsIT() {
        super("experiment", "experiments", "x");
    }

    @BeforeEach
    void nameSegment() {
        segment = "s" + project.name();
    }

    @Nested
    class CreateExperiment {

        /** The model names the members; defaults of the rate, the weights and the control are our choice. */
        @Test
        void fillsInWhatIsNotGiven() {
            long before = System.currentTimeMillis() / 1000;

            project.createExperiment("x", "f", "c", "a", "b")
                    .statusCode(200)
                    .body("experiment.arn", equalTo(project.arn("experiment", "x")))
                    .body("experiment.project", equalTo(project.arn()))
                    .body("experiment.name", equalTo("x"))
                    .body("experiment.type", equalTo("aws.evidently.onlineab"))
                    .body("experiment.status", equalTo("CREATED"))
                    .body("experiment.randomizationSalt", equalTo("x"))
                    .body("experiment.samplingRate", equalTo(100000))
                    .body("experiment.onlineAbDefinition.controlTreatmentName", equalTo("a"))
                    .body(
                            "experiment.onlineAbDefinition.treatmentWeights",
                            equalTo(Map.of("c", 33334, "a", 33333, "b", 33333)))
                    .body("experiment.segment", nullValue())
                    .body("experiment.schedule", nullValue())
                    .body("experiment.execution", nullValue())
                    .body("experiment.statusReason", nullValue())
                    .body("experiment.tags", anEmptyMap())
                    .body("experiment.createdTime", greaterThanOrEqualTo((int) before));
        }

        /** The renames from the model: featureVariations, onlineAbDefinition; the segment is answered as an ARN (Terraform). */
        @Test
        void answersInTheWordsOfTheResponse() {
            project.createSegment(segment).statusCode(200);

            create("""
                    "description":"of tests","randomizationSalt":"salt","samplingRate":0,"tags":{"k":"v"},"segment":"%s",
                    "metricGoals":[{"desiredChange":"DECREASE","metricDefinition":
                      {"name":"m","entityIdKey":"id","valueKey":"v","unitLabel":"ms","eventPattern":"{\\"v\\":[1]}"}}],
                    "onlineAbConfig":{"controlTreatmentName":"t1","treatmentWeights":{"t1":10,"t2":20}},
                    "treatments":[{"name":"t2","description":"second","feature":"f","variation":"b"},
                      {"name":"t1","feature":"f","variation":"a"}]""".formatted(segment)).statusCode(200);

            project.get(project.path("/experiments/x"))
                    .body("experiment.description", equalTo("of tests"))
                    .body("experiment.randomizationSalt", equalTo("salt"))
                    .body("experiment.samplingRate", equalTo(0))
                    .body("experiment.tags", equalTo(Map.of("k", "v")))
                    .body("experiment.segment", equalTo(ProjectOfTest.ARN_PREFIX + "segment/" + segment))
                    .body("experiment.metricGoals[0].desiredChange", equalTo("DECREASE"))
                    .body("experiment.metricGoals[0].metricDefinition.eventPattern", equalTo("{\"v\":[1]}"))
                    .body("experiment", not(hasKey("onlineAbConfig")))
                    .body("experiment.onlineAbDefinition.controlTreatmentName", equalTo("t1"))
                    .body("experiment.onlineAbDefinition.treatmentWeights", equalTo(Map.of("t1", 10, "t2", 20)))
                    .body("experiment.treatments.name", contains("t2", "t1"))
                    .body("experiment.treatments[0].description", equalTo("second"))
                    .body("experiment.treatments[0].featureVariations", equalTo(Map.of("f", "b")))
                    .body("experiment.treatments[0]", not(hasKey("variation")));
        }

        /** Our choice: without a treatment of the default variation the first one is the control. */
        @Test
        void takesTheFirstTreatmentForTheControlWhenNoneServesTheDefault() {
            project.createExperiment("x", "f", "c", "b")
                    .body("experiment.onlineAbDefinition.controlTreatmentName", equalTo("c"));
        }

        /** Our choice: who is not named among the weights has none, and no weights at all are the default. */
        @Test
        void givesATreatmentThatHasNoWeightNone() {
            create(division("{\"treatmentWeights\":{\"b\":100000}}"))
                    .statusCode(200)
                    .body("experiment.onlineAbDefinition.treatmentWeights", equalTo(Map.of("a", 0, "b", 100000)));
            project.delete(project.path("/experiments/x"));
            create(division("{\"treatmentWeights\":{}}"))
                    .body("experiment.onlineAbDefinition.treatmentWeights", equalTo(Map.of("a", 50000, "b", 50000)));
        }

        /** The number of treatments in a response from the model (2 to 5); the rest is our choice. */
        @ParameterizedTest
        @MethodSource("invalidMembers")
        void namesTheInvalidMemberBeforeItLooksForTheProject(String body, String member) {
            for (String path : List.of(project.path("/experiments"), "/projects/missing/experiments")) {
                project.post(path, body)
                        .statusCode(400)
                        .header("x-amzn-ErrorType", "ValidationException")
                        .body("fieldList.name", contains(member));
            }
            project.get(project.path("/experiments/x")).statusCode(404);
        }

        static Stream<Arguments> invalidMembers() {
            String valid = experiment("x", "f", "", "a", "b");
            String goals = "\"metricGoals\":[" + goal("m") + "],";
            return Stream.of(
                    arguments(experiment("x", "f", ""), "treatments"),
                    arguments(experiment("x", "f", "", "a"), "treatments"),
                    arguments(experiment("x", "f", "", "1", "2", "3", "4", "5", "6"), "treatments"),
                    arguments(experiment("x", "f", "", "a", "a"), "treatments.1.name"),
                    arguments(experiment("x", "f", """
                            "onlineAbConfig":{"controlTreatmentName":"z"},""", "a", "b"), "onlineAbConfig.controlTreatmentName"),
                    arguments(experiment("x", "f", """
                            "onlineAbConfig":{"treatmentWeights":{"z":1}},""", "a", "b"), "onlineAbConfig.treatmentWeights.z"),
                    arguments(
                            valid.replace(goal("m"), goal("m") + "," + goal("m")),
                            "metricGoals.1.metricDefinition.name"),
                    arguments(valid.replace(goal("m"), ""), "metricGoals"),
                    arguments(valid.replace(goals, ""), "metricGoals"));
        }

        /** The style of the control plane, by analogy. */
        @Test
        void saysWhatDoesNotExist() {
            project.createExperiment("x", "g", "a", "b")
                    .statusCode(404)
                    .body("resourceId", equalTo(project.arn("feature", "g")))
                    .body("resourceType", equalTo("feature"));
            project.post(
                            project.path("/experiments"),
                            ProjectOfTest.experiment("x", "f", "\"segment\":\"missing\",", "a", "b"))
                    .statusCode(404)
                    .body("resourceId", equalTo(ProjectOfTest.ARN_PREFIX + "segment/missing"))
                    .body("resourceType", equalTo("segment"));
            project.post("/projects/missing/experiments", ProjectOfTest.experiment("x", "f", "", "a", "b"))
                    .statusCode(404)
                    .body("resourceId", equalTo(MISSING))
                    .body("resourceType", equalTo("project"));
            project.get(project.path("/experiments/x")).statusCode(404);
        }

        /** Our choice: an ARN of another account or Region names nothing. */
        @Test
        void doesNotFindTheSegmentOfAnotherAccount() {
            project.createSegment(segment).statusCode(200);
            String arn = "arn:aws:evidently:us-east-1:111111111111:segment/" + segment;

            project.post(
                            project.path("/experiments"),
                            ProjectOfTest.experiment("x", "f", "\"segment\":\"" + arn + "\",", "a", "b"))
                    .statusCode(404)
                    .body("resourceId", equalTo(arn));
        }
    }

    @Nested
    class UpdateExperiment {

        /** An absent member leaves the experiment's (model). */
        @Test
        void changesWhatIsGivenAndLeavesTheRest() {
            project.createSegment(segment).statusCode(200);
            create("""
                    "description":"old","samplingRate":7,"segment":"%s","tags":{"k":"v"},"metricGoals":[%s],
                    "onlineAbConfig":{"controlTreatmentName":"b","treatmentWeights":{"a":1,"b":2}},
                    "treatments":[{"name":"a","feature":"f","variation":"a"},{"name":"b","feature":"f","variation":"b"}]""".formatted(segment, goal("m")));

            update("{}")
                    .statusCode(200)
                    .body("experiment.description", equalTo("old"))
                    .body("experiment.samplingRate", equalTo(7))
                    .body("experiment.segment", equalTo(ProjectOfTest.ARN_PREFIX + "segment/" + segment))
                    .body("experiment.tags.k", equalTo("v"))
                    .body("experiment.metricGoals.metricDefinition.name", contains("m"))
                    .body("experiment.onlineAbDefinition.controlTreatmentName", equalTo("b"))
                    .body("experiment.onlineAbDefinition.treatmentWeights", equalTo(Map.of("a", 1, "b", 2)));
            update("{\"onlineAbConfig\":{\"controlTreatmentName\":\"a\"}}")
                    .body("experiment.onlineAbDefinition.controlTreatmentName", equalTo("a"))
                    .body("experiment.onlineAbDefinition.treatmentWeights", equalTo(Map.of("a", 1, "b", 2)));
            update("{\"onlineAbConfig\":{\"treatmentWeights\":{\"b\":9}}}")
                    .body("experiment.onlineAbDefinition.controlTreatmentName", equalTo("a"))
                    .body("experiment.onlineAbDefinition.treatmentWeights", equalTo(Map.of("a", 0, "b", 9)));
            update("{\"metricGoals\":[" + goal("n") + "],\"randomizationSalt\":\"s\"}")
                    .body("experiment.metricGoals.metricDefinition.name", contains("n"))
                    .body("experiment.randomizationSalt", equalTo("s"));
        }

        /** removeSegment from the model; that both at once are refused is our choice. */
        @Test
        void removesAndReplacesTheSegment() {
            project.createSegment(segment).statusCode(200);
            project.createExperiment("x", "f", "a", "b");
            String arn = ProjectOfTest.ARN_PREFIX + "segment/" + segment;

            update("{\"segment\":\"" + arn + "\"}").body("experiment.segment", equalTo(arn));
            update("{\"segment\":\"" + segment + "\",\"removeSegment\":true}")
                    .statusCode(400)
                    .body("fieldList.name", contains("removeSegment"));
            update("{\"removeSegment\":false}").body("experiment.segment", equalTo(arn));
            update("{\"removeSegment\":true}").statusCode(200).body("experiment.segment", nullValue());
            update("{\"segment\":\"missing\"}").statusCode(404);
        }

        /** Our choice: weights belong to treatments, so that new treatments are divided anew. */
        @Test
        void dividesNewTreatmentsAnew() {
            create(division("{\"controlTreatmentName\":\"b\",\"treatmentWeights\":{\"a\":1,\"b\":2}}"));

            update("""
                    {"treatments":[{"name":"b","feature":"f","variation":"b"},{"name":"c","feature":"f","variation":"a"}]}""")
                    .statusCode(200)
                    .body("experiment.treatments.name", contains("b", "c"))
                    .body("experiment.onlineAbDefinition.controlTreatmentName", equalTo("c"))
                    .body("experiment.onlineAbDefinition.treatmentWeights", equalTo(Map.of("b", 50000, "c", 50000)));
            update("{\"onlineAbConfig\":{\"treatmentWeights\":{\"a\":1}}}")
                    .statusCode(400)
                    .body("fieldList.name", contains("onlineAbConfig.treatmentWeights.a"));
        }

        /** Model and guide: of a running experiment only the sampling rate changes; a description does no harm (ours). */
        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                {"samplingRate":50000} | 200
                {"description":"new"} | 200
                {"onlineAbConfig":{"treatmentWeights":{"a":1}}} | 409
                {"removeSegment":true} | 409
                {"removeSegment":false} | 200
                {"segment":"s"} | 409
                {"randomizationSalt":"s"} | 409
                {"metricGoals":[{"metricDefinition":{"name":"m","entityIdKey":"id","valueKey":"v"}}]} | 409
                {"treatments":[{"name":"a","feature":"f","variation":"a"},{"name":"b","feature":"f","variation":"b"}]} | 409
                {"samplingRate":5,"segment":"s"} | 409
                """)
        void ofARunningOneTakesTheSamplingRate(String body, int status) {
            project.createExperiment("x", "f", "a", "b");
            project.startExperiment("x");

            update(body).statusCode(status);
            if (status == 409) {
                project.get(project.path("/experiments/x")).body("experiment.samplingRate", equalTo(100000));
            }
        }
    }

    @Nested
    class ListExperiments {

        @Test
        void saysThatTheProjectDoesNotExist() {
            project.get("/projects/missing/experiments").statusCode(404).body("resourceId", equalTo(MISSING));
        }
    }

    /** Members of an experiment with treatments a and b, divided so. */
    private static String division(String onlineAbConfig) {
        return """
                "metricGoals":[%s],"onlineAbConfig":%s,
                "treatments":[{"name":"a","feature":"f","variation":"a"},{"name":"b","feature":"f","variation":"b"}]""".formatted(goal("m"), onlineAbConfig);
    }
}
