package io.github.evidently.audit;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import io.github.evidently.ServerProcess;
import io.restassured.specification.RequestSpecification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done to the server itself leaves a line in its log and one in the audit log, without authentication too. */
class OwnChangesAuditIT {

    private static final String FAULT =
            "{\"operation\":\"GetFeature\",\"project\":\"demo\",\"effect\":{\"latency\":{\"fixedMillis\":0}}}";

    @TempDir
    Path directory;

    @Test
    void eachResetClockAndFaultLeavesALineInBothLogs() throws Exception {
        try (ServerProcess server = ServerProcess.start(
                        directory, "evidently.project.names=demo", "evidently.inspection.clock=true")
                .awaitReady()) {
            int before = server.output().size();
            RequestSpecification http = given().urlEncodingEnabled(false).baseUri("http://localhost:" + server.port());
            given(http).body("{\"time\":1000}").put("/_evidently/clock").then().statusCode(200);
            given(http)
                    .body("{\"advance\":\"PT1H\"}")
                    .put("/_evidently/clock")
                    .then()
                    .statusCode(200);
            given(http).delete("/_evidently/clock").then().statusCode(200);
            given(http).body(FAULT).post("/_evidently/faults").then().statusCode(200);
            given(http).delete("/_evidently/faults/1").then().statusCode(200);
            given(http).delete("/_evidently/faults").then().statusCode(200);
            given(http).post("/_evidently/reset?project=demo").then().statusCode(200);
            given(http).post("/%5Fevidently/reset").then().statusCode(200);
            // Refused, and none of its many bytes is in the log.
            given(http)
                    .post("/_evidently/reset?project=" + "x".repeat(5_000))
                    .then()
                    .statusCode(400);
            given(http).get("/_evidently/events").then().statusCode(200);

            List<String> lines = Awaitility.await()
                    .until(() -> Files.readAllLines(directory.resolve("audit.log")), found -> found.size() >= 9);
            assertThat(lines)
                    .extracting(line -> JsonPath.<String>read(line, "$.principal") + " "
                            + JsonPath.<String>read(line, "$.action") + " "
                            + JsonPath.<String>read(line, "$.outcome"))
                    .containsExactly(
                            "null evidently-emulator:Clock Success",
                            "null evidently-emulator:Clock Success",
                            "null evidently-emulator:Clock Success",
                            "null evidently-emulator:Faults Success",
                            "null evidently-emulator:Faults Success",
                            "null evidently-emulator:Faults Success",
                            "null evidently-emulator:Reset Success",
                            "null evidently-emulator:Reset Success",
                            "null evidently-emulator:Reset ValidationException");
            List<String> logged =
                    server.output().subList(before, server.output().size());
            assertThat(logged)
                    .allMatch(line -> line.contains(" INFO ") && line.length() < 400)
                    .extracting(line -> line.replaceFirst(".* : ", ""))
                    .containsExactly(
                            "The clock of launches and experiments is frozen at 1970-01-01T00:16:40Z",
                            "The clock of launches and experiments is frozen at 1970-01-01T01:16:40Z",
                            "The clock of launches and experiments runs, PT0S ahead of the server's",
                            "Added fault 1 for GetFeature in demo",
                            "Removed fault 1 for GetFeature in demo",
                            "Removed all faults",
                            "Reset project demo",
                            "Reset everything");
        }
    }
}
