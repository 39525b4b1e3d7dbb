package io.github.evidently.event;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import io.github.evidently.RunningServer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** {@code evidently.event.invalid-entry=reject}, AWS's framework validation. */
@RunningServer
@TestPropertySource(properties = {"evidently.event.invalid-entry=reject", "evidently.project.names=demo"})
class RejectModeIT {

    @LocalServerPort
    int port;

    @Test
    void anInvalidEntryFailsTheWholeRequest() {
        given().port(port)
                .body("{\"events\":[{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"{}\"},"
                        + "{\"timestamp\":-1,\"type\":\"aws.evidently.custom\",\"data\":\"[]\"}]}")
                .post("/events/projects/demo")
                .then()
                .statusCode(400)
                .header("x-amzn-ErrorType", "ValidationException")
                .body("reason", equalTo("fieldValidationFailed"))
                .body("fieldList.name", contains("events.1.timestamp", "events.1.data"));

        given().port(port).get("/_evidently/events/count").then().body("count", equalTo(0));
    }

    @Test
    void aRequestWithoutFaultsIsStored() {
        given().port(port)
                .body("{\"events\":[{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"{}\"}]}")
                .post("/events/projects/demo")
                .then()
                .statusCode(200)
                .body("failedEventCount", equalTo(0));
        given().port(port).post("/_evidently/reset").then().statusCode(200);
    }
}
