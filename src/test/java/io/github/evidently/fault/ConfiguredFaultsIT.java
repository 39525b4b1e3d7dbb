package io.github.evidently.fault;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;

import io.github.evidently.RunningServer;
import io.github.evidently.quota.QuotaProperties;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.TestPropertySource;

/** Faults of the configuration, on a server with AWS's quotas. */
@RunningServer
@ActiveProfiles("aws")
@TestPropertySource(
        properties = {
            "evidently.project.names=shop",
            "evidently.access.faults[0].operation=PutProjectEvents",
            "evidently.access.faults[0].until=2100-01-01T00:00:00Z",
            "evidently.access.faults[0].effect.reject-entries.error-code=ThrottlingException",
            "evidently.access.faults[1].operation=GetProject",
            "evidently.access.faults[1].probability=0.5",
            "evidently.access.faults[1].seed=1",
            "evidently.access.faults[1].effect.error.type=ValidationException",
            "evidently.access.faults[1].effect.error.field-list[0].name=project",
            "evidently.access.faults[1].effect.error.field-list[0].message=odd",
        })
class ConfiguredFaultsIT {

    @LocalServerPort
    int port;

    @Autowired
    QuotaProperties quotas;

    @Test
    void theyAreThereFromTheStartAndUntilAReset() {
        given().port(port)
                .body("{\"events\":[{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"{}\"}]}")
                .post("/events/projects/shop")
                .then()
                .statusCode(200)
                .body("eventResults.errorCode", contains("ThrottlingException"))
                .body("failedEventCount", equalTo(1));
        given().port(port)
                .get("/_evidently/faults")
                .then()
                .body("faults.operation", contains("PutProjectEvents", "GetProject"));

        given().port(port).post("/_evidently/reset").then().statusCode(200);
        given().port(port).get("/_evidently/faults").then().body("faults", empty());
    }

    @Test
    void theProfileHasWhatAwsAllowed() {
        assertThat(quotas).isEqualTo(new QuotaProperties(1000, 1000, 50, 10, 0, 50, 500, 100, 500, 500, 50, 50));
    }
}
