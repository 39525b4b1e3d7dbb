package io.github.evidently.tagging;

import static io.github.evidently.ProjectOfTest.encoded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import io.github.evidently.ProjectOfTest;
import io.github.evidently.RunningServer;
import io.restassured.response.ValidatableResponse;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** TagResource, UntagResource and ListTagsForResource on all kinds of resources. */
@RunningServer
class TaggingIT {

    @LocalServerPort
    int port;

    private ProjectOfTest project;
    private String segment;

    @BeforeEach
    void createOneOfEachKind() {
        project = new ProjectOfTest(port);
        segment = "s" + project.name();
        project.createFeature("f", "a", "b").statusCode(200);
        project.createLaunch("l", "f", "a").statusCode(200);
        project.createExperiment("x", "f", "a", "b").statusCode(200);
        project.createSegment(segment).statusCode(200);
    }

    /** Kinds from the guide, segments from the model; merging and overwriting from the model's prose. */
    @ParameterizedTest
    @CsvSource({
        "project/PROJECT, /projects/PROJECT, project",
        "project/PROJECT/feature/f, /projects/PROJECT/features/f, feature",
        "project/PROJECT/launch/l, /projects/PROJECT/launches/l, launch",
        "project/PROJECT/experiment/x, /projects/PROJECT/experiments/x, experiment",
        "segment/SEGMENT, /segments/SEGMENT, segment"
    })
    void tagsAndUntags(String place, String path, String member) {
        String arn = ProjectOfTest.ARN_PREFIX + named(place);
        tags(arn).statusCode(200).body("tags", anEmptyMap());

        assertThat(tag(arn, "{\"a\":\"1\",\"b\":\"2\"}")
                        .statusCode(200)
                        .extract()
                        .asString())
                .isEqualTo("{}");
        tag(arn, "{\"b\":\"3\",\"c:/=+-.@\":\"\"}".replace("@", "_")).statusCode(200);
        Map<String, String> expected = Map.of("a", "1", "b", "3", "c:/=+-._", "");
        tags(arn).body("tags", equalTo(expected));
        project.get(named(path)).body(member + ".tags", equalTo(expected));

        assertThat(untag(arn, "tagKeys=b&tagKeys=unknown&tagKeys=c%3A%2F%3D%2B-._")
                        .statusCode(200)
                        .extract()
                        .asString())
                .isEqualTo("{}");
        tags(arn).body("tags", equalTo(Map.of("a", "1")));
        project.get(named(path)).body(member + ".tags", equalTo(Map.of("a", "1")));
    }

    /** Our choice: tags say nothing of how a resource works, so that they may change in any status. */
    @Test
    void tagsWhatRunsAndWhatIsFinished() {
        project.startLaunch("l").statusCode(200);
        tag(project.arn("launch", "l"), "{\"k\":\"running\"}").statusCode(200);
        project.stop("launches", "l", "CANCELLED").statusCode(200);

        tag(project.arn("launch", "l"), "{\"k\":\"finished\"}").statusCode(200);
        project.get(project.path("/launches/l"))
                .body("launch.status", equalTo("CANCELLED"))
                .body("launch.tags.k", equalTo("finished"));
    }

    /** The maximum of 50 from the model; ServiceQuotaExceededException is not modelled here. */
    @Test
    void takes50TagsAndNotOneMore() {
        String arn = project.arn("feature", "f");
        tag(arn, tags(0, 51)).statusCode(400).body("fieldList.name", contains("tags"));
        tag(arn, tags(0, 50)).statusCode(200);

        tag(arn, tags(50, 51))
                .statusCode(400)
                .header("x-amzn-ErrorType", "ValidationException")
                .body("fieldList.name", contains("tags"));
        tag(arn, tags(0, 1).replace("v", "new")).statusCode(200);
        tags(arn).body("tags.size()", equalTo(50)).body("tags.kaa", equalTo("new"));
        untag(arn, "tagKeys=kaa").statusCode(200);
        tag(arn, tags(50, 51)).statusCode(200);
    }

    /** Constraints from the model. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {} | tags
            {"tags":{"aws:k":"v"}} | tags.aws:k
            {"tags":{"a b":"v"}} | tags.a b
            {"tags":{"k":null}} | tags.k
            """)
    void namesTheInvalidTag(String body, String member) {
        project.post("/tags/" + encoded(project.arn()), body)
                .statusCode(400)
                .header("x-amzn-ErrorType", "ValidationException")
                .body("fieldList.name", contains(member));
        tags(project.arn()).body("tags", anEmptyMap());
    }

    /** tagKeys is required (model); that the first bound is checked before the resource is our choice. */
    @Test
    void untaggingNeedsKeys() {
        project.delete("/tags/" + encoded(project.arn())).statusCode(400).body("fieldList.name", contains("tagKeys"));
        String tooMany = IntStream.range(0, 51).mapToObj(i -> "tagKeys=k").collect(Collectors.joining("&"));
        untag(project.arn("feature", "missing"), tooMany).statusCode(400).body("fieldList.name", contains("tagKeys"));
    }

    /** The style of the control plane, by analogy. */
    @ParameterizedTest
    @CsvSource({
        "project/missing, project, Project",
        "project/PROJECT/feature/missing, feature, Feature",
        "project/PROJECT/launch/f, launch, Launch",
        "project/missing/experiment/x, experiment, Experiment",
        "segment/missing, segment, Segment"
    })
    void saysWhatDoesNotExist(String place, String type, String word) {
        String arn = ProjectOfTest.ARN_PREFIX + named(place);
        for (ValidatableResponse answer :
                new ValidatableResponse[] {tags(arn), tag(arn, "{\"k\":\"v\"}"), untag(arn, "tagKeys=k")}) {
            answer.statusCode(404)
                    .header("x-amzn-ErrorType", "ResourceNotFoundException")
                    .body("message", equalTo(word + " with arn '" + arn + "' does not exist."))
                    .body("resourceId", equalTo(arn))
                    .body("resourceType", equalTo(type));
        }
    }

    /** Our choice: what no resource of this server can be called does not exist. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:evidently:us-east-1:000000000000:",
                "arn:aws:evidently:us-east-1:000000000000:project",
                "arn:aws:evidently:us-east-1:000000000000:project/PROJECT/",
                "arn:aws:evidently:us-east-1:000000000000:project/PROJECT/feature",
                "arn:aws:evidently:us-east-1:000000000000:project/PROJECT/feature/f/",
                "arn:aws:evidently:us-east-1:000000000000:project/PROJECT/segment/SEGMENT",
                "arn:aws:evidently:us-east-1:000000000000:project//segment/SEGMENT",
                "arn:aws:evidently:us-east-1:000000000000:project//project/PROJECT",
                "arn:aws:evidently:us-east-1:000000000000:segments/SEGMENT",
                "arn:aws:evidently:us-east-1:111111111111:segment/SEGMENT",
                "arn:aws:evidently:eu-west-1:000000000000:project/PROJECT",
                "arn:aws:s3:us-east-1:000000000000:project/PROJECT"
            })
    void doesNotFindWhatCannotBe(String arn) {
        tags(named(arn)).statusCode(404).body("resourceId", equalTo(named(arn)));
    }

    /** The pattern of the ARN from the model. */
    @Test
    void refusesWhatIsNoArn() {
        tags("PROJECT").statusCode(400).body("fieldList.name", contains("resourceArn"));
        tags("arn:aws:x").statusCode(400).body("fieldList.name", contains("resourceArn"));
    }

    private String named(String text) {
        return text.replace("PROJECT", project.name()).replace("SEGMENT", segment);
    }

    private static String tags(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "\"k" + (char) ('a' + i / 26) + (char) ('a' + i % 26) + "\":\"v\"")
                .collect(Collectors.joining(",", "{", "}"));
    }

    private ValidatableResponse tags(String arn) {
        return project.get("/tags/" + encoded(arn));
    }

    private ValidatableResponse tag(String arn, String tags) {
        return project.post("/tags/" + encoded(arn), "{\"tags\":" + tags + "}");
    }

    private ValidatableResponse untag(String arn, String query) {
        return project.delete("/tags/" + encoded(arn) + "?" + query);
    }
}
