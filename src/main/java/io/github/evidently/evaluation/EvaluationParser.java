package io.github.evidently.evaluation;

import io.github.evidently.error.ValidationException;
import io.github.evidently.error.ValidationExceptionField;
import io.github.evidently.feature.Feature;
import io.github.evidently.resource.ResourceName;
import io.github.evidently.wire.JsonErrors;
import io.github.evidently.wire.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the bodies of EvaluateFeature and BatchEvaluateFeature token by token: binding and bean validation took a third of
 * what an evaluation costs.
 */
final class EvaluationParser {

    private static final int REQUESTS_MAX = 20;
    private static final int CONTEXT_LENGTH_MAX = 64 * 1024;
    private static final String NO_CONTEXT = "{}";
    private static final String MISSING = "Member must not be null";

    /**
     * A request to evaluate a feature for an entity.
     *
     * @param feature its name; empty where the path has it
     * @param context a JSON object as text
     */
    record EvaluationRequest(String feature, String entityId, String context) {}

    /** The members as they were sent. */
    private record Members(
            @Nullable String feature,
            @Nullable String entityId,
            @Nullable String evaluationContext) {}

    private final JsonParser parser;
    private final List<ValidationExceptionField> violations = new ArrayList<>();

    private EvaluationParser(JsonParser parser) {
        this.parser = parser;
    }

    /**
     * Reads the body of EvaluateFeature.
     *
     * @param parser at the start of the object
     * @return a supplier that checks the members; it throws a {@link ValidationException} that names each invalid one
     * @throws ValidationException when a member has another type than it should
     */
    static Supplier<EvaluationRequest> parse(JsonParser parser) {
        EvaluationParser reading = new EvaluationParser(parser);
        Members members = reading.parseMembers("", false);
        return () -> reading.checked(reading.check("", members, ""));
    }

    /**
     * Reads the body of BatchEvaluateFeature: 1 to 20 requests.
     *
     * @param parser at the start of the object
     * @return a supplier that checks the members; it throws a {@link ValidationException} that names each invalid one
     * @throws ValidationException when a member has another type than it should
     */
    static Supplier<List<EvaluationRequest>> parseBatch(JsonParser parser) {
        EvaluationParser reading = new EvaluationParser(parser);
        List<Members> entries = reading.parseEntries();
        return () -> reading.checked(reading.checkEntries(entries));
    }

    private @Nullable List<Members> parseEntries() {
        List<Members> entries = null;
        for (String name; (name = parser.nextName()) != null; ) {
            JsonToken value = parser.nextToken();
            if (name.equals("requests") && value != JsonToken.VALUE_NULL) {
                entries = parseEntries(value);
            } else {
                parser.skipChildren();
            }
        }
        return entries;
    }

    private List<EvaluationRequest> checkEntries(@Nullable List<Members> entries) {
        List<EvaluationRequest> requests = new ArrayList<>();
        if (entries == null) {
            addViolation("requests", MISSING);
            return requests;
        }
        requireLength("requests", entries.size(), 1, REQUESTS_MAX);
        for (int i = 0; i < Math.min(entries.size(), REQUESTS_MAX); i++) {
            String prefix = "requests." + i + ".";
            Members members = entries.get(i);
            requests.add(check(prefix, members, requireName(prefix + "feature", members.feature)));
        }
        return requests;
    }

    private List<Members> parseEntries(JsonToken value) {
        if (value != JsonToken.START_ARRAY) {
            throw JsonErrors.wrongType("requests", List.class);
        }
        List<Members> entries = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            String member = "requests." + entries.size();
            switch (parser.currentToken()) {
                case START_OBJECT -> entries.add(parseMembers(member + ".", true));
                case VALUE_NULL -> throw ValidationException.field(member, MISSING);
                default -> throw JsonErrors.wrongType(member, Object.class);
            }
        }
        return entries;
    }

    private Members parseMembers(String prefix, boolean isWithFeature) {
        String feature = null;
        String entityId = null;
        String evaluationContext = null;
        for (String name; (name = parser.nextName()) != null; ) {
            parser.nextToken();
            switch (name) {
                case "entityId" -> entityId = parseText(prefix, name);
                case "evaluationContext" -> evaluationContext = parseText(prefix, name);
                case "feature" -> {
                    if (isWithFeature) {
                        feature = parseText(prefix, name);
                    } else {
                        parser.skipChildren();
                    }
                }
                default -> parser.skipChildren();
            }
        }
        return new Members(feature, entityId, evaluationContext);
    }

    private @Nullable String parseText(String prefix, String name) {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> parser.getString();
            case VALUE_NULL -> null;
            default -> throw JsonErrors.wrongType(prefix + name, String.class);
        };
    }

    private EvaluationRequest check(String prefix, Members members, String feature) {
        String entityId = members.entityId;
        if (entityId == null) {
            addViolation(prefix + "entityId", MISSING);
            entityId = "";
        } else {
            requireLength(prefix + "entityId", length(entityId), 1, Feature.ENTITY_ID_LENGTH_MAX);
        }
        String context = members.evaluationContext;
        // Several SDKs send an empty string where the caller gave no context.
        if (context == null || context.isEmpty()) {
            context = NO_CONTEXT;
        } else {
            requireLength(prefix + "evaluationContext", length(context), 0, CONTEXT_LENGTH_MAX);
            try {
                context = JsonText.requireObject(prefix + "evaluationContext", context);
            } catch (ValidationException e) {
                violations.addAll(e.fieldList());
            }
        }
        return new EvaluationRequest(feature, entityId, context);
    }

    private String requireName(String member, @Nullable String name) {
        if (name == null) {
            addViolation(member, MISSING);
            return "";
        }
        try {
            return ResourceName.parse(member, name);
        } catch (ValidationException e) {
            violations.addAll(e.fieldList());
            return "";
        }
    }

    /** Returns the length in code points, as the model counts. */
    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private void requireLength(String member, int length, int min, int max) {
        if (length < min || length > max) {
            addViolation(member, "Member must have length between " + min + " and " + max + ", inclusive");
        }
    }

    private void addViolation(String member, String message) {
        violations.add(new ValidationExceptionField(member, message));
    }

    /** Returns what was read, if nothing is wrong with it. */
    private <T> T checked(T read) {
        if (!violations.isEmpty()) {
            throw ValidationException.fields(violations);
        }
        return read;
    }
}
