package io.github.evidently;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A database that was written before projects were documents: it has everything, byte for byte as the server that wrote it
 * answered.
 */
class OlderStoreIT {

    @TempDir
    Path directory;

    @Test
    void opensWithEverything() throws Exception {
        try (InputStream packed = resource("evidently.db.gz");
                InputStream database = new GZIPInputStream(packed)) {
            Files.copy(database, directory.resolve("evidently.db"));
        }
        try (ServerProcess server = ServerProcess.start(directory).awaitReady()) {
            assertThat(get(server, "/projects/shop")).isEqualTo(text("project.json"));
            assertThat(get(server, "/_evidently/export")).isEqualTo(text("export.json"));
            assertThat(get(server, "/_evidently/events")).isEqualTo(text("events.json"));

            // The key of a project is not used again, also not that of one that was deleted.
            given().port(server.port())
                    .body("{\"name\":\"gone\"}")
                    .contentType("application/json")
                    .post("/projects")
                    .then()
                    .statusCode(200);
            given().port(server.port())
                    .get("/_evidently/events?project=gone")
                    .then()
                    .body("events", empty());
            given().port(server.port())
                    .body("{\"events\":[{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"{}\"}]}")
                    .post("/events/projects/shop")
                    .then()
                    .statusCode(200)
                    .body("failedEventCount", equalTo(0));
            given().port(server.port())
                    .get("/_evidently/events?project=shop")
                    .then()
                    .body("events", hasSize(4));
            given().port(server.port())
                    .body("{\"entityId\":\"other\",\"evaluationContext\":\"{\\\"age\\\":20}\"}")
                    .contentType("application/json")
                    .post("/projects/shop/evaluations/checkout")
                    .then()
                    .body("variation", equalTo("new"));
        }
    }

    private static String get(ServerProcess server, String path) {
        return given().port(server.port())
                .get(path)
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }

    private static String text(String name) throws IOException {
        try (InputStream resource = resource(name)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(OlderStoreIT.class.getResourceAsStream("/older-store/" + name));
    }
}
