package io.github.evidently.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.ProjectOfTest;
import io.github.evidently.RawHttp;
import io.github.evidently.RunningServer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What some clients put around a body that is in order. */
@RunningServer
class TolerantBodiesIT {

    private static final String MARK = "\uFEFF";

    @LocalServerPort
    int port;

    private ProjectOfTest project;

    @BeforeEach
    void createProject() {
        project = new ProjectOfTest(port);
        project.createFeature("f", "v").statusCode(200);
    }

    /** .NET and PowerShell write one. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            /events/projects/PROJECT; {"events":[]}
            /projects/PROJECT/evaluations/f; {"entityId":"x"}
            /projects/PROJECT/features; {"name":"g","variations":[{"name":"v","value":{"longValue":1}}]}
            """)
    void mayBeginWithAByteOrderMark(String path, String body) throws Exception {
        byte[] bytes = (MARK + body).getBytes(StandardCharsets.UTF_8);

        assertThat(RawHttp.send(port, RawHttp.post(path.replace("PROJECT", project.name()), bytes)))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void mayHaveAContentEncodingWithoutAValue() throws Exception {
        String body = "{\"events\":[]}";

        assertThat(RawHttp.send(
                        port,
                        "POST /events/projects/" + project.name()
                                + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Encoding:\r\n"
                                + "Content-Length: " + body.length() + "\r\n\r\n" + body))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void aTimeInMillisecondsIsRefusedAsSuch() {
        project.createExperiment("x", "f", "v").statusCode(400);
        project.createFeature("g", "a", "b").statusCode(200);
        project.createExperiment("x", "g", "a", "b").statusCode(200);

        String message = project.post(project.path("/experiments/x/start"), "{\"analysisCompleteTime\":1764330000000}")
                .statusCode(400)
                .extract()
                .path("fieldList[0].message");
        assertThat(message).endsWith("; this one looks like milliseconds");
        message = project.get("/_evidently/events?since=1764330000000")
                .statusCode(400)
                .extract()
                .path("fieldList[0].message");
        assertThat(message).endsWith("; this one looks like milliseconds");
    }
}
