package io.github.evidently.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The paginators that newer releases of boto3 and the CLI get beside the model, as the README shows. */
class PaginatorsTest {

    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void followFromTheModelForEachOperationThatHasPages() throws IOException {
        JsonNode model = read("/evidently-2021-02-01.json");
        JsonNode shapes = model.get("shapes");
        Map<String, Map<String, String>> expected = new TreeMap<>();
        model.get("operations").forEachEntry((name, operation) -> {
            JsonNode input = members(shapes, operation.get("input"));
            JsonNode output = members(shapes, operation.get("output"));
            if (input.has("nextToken")) {
                String list = output.propertyNames().stream()
                        .filter(member -> shapes.get(
                                        output.get(member).get("shape").stringValue())
                                .get("type")
                                .stringValue()
                                .equals("list"))
                        .reduce((_, second) -> "two lists, also " + second)
                        .orElseThrow();
                assertThat(input.has("maxResults") && output.has("nextToken")).isTrue();
                expected.put(
                        name,
                        Map.of(
                                "input_token", "nextToken",
                                "limit_key", "maxResults",
                                "output_token", "nextToken",
                                "result_key", list));
            }
        });

        assertThat(expected).hasSize(6);
        assertThat(read("/evidently-2021-02-01-paginators.json"))
                .isEqualTo(JSON.valueToTree(Map.of("pagination", expected)));
    }

    private static JsonNode members(JsonNode shapes, JsonNode reference) {
        return shapes.get(reference.get("shape").stringValue()).get("members");
    }

    private static JsonNode read(String resource) throws IOException {
        try (InputStream file = PaginatorsTest.class.getResourceAsStream(resource)) {
            return JSON.readTree(file);
        }
    }
}
