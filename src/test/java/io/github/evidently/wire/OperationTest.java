package io.github.evidently.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OperationTest {

    @Test
    void tableIsThatOfTheServiceModel() throws Exception {
        List<String> model = new ArrayList<>();
        try (InputStream in = getClass().getResourceAsStream("/evidently-2021-02-01.json")) {
            JsonNode operations = new JsonMapper().readTree(in).path("operations");
            operations.properties().forEach(operation -> {
                JsonNode http = operation.getValue().path("http");
                model.add(operation.getKey() + " " + http.path("method").stringValue() + " "
                        + http.path("requestUri").stringValue());
            });
        }

        assertThat(Operation.ALL)
                .extracting(operation -> operation.name() + " " + operation.method() + " "
                        + operation.path().getPatternString())
                .hasSize(38)
                .containsExactlyInAnyOrderElementsOf(model);
    }

    /** The three that AWS served at {@code dataplane.evidently} (endpoint trait of the model). */
    @Test
    void threeOperationsAreOfTheDataPlane() {
        assertThat(Operation.ALL)
                .filteredOn(Operation::isDataPlane)
                .extracting(Operation::name)
                .containsExactlyInAnyOrder("PutProjectEvents", "EvaluateFeature", "BatchEvaluateFeature");
    }

    @Test
    void findsAnOperationByAnArnThatIsEncodedAsOneSegment() {
        String path = "/projects/arn%3Aaws%3Aevidently%3Aus-east-1%3A000000000000%3Aproject%2Fdemo/features";

        assertThat(Operation.find("POST", path)).map(Operation::name).contains("CreateFeature");
    }

    @Test
    void findsNoneForAnotherMethodOrPath() {
        assertThat(Operation.find("PUT", "/projects/demo/features")).isEmpty();
        assertThat(Operation.find("POST", "/projects/demo/feature")).isEmpty();
        assertThat(Operation.find("POST", "/projects/arn:aws:evidently:us-east-1:000000000000:project/demo/features"))
                .isEmpty();
    }
}
