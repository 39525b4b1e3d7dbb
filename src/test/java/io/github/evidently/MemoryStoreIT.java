package io.github.evidently;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evidently.store.url=memory:}. */
class MemoryStoreIT {

    @TempDir
    Path directory;

    @Test
    void servesEverythingAndKeepsNothing() throws Exception {
        Path store = directory.resolve("store");
        try (ServerProcess server = ServerProcess.start(
                        store, "evidently.store.url=memory:", "evidently.project.names=demo")
                .awaitReady()) {
            given().port(server.port())
                    .body("{\"events\":[{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"{}\"}]}")
                    .post("/events/projects/demo")
                    .then()
                    .statusCode(200)
                    .body("failedEventCount", equalTo(0));
            given().port(server.port()).get("/_evidently/events/count").then().body("count", equalTo(1));
            given().port(server.port()).get("/actuator/health/readiness").then().statusCode(200);
            given().port(server.port())
                    .post("/_evidently/backup")
                    .then()
                    .statusCode(400)
                    .body("message", containsString("A store in memory has no backup"));
            server.terminate();
            assertThat(server.awaitEnd()).isEqualTo(143);
            assertThat(server.output())
                    .anyMatch(line -> line.contains("store memory, which keeps nothing when the server stops"));
        }
        try (Stream<Path> files = Files.walk(directory)) {
            // The backup that was asked for stands in the audit log.
            assertThat(files.filter(Files::isRegularFile)).containsExactly(store.resolve("audit.log"));
        }
    }

    @Test
    void anUnknownStoreStopsTheStart() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, "evidently.store.url=jdbc:other://host/db")) {
            assertThat(server.awaitEnd()).isEqualTo(1);
            assertThat(server.output())
                    .contains("evidently.store.url is neither empty nor jdbc:postgresql:… nor memory:.");
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }
}
