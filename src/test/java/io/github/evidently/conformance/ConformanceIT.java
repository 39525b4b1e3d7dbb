package io.github.evidently.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.evidently.RunningServer;
import io.github.evidently.conformance.Case.Kind;
import io.github.evidently.conformance.Case.Outcome;
import io.github.evidently.conformance.EvidentlyClient.Answer;
import io.github.evidently.conformance.ServiceModel.Operation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The server against AWS's model of the service: every member of every operation's request, broken in each way that the
 * model forbids, is refused by name and changes nothing; at its bounds it is accepted; and every answer is of its shape.
 */
@RunningServer
@TestPropertySource(properties = "evidently.project.names=conformance") // Nobody else changes what this server has.
class ConformanceIT {

    /** How many operations there must be; one that is not built is not tried. */
    private static final int OPERATIONS_BUILT = 38;

    private static final List<String> NO_OBJECTS = List.of("{", "x", "[]", "\"\"", "1", "true", "null", "{} {}");

    private final ServiceModel model = ServiceModel.read();
    private final ConformanceReport report = new ConformanceReport();
    private final AtomicInteger names = new AtomicInteger();

    @LocalServerPort
    int port;

    private EvidentlyClient client;
    private List<Operation> built;
    private ServerState state;

    @BeforeEach
    void askWhatIsBuilt() {
        client = new EvidentlyClient(model, port);
        built = model.operations().stream().filter(client::isBuilt).toList();
        state = new ServerState(model, client, built);
    }

    @Test
    void asManyOperationsAreBuiltAsThereWere() {
        assertThat(built).hasSize(OPERATIONS_BUILT);
    }

    @Test
    void theReadmeListsEveryOperationAsTheServerHasIt() throws Exception {
        List<String> rows = model.operations().stream()
                .map(operation ->
                        "| %s | `%s %s` | yes |".formatted(operation.name(), operation.method(), operation.path()))
                .toList();

        assertThat(Files.readAllLines(Path.of("README.md")))
                .filteredOn(line -> line.matches("\\| \\w+ \\| `(GET|POST|PATCH|DELETE) /[^_].*"))
                .containsExactlyInAnyOrderElementsOf(rows);
    }

    @TestFactory
    Stream<DynamicNode> model() {
        Stream<DynamicNode> operations = built.stream()
                .map(operation -> dynamicContainer(
                        operation.name(),
                        Stream.of(
                                dynamicTest(
                                        operation + " refuses what the model forbids and changes nothing",
                                        () -> refuses(operation)),
                                dynamicTest(operation + " accepts what the model allows", () -> accepts(operation)))));
        return Stream.concat(
                operations,
                Stream.of(dynamicTest("docs/conformance.md has the counts of this run", this::compareWithTheDocument)));
    }

    private void refuses(Operation operation) {
        client.inspect("POST", "/_evidently/reset");
        List<ObjectNode> requests = requests(operation);
        List<String> faults = new ArrayList<>();
        Map<String, JsonNode> before = state.read();

        if (operation.hasBody()) {
            for (String body : NO_OBJECTS) {
                Case made = new Case(Kind.ILL_TYPED, "the body", 0, body, _ -> {}, new Outcome.NotParsed());
                judge(operation, made, client.call(operation, requests.getFirst(), body), faults);
            }
        }
        for (Case generated : CaseGenerator.cases(operation, requests)) {
            Case made = Deviations.apply(operation, generated);
            if (made.outcome().isRefusal()) {
                ObjectNode request = requests.get(made.variant()).deepCopy();
                made.edit().apply(request);
                judge(operation, made, client.call(operation, request), faults);
            }
        }

        Map<String, JsonNode> after = state.read();
        if (!after.equals(before)) {
            faults.add("requests that were refused have changed " + difference(before, after));
        }
        // Only now is it certain that each was refused for its change, and for nothing else.
        for (ObjectNode request : requests) {
            Answer answer = client.call(operation, request);
            if (answer.status() != operation.status()) {
                faults.add("the valid request " + request + " is answered " + answer);
            }
        }
        faults.addAll(client.takeFaults());
        assertThat(faults).isEmpty();
    }

    private void accepts(Operation operation) {
        client.inspect("POST", "/_evidently/reset");
        List<String> faults = new ArrayList<>();
        for (Case generated : CaseGenerator.cases(operation, requests(operation))) {
            Case made = Deviations.apply(operation, generated);
            if (made.outcome() instanceof Outcome.Accepted || made.outcome() instanceof Outcome.NotFound) {
                // Things of its own, because what is accepted changes them.
                ObjectNode request = request(operation, made.variant());
                made.edit().apply(request);
                judge(operation, made, client.call(operation, request), faults);
            }
        }
        faults.addAll(client.takeFaults());
        assertThat(faults).isEmpty();
    }

    private void judge(Operation operation, Case made, Answer answer, List<String> faults) {
        report.count(operation, made.kind());
        boolean asExpected = switch (made.outcome()) {
            case Outcome.Refused(String name) ->
                isValidationException(answer, "fieldValidationFailed")
                        && answer.body()
                                .path("fieldList")
                                .valueStream()
                                .map(field -> field.path("name").asString(""))
                                .distinct()
                                .toList()
                                .equals(List.of(name));
            case Outcome.NotParsed() -> isValidationException(answer, "cannotParse");
            case Outcome.Accepted() -> answer.status() == operation.status();
            case Outcome.NotFound() -> answer.errorType().equals("ResourceNotFoundException");
            case Outcome.EntryFailed(String name) ->
                answer.status() == operation.status()
                        && answer.body().path("failedEventCount").asInt(0) == 1
                        && answer.body()
                                .path("eventResults")
                                .path(0)
                                .path("errorMessage")
                                .asString("")
                                .contains("'" + name + "'");
            case Outcome.NotSent() -> throw new IllegalStateException(made + " was sent");
        };
        if (!asExpected) {
            faults.add(made + ": expected " + made.outcome() + ", was " + answer);
        }
    }

    private static boolean isValidationException(Answer answer, String reason) {
        return answer.status() == 400
                && answer.errorType().equals("ValidationException")
                && answer.body().path("reason").asString("").equals(reason);
    }

    private static String difference(Map<String, JsonNode> before, Map<String, JsonNode> after) {
        return Stream.concat(before.keySet().stream(), after.keySet().stream())
                .distinct()
                .filter(key -> !Objects.equals(before.get(key), after.get(key)))
                .map(key -> key + " from " + before.get(key) + " to " + after.get(key))
                .collect(Collectors.joining(", "));
    }

    private List<ObjectNode> requests(Operation operation) {
        return IntStream.range(0, Samples.VARIANTS)
                .mapToObj(variant -> request(operation, variant))
                .toList();
    }

    private ObjectNode request(Operation operation, int variant) {
        return Samples.request(operation, new LiveFixture(model, client, names, variant), variant);
    }

    private void compareWithTheDocument() throws Exception {
        String counted = report.text(model.operations(), built, client);
        System.out.println(counted);
        if (Boolean.getBoolean("conformance.write")) {
            ConformanceReport.write(counted);
        }
        assertThat(ConformanceReport.writtenPart())
                .as("docs/conformance.md; ./mvnw verify -Dit.test=ConformanceIT -Dconformance.write=true rewrites it")
                .isEqualTo(counted);
    }
}
