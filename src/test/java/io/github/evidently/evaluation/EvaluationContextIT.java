package io.github.evidently.evaluation;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import io.github.evidently.ProjectOfTest;
import io.github.evidently.RunningServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.json.JsonMapper;

/** The texts that SDKs send with an evaluation: contexts that are empty or cut, and characters beyond 16 bits. */
@RunningServer
class EvaluationContextIT {

    private static final JsonMapper JSON = new JsonMapper();

    @LocalServerPort
    int port;

    private ProjectOfTest project;

    @BeforeEach
    void createFeature() {
        project = new ProjectOfTest(port);
        project.createFeature("f", "v").statusCode(200);
    }

    /** The JavaScript SDK v2, Go and Java send it where the caller gave none. */
    @Test
    void anEmptyContextIsAbsent() {
        project.post(project.path("/evaluations/f"), """
                {"entityId":"x","evaluationContext":""}""").statusCode(200).body("variation", equalTo("v"));
        project.post(project.path("/evaluations"), """
                {"requests":[{"feature":"f","entityId":"x"},{"feature":"f","entityId":"y","evaluationContext":""}]}""").statusCode(200).body("results.variation", contains("v", "v"));
    }

    /** JavaScript escapes half a character as it is when it cuts a string. */
    @ParameterizedTest
    @ValueSource(strings = {"cut \\ud83d", "\\ude00 cut", "\\ud83d\\ud83d\\ude00", "\\\\ud83d"})
    void halfASurrogatePairIsReadAsTheReplacementCharacter(String text) {
        String context = JSON.writeValueAsString("{\"ua\":\"" + text + "\"}");

        project.post(project.path("/evaluations/f"), """
                        {"entityId":"x","evaluationContext":%s}""".formatted(context))
                .statusCode(200)
                .body("variation", equalTo("v"));
    }

    @Test
    void aPatternSeesTheReplacementCharacter() {
        project.post("/test-segment-pattern", """
                {"pattern":"{\\"ua\\":[\\"cut \\uFFFD\\"]}","payload":"{\\"ua\\":\\"cut \\\\ud83d\\"}"}""").statusCode(200).body("match", equalTo(true));
        project.post("/test-segment-pattern", """
                {"pattern":"{\\"ua\\":[\\"\\uD83D\\uDE00\\"]}","payload":"{\\"ua\\":\\"\\\\ud83d\\\\ude00\\"}"}""").statusCode(200).body("match", equalTo(true));
    }

    /** Smithy's trait length counts Unicode scalar values. */
    @Test
    void lengthsCountCodePoints() {
        String emoji = "\uD83D\uDC4D";

        project.post(project.path("/evaluations/f"), "{\"entityId\":\"" + emoji.repeat(512) + "\"}")
                .statusCode(200);
        project.post(project.path("/evaluations/f"), "{\"entityId\":\"" + emoji.repeat(513) + "\"}")
                .statusCode(400)
                .body("fieldList.name", contains("entityId"));
        String feature = """
                {"name":"g","description":"%s","variations":[{"name":"v","value":{"stringValue":"%s"}}],
                 "entityOverrides":{"%s":"v"},"tags":{"%s":"%s"}}""";
        project.post(
                        project.path("/features"),
                        feature.formatted(
                                emoji.repeat(160),
                                emoji.repeat(512),
                                emoji.repeat(512),
                                "k".repeat(128),
                                emoji.repeat(256)))
                .statusCode(200);
        project.post(
                        project.path("/features"),
                        feature.replace("\"g\"", "\"h\"")
                                .formatted(
                                        emoji.repeat(161),
                                        emoji.repeat(513),
                                        emoji.repeat(513),
                                        "k".repeat(129),
                                        emoji.repeat(257)))
                .statusCode(400)
                .body("fieldList.name.size()", equalTo(5));
    }
}
