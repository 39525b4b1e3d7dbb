package io.github.evidently.evaluation;

import java.io.StringWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The context of an evaluation as its event has it: each value in an object whose one name is the type.
 *
 * <p>{@code {"browser":{"s":"Chrome"}}} is from AWS's model; the other types have the letters of DynamoDB: {@code n} number,
 * {@code b} boolean, {@code z} null, {@code l} list, {@code m} map.
 */
final class EntityAttributes {

    private static final String NONE = "{}";
    private static final JsonFactory JSON = new JsonFactory();

    private EntityAttributes() {}

    /** @param context a JSON object as text */
    static void append(String context, StringBuilder data) {
        if (context.equals(NONE)) {
            data.append(NONE);
            return;
        }
        StringWriter text = new StringWriter(2 * context.length());
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), context);
                JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            parser.nextToken();
            copyObject(parser, json);
        }
        data.append(text.getBuffer());
    }

    private static void copyObject(JsonParser parser, JsonGenerator json) {
        json.writeStartObject();
        for (String name; (name = parser.nextName()) != null; ) {
            json.writeName(name);
            parser.nextToken();
            copyTyped(parser, json);
        }
        json.writeEndObject();
    }

    private static void copyTyped(JsonParser parser, JsonGenerator json) {
        json.writeStartObject();
        switch (parser.currentToken()) {
            case START_OBJECT -> {
                json.writeName("m");
                copyObject(parser, json);
            }
            case START_ARRAY -> {
                json.writeArrayPropertyStart("l");
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    copyTyped(parser, json);
                }
                json.writeEndArray();
            }
            case VALUE_STRING -> json.writeStringProperty("s", parser.getString());
            case VALUE_TRUE, VALUE_FALSE -> json.writeBooleanProperty("b", parser.getBooleanValue());
            case VALUE_NULL -> json.writeBooleanProperty("z", true);
            default -> {
                json.writeName("n");
                // As it was written: the number may have more digits than a double.
                json.writeRawValue(parser.getString());
            }
        }
        json.writeEndObject();
    }
}
