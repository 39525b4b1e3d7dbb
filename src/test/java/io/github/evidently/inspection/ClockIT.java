package io.github.evidently.inspection;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.github.evidently.RunningServer;
import io.restassured.path.json.config.JsonPathConfig;
import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** {@code /_evidently/clock}. A server of its own, because the clock is everybody's. */
@RunningServer
@TestPropertySource(properties = "evidently.inspection.clock=true")
class ClockIT {

    @LocalServerPort
    int port;

    @AfterEach
    void free() {
        given().port(port).delete("/_evidently/clock").then().statusCode(200);
    }

    @Test
    void advanceShiftsAFreeClockWhichGoesOnRunning() {
        put("{\"advance\":\"PT1H\"}").body("frozen", equalTo(false)).body("offset", equalTo("PT1H"));

        double first = time();
        assertThat(first - Instant.now().getEpochSecond()).isBetween(3590.0, 3610.0);
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> time() > first);
        put("{\"advance\":\"PT30M\"}").body("frozen", equalTo(false)).body("offset", equalTo("PT1H30M"));
    }

    @Test
    void timeFreezesItAndAdvanceMovesAFrozenClock() {
        put("{\"time\":1000}").body("frozen", equalTo(true)).body("offset", nullValue());
        put("{\"advance\":\"PT1H\"}").body("frozen", equalTo(true)).body("offset", nullValue());

        assertThat(time()).isEqualTo(4600.0);
        assertThat(time()).isEqualTo(4600.0);
    }

    @Test
    void deleteFreesItAndRemovesTheShift() {
        put("{\"advance\":\"PT1H\"}");

        given().port(port)
                .delete("/_evidently/clock")
                .then()
                .statusCode(200)
                .body("frozen", equalTo(false))
                .body("offset", equalTo("PT0S"));
        assertThat(time() - Instant.now().getEpochSecond()).isBetween(-10.0, 10.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-9999999H", "P9999999D", "PT9223372036854775807S", "1h", ""})
    void refusesToAdvanceToATimeThatCannotBeSaid(String advance) {
        given().port(port)
                .body("{\"advance\":\"" + advance + "\"}")
                .put("/_evidently/clock")
                .then()
                .statusCode(400)
                .body("fieldList.name", contains("advance"));

        given().port(port).get("/_evidently/clock").then().body("offset", equalTo("PT0S"));
    }

    private ValidatableResponse put(String body) {
        return given().port(port).body(body).put("/_evidently/clock").then().statusCode(200);
    }

    private double time() {
        return given().port(port)
                .get("/_evidently/clock")
                .jsonPath(JsonPathConfig.jsonPathConfig().numberReturnType(JsonPathConfig.NumberReturnType.DOUBLE))
                .getDouble("time");
    }
}
