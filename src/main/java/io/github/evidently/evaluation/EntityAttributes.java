package io.github.evidently.evaluation;

/**
 * Converts the context of an evaluation to the form that its event has: each value is an object whose only name is the
 * type.
 *
 * <p>{@code {"browser":{"s":"Chrome"}}} is from AWS's model; the other types have the letters of DynamoDB: {@code n}
 * number, {@code b} boolean, {@code z} null, {@code l} list, {@code m} map.
 */
final class EntityAttributes {

    private final String context;
    private final StringBuilder data;
    private int position;

    private EntityAttributes(String context, StringBuilder data) {
        this.context = context;
        this.data = data;
    }

    /**
     * Appends a context with its types.
     *
     * @param context a JSON object as text, known to be valid: names, strings and numbers are copied as they are
     *     written
     */
    static void append(String context, StringBuilder data) {
        EntityAttributes attributes = new EntityAttributes(context, data);
        attributes.next();
        attributes.copyObject();
    }

    /** Moves to the next character that is not white space. */
    private char next() {
        while (context.charAt(position) <= ' ') {
            position++;
        }
        return context.charAt(position);
    }

    /** Copies the next character. */
    private void copy() {
        data.append(context.charAt(position++));
    }

    private void copyObject() {
        copy();
        for (char c; (c = next()) != '}'; ) {
            switch (c) {
                case ',' -> copy();
                case ':' -> {
                    copy();
                    copyTyped(next());
                }
                default -> copyString();
            }
        }
        copy();
    }

    private void copyList() {
        copy();
        for (char c; (c = next()) != ']'; ) {
            if (c == ',') {
                copy();
            } else {
                copyTyped(c);
            }
        }
        copy();
    }

    private void copyTyped(char first) {
        switch (first) {
            case '{' -> {
                data.append("{\"m\":");
                copyObject();
            }
            case '[' -> {
                data.append("{\"l\":");
                copyList();
            }
            case '"' -> {
                data.append("{\"s\":");
                copyString();
            }
            case 't', 'f' -> {
                data.append("{\"b\":");
                copyWord();
            }
            case 'n' -> {
                data.append("{\"z\":true");
                position += "null".length();
            }
            default -> {
                data.append("{\"n\":");
                copyWord();
            }
        }
        data.append('}');
    }

    private void copyString() {
        int start = position++;
        for (char c; (c = context.charAt(position)) != '"'; ) {
            position += c == '\\' ? 2 : 1;
        }
        position++;
        data.append(context, start, position);
    }

    /** Copies a number, {@code true} or {@code false}. */
    private void copyWord() {
        int start = position;
        while (",}] \t\r\n".indexOf(context.charAt(position)) < 0) {
            position++;
        }
        data.append(context, start, position);
    }
}
