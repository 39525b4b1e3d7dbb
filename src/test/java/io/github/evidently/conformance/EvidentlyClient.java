package io.github.evidently.conformance;

import io.github.evidently.conformance.ServiceModel.Operation;
import io.github.evidently.conformance.ServiceModel.Shape;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Calls operations as the model binds them to HTTP, and compares every answer with the model. */
final class EvidentlyClient {

    private static final Duration ANSWER_WAIT_MAX = Duration.ofSeconds(30);
    private static final JsonMapper MAPPER = new JsonMapper();

    /**
     * An answer.
     *
     * @param errorType empty for none
     */
    record Answer(int status, String errorType, JsonNode body) {

        @Override
        public String toString() {
            String text = body.toString();
            return status + " " + errorType + " " + text.substring(0, Math.min(text.length(), 500));
        }
    }

    private final ServiceModel model;
    private final URI server;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, Integer> answersByOperation = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();

    EvidentlyClient(ServiceModel model, int port) {
        this.model = model;
        this.server = URI.create("http://localhost:" + port);
    }

    /** How many answers of an operation were compared with the model. */
    int answers(Operation operation) {
        return answersByOperation.getOrDefault(operation.name(), 0);
    }

    /** What was wrong with the answers since the last call of this method. */
    List<String> takeFaults() {
        List<String> taken = List.copyOf(faults);
        faults.clear();
        return taken;
    }

    /** Whether the server has the operation; one that is not built says so by the reason of its error. */
    boolean isBuilt(Operation operation) {
        ObjectNode nothing = JsonNodeFactory.instance.objectNode();
        return !send(operation, nothing, "{}")
                .body()
                .path("reason")
                .asString("")
                .equals("unknownOperation");
    }

    /** Calls an operation with the members of a request. */
    Answer call(Operation operation, ObjectNode request) {
        ObjectNode body = request.deepCopy();
        body.retain(operation.input().members().values().stream()
                .filter(member -> member.location() == ServiceModel.Location.BODY)
                .map(ServiceModel.Member::name)
                .toList());
        return call(operation, request, operation.hasBody() ? body.toString() : null);
    }

    /** Calls an operation with a body that is none of its requests. */
    Answer call(Operation operation, ObjectNode request, @Nullable String body) {
        Answer answer = send(operation, request, body);
        answersByOperation.merge(operation.name(), 1, Integer::sum);
        check(operation, answer);
        return answer;
    }

    /** Calls an operation that must succeed. */
    JsonNode succeed(Operation operation, ObjectNode request) {
        Answer answer = call(operation, request);
        if (answer.status() != operation.status()) {
            throw new AssertionError(operation + " with " + request + " answered " + answer);
        }
        return answer.body();
    }

    /** A request that is none of the service's. */
    JsonNode inspect(String method, String path) {
        return exchange(HttpRequest.newBuilder(server.resolve(path))
                        .method(method, HttpRequest.BodyPublishers.noBody()))
                .body();
    }

    private Answer send(Operation operation, ObjectNode request, @Nullable String body) {
        String path = operation.path();
        List<String> query = new ArrayList<>();
        for (ServiceModel.Member member : operation.input().members().values()) {
            JsonNode value = request.path(member.name());
            switch (member.location()) {
                case PATH -> path = path.replace("{" + member.name() + "}", encode(value.asString("unnamed")));
                case QUERY -> {
                    for (JsonNode one : value.isArray() ? value : List.of(value)) {
                        if (!one.isMissingNode()) {
                            query.add(member.name() + "=" + encode(one.asString()));
                        }
                    }
                }
                case BODY -> {
                    // The caller has made the body.
                }
            }
        }
        String target = query.isEmpty() ? path : path + "?" + String.join("&", query);
        HttpRequest.BodyPublisher publisher =
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        return exchange(HttpRequest.newBuilder(server.resolve(target)).method(operation.method(), publisher));
    }

    private Answer exchange(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(
                    request.timeout(ANSWER_WAIT_MAX).build(),
                    HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            String errorType = response.headers().firstValue("x-amzn-ErrorType").orElse("");
            return new Answer(response.statusCode(), errorType, MAPPER.readTree(response.body()));
        } catch (JacksonException e) {
            throw new AssertionError("The answer is not JSON", e);
        } catch (IOException e) {
            throw new AssertionError("No answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("No answer", e);
        }
    }

    private void check(Operation operation, Answer answer) {
        if (answer.errorType().isEmpty()) {
            if (answer.status() != operation.status()) {
                faults.add(operation + " answered the status " + answer);
            }
            compare(operation, operation.output(), answer);
            return;
        }
        Shape exception = model.exception(answer.errorType());
        if (exception == null || !operation.errors().contains(answer.errorType())) {
            if (!Deviations.mayAnswer(operation, answer.errorType())) {
                faults.add(operation + " answered an error that the model does not give it: " + answer);
            }
        }
        if (exception != null) {
            if (answer.status() != exception.status()) {
                faults.add(operation + " answered an error with a status that is not its own: " + answer);
            }
            if (answer.body().path("message").asString("").isBlank()) {
                faults.add(operation + " answered an error without a message: " + answer);
            }
            compare(operation, exception, answer);
        }
    }

    private void compare(Operation operation, Shape shape, Answer answer) {
        for (ShapeCheck.Fault fault : ShapeCheck.faults(shape, answer.body())) {
            if (!Deviations.mayAnswer(operation, fault.path())) {
                faults.add(operation + " answered " + fault + " in " + answer);
            }
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
