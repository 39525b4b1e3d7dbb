package io.github.evidently.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** AWS's model of the service, as it stands in the test resources. */
final class ServiceModel {

    enum ShapeType {
        STRUCTURE,
        LIST,
        MAP,
        STRING,
        INTEGER,
        LONG,
        DOUBLE,
        BOOLEAN,
        TIMESTAMP;

        boolean isWholeNumber() {
            return this == INTEGER || this == LONG;
        }
    }

    /** Where a request carries a member. */
    enum Location {
        PATH,
        QUERY,
        BODY
    }

    /**
     * An operation.
     *
     * @param path with its labels in braces
     * @param errors names of the exceptions that it may answer
     */
    record Operation(
            String name, String method, String path, int status, Shape input, Shape output, Set<String> errors) {

        boolean hasBody() {
            return input.members().values().stream().anyMatch(member -> member.location() == Location.BODY);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A member of a structure. */
    record Member(String name, Location location, boolean required, Shape shape) {}

    /**
     * A type of values.
     *
     * @param members of a structure, by name
     * @param union whether a value has exactly one of the members
     * @param key of a map
     * @param element of a list or a map
     * @param min of the length, the size or the number
     * @param values of an enumeration; empty for all others
     * @param status of an exception, otherwise 0
     */
    record Shape(
            String name,
            ShapeType type,
            Map<String, Member> members,
            boolean union,
            @Nullable Shape key,
            @Nullable Shape element,
            @Nullable Long min,
            @Nullable Long max,
            @Nullable Pattern pattern,
            List<String> values,
            int status) {

        boolean accepts(String text) {
            return pattern == null || pattern.matcher(text).matches();
        }
    }

    private final JsonNode json;
    private final Map<String, Shape> shapes = new LinkedHashMap<>();
    private final Map<String, Operation> operations = new LinkedHashMap<>();

    private ServiceModel(JsonNode json) {
        this.json = json;
        json.path("operations").forEach(operation -> {
            Operation read = operation(operation);
            operations.put(read.name(), read);
        });
    }

    static ServiceModel read() {
        try (InputStream in = ServiceModel.class.getResourceAsStream("/evidently-2021-02-01.json")) {
            return new ServiceModel(new JsonMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All operations in the order of their names. */
    List<Operation> operations() {
        return List.copyOf(operations.values());
    }

    Operation operation(String name) {
        return operations.get(name);
    }

    /** The exception of that name; null when the model has none. */
    @Nullable
    Shape exception(String name) {
        return json.path("shapes").path(name).path("exception").booleanValue(false) ? shape(name) : null;
    }

    private Operation operation(JsonNode operation) {
        JsonNode http = operation.path("http");
        return new Operation(
                operation.path("name").stringValue(),
                http.path("method").stringValue(),
                http.path("requestUri").stringValue(),
                http.path("responseCode").intValue(),
                shape(operation.path("input").path("shape").stringValue()),
                shape(operation.path("output").path("shape").stringValue()),
                operation
                        .path("errors")
                        .valueStream()
                        .map(error -> error.path("shape").stringValue())
                        .collect(Collectors.toSet()));
    }

    /** No shape of this service contains itself. */
    private Shape shape(String name) {
        Shape known = shapes.get(name);
        if (known != null) {
            return known;
        }
        JsonNode shape = json.path("shapes").path(name);
        Set<String> required =
                shape.path("required").valueStream().map(JsonNode::stringValue).collect(Collectors.toSet());
        Map<String, Member> members = new LinkedHashMap<>();
        shape.path("members").properties().forEach(entry -> {
            JsonNode member = entry.getValue();
            members.put(
                    entry.getKey(),
                    new Member(
                            entry.getKey(),
                            switch (member.path("location").asString("")) {
                                case "uri" -> Location.PATH;
                                case "querystring" -> Location.QUERY;
                                default -> Location.BODY;
                            },
                            required.contains(entry.getKey()),
                            shape(member.path("shape").stringValue())));
        });
        List<String> values = new ArrayList<>();
        shape.path("enum").forEach(value -> values.add(value.stringValue()));
        String pattern = shape.path("pattern").asString(".*");
        Shape read = new Shape(
                name,
                ShapeType.valueOf(shape.path("type").stringValue().toUpperCase(Locale.ROOT)),
                members,
                shape.path("union").booleanValue(false),
                shape.has("key") ? shape(shape.path("key").path("shape").stringValue()) : null,
                shape.has("member")
                        ? shape(shape.path("member").path("shape").stringValue())
                        : shape.has("value")
                                ? shape(shape.path("value").path("shape").stringValue())
                                : null,
                shape.has("min") ? shape.path("min").longValue() : null,
                shape.has("max") ? shape.path("max").longValue() : null,
                // AWS matches anywhere in a text, so this one, which most descriptive members have, forbids nothing.
                pattern.equals(".*") ? null : Pattern.compile(pattern),
                values,
                shape.path("error").path("httpStatusCode").intValue(0));
        shapes.put(name, read);
        return read;
    }
}
