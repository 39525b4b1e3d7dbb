package io.github.evidently.inspection;

import static io.restassured.RestAssured.given;

import io.restassured.builder.RequestSpecBuilder;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.boot.test.web.server.LocalServerPort;

/** A server with the projects demo and shop, which each test finds empty, and the calls that tests make. */
abstract class InspectionFixture {

    static final String FIVE_EVENTS = """
            {"events":[
              {"timestamp":100,"type":"aws.evidently.custom",
               "data":"{\\"userDetails\\":{\\"userId\\":\\"anna\\"},\\"details\\":{\\"price\\":1}}"},
              {"timestamp":200.25,"type":"aws.evidently.evaluation",
               "data":"{\\"feature\\":\\"color\\",\\"entityId\\":\\"anna\\",\\"variation\\":\\"red\\",\\"type\\":\\"t\\"}"},
              {"timestamp":300,"type":"aws.evidently.evaluation",
               "data":"{\\"feature\\":\\"size\\",\\"entityId\\":\\"bert\\",\\"variation\\":\\"xl\\",\\"type\\":\\"t\\"}"},
              {"timestamp":400,"type":"aws.evidently.custom","data":"{ \\"entityId\\" : \\"bert\\" }"},
              {"timestamp":500,"type":"aws.evidently.custom","data":"{\\"other\\":\\"anna\\"}"}]}""";

    static final String ONE_EVENT =
            "{\"events\":[{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"{}\"}]}";

    static final String FEATURE = """
            {"name":"f","variations":[{"name":"v","value":{"boolValue":true}},{"name":"w","value":{"boolValue":false}}]}""";

    static final String ARN = "arn:aws:evidently:us-east-1:000000000000:project/";
    static final String ENCODED_ARN = ARN.replace(":", "%3A").replace("/", "%2F");

    @LocalServerPort
    int port;

    RequestSpecification http;

    @BeforeEach
    void startOver() {
        http = new RequestSpecBuilder()
                .setPort(port)
                .setUrlEncodingEnabled(false)
                .build();
        given(http).post("/_evidently/reset").then().statusCode(200);
    }

    void post(String path, String body) {
        given(http).body(body).post(path).then().statusCode(200);
    }

    ValidatableResponse evaluate(String project) {
        return given(http)
                .body("{\"entityId\":\"anna\"}")
                .post("/projects/" + project + "/evaluations/f")
                .then();
    }

    ValidatableResponse put(String project, String body) {
        return given(http).body(body).post("/events/projects/" + project).then().statusCode(200);
    }

    ValidatableResponse get(String path) {
        return given(http).get(path).then().statusCode(200);
    }
}
