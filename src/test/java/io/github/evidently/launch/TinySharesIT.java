package io.github.evidently.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.ProjectOfTest;
import io.github.evidently.RunningServer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Weights are thousandths of a percent; whoever sends percent has nearly everybody served the default. */
@RunningServer
@ExtendWith(OutputCaptureExtension.class)
class TinySharesIT {

    @LocalServerPort
    int port;

    private ProjectOfTest project;

    @BeforeEach
    void createProject() {
        project = new ProjectOfTest(port);
        project.createFeature("f", "a", "b").statusCode(200);
    }

    @ParameterizedTest
    @CsvSource({"50, 50, 0.100", "1, 0, 0.001", "0, 0,", "50000, 50000,", "1000, 0,", "101, 0,"})
    void groupWeightsThatLookLikePercentLeaveOneWarning(int a, int b, String percent, CapturedOutput output) {
        project.post(project.path("/launches"), """
                {"name":"l","groups":[{"name":"a","feature":"f","variation":"a"},{"name":"b","feature":"f","variation":"b"}],
                 "scheduledSplitsConfig":{"steps":[{"startTime":1,"groupWeights":{"a":%d,"b":%d}}]}}""".formatted(a, b)).statusCode(200);

        assertWarned(output, "Launch l", percent);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            '"samplingRate":10,', 0.010
            '"onlineAbConfig":{"treatmentWeights":{"a":50,"b":50}},', 0.100
            """)
    void soDoSharesOfAnExperiment(String member, String percent, CapturedOutput output) {
        project.post(project.path("/experiments"), ProjectOfTest.experiment("x", "f", member, "a", "b"))
                .statusCode(200);

        assertWarned(output, "Experiment x", percent);
    }

    @Test
    void anUpdateWarnsOnlyOfWhatItChanges(CapturedOutput output) {
        project.post(project.path("/experiments"), ProjectOfTest.experiment("x", "f", "\"samplingRate\":10,", "a", "b"))
                .statusCode(200);
        project.patch(project.path("/experiments/x"), "{\"description\":\"d\"}").statusCode(200);

        assertWarned(output, "Experiment x", "0.010");
    }

    private void assertWarned(CapturedOutput output, String what, String percent) {
        List<String> warnings = output.getAll()
                .lines()
                .filter(line -> line.contains("WARN") && line.contains(what + " of project " + project.name()))
                .toList();
        if (percent == null) {
            assertThat(warnings).isEmpty();
        } else {
            assertThat(warnings).singleElement().asString().contains(" " + percent + " % ");
        }
    }
}
