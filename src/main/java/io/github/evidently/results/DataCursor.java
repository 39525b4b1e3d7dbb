package io.github.evidently.results;

/**
 * Moves over the text of an event's data, member by member, without allocating objects.
 *
 * <p>Only for accepted data: it does not check for errors. Not thread-safe.
 */
final class DataCursor {

    private static final int DIGITS_EXACT = 15;
    private static final double[] POWERS_OF_TEN = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };

    private String text = "";
    private int at;
    private int nameStart;
    private int nameEnd;
    private boolean isNameEscaped;
    private boolean isEscaped;

    /** Starts again before the object in the text. */
    void open(String text) {
        this.text = text;
        this.at = 0;
        skipSpace();
    }

    /** Returns where the next value begins, after {@link #open} or {@link #next}. */
    int position() {
        return at;
    }

    /** Returns the first character of the next value, which tells its type. */
    char first() {
        return text.charAt(at);
    }

    /** Enters the object that is the next value. */
    void enter() {
        at++;
    }

    /**
     * Reads the name of the next member and stops before its value; at the end of the object returns false and leaves
     * it.
     */
    boolean next() {
        skipSpace();
        if (text.charAt(at) == ',') {
            at++;
            skipSpace();
        }
        if (text.charAt(at) == '}') {
            at++;
            return false;
        }
        nameStart = at + 1;
        skipString();
        nameEnd = at - 1;
        isNameEscaped = isEscaped;
        skipSpace();
        at++;
        skipSpace();
        return true;
    }

    /** Tells whether the member has that name. */
    boolean isNamed(String name) {
        return isNameEscaped
                ? unescape(nameStart, nameEnd).equals(name)
                : nameEnd - nameStart == name.length() && text.startsWith(name, nameStart);
    }

    /** Skips the next value. */
    void skip() {
        switch (text.charAt(at)) {
            case '"' -> skipString();
            case '{', '[' -> skipNested();
            default -> skipWord();
        }
    }

    private void skipNested() {
        int depth = 0;
        do {
            switch (text.charAt(at)) {
                case '"' -> skipString();
                case '{', '[' -> {
                    depth++;
                    at++;
                }
                case '}', ']' -> {
                    depth--;
                    at++;
                }
                default -> at++;
            }
        } while (depth > 0);
    }

    private void skipString() {
        isEscaped = false;
        int i = at + 1;
        for (char c; (c = text.charAt(i)) != '"'; ) {
            if (c == '\\') {
                isEscaped = true;
                i++;
            }
            i++;
        }
        at = i + 1;
    }

    /** Skips a number, true, false or null. */
    private void skipWord() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ',' || c == '}' || c == ']' || c <= ' ') {
                return;
            }
            at++;
        }
    }

    private void skipSpace() {
        int i = at;
        while (text.charAt(i) <= ' ') {
            i++;
        }
        at = i;
    }

    /** Returns the number between two positions. */
    double number(int start, int end) {
        // With so few digits both the digits and the power of ten are exact, so that the quotient is the nearest
        // number.
        if (end - start > DIGITS_EXACT) {
            return Double.parseDouble(text.substring(start, end));
        }
        long digits = 0;
        int fraction = -1;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                digits = digits * 10 + (c - '0');
                fraction += fraction >= 0 ? 1 : 0;
            } else if (c == '.') {
                fraction = 0;
            } else {
                return Double.parseDouble(text.substring(start, end));
            }
        }
        return fraction > 0 ? digits / POWERS_OF_TEN[fraction] : digits;
    }

    /** Adds the text between two positions. */
    void appendTo(StringBuilder builder, int start, int end) {
        builder.append(text, start, end);
    }

    /** Skips a string, a number, true, false or null, and returns it as text. */
    String readText() {
        int start = at;
        skip();
        return text(start, at);
    }

    /** Returns the text of the scalar between two positions; a string is decoded. */
    String text(int start, int end) {
        return text.charAt(start) == '"' ? unescape(start + 1, end - 1) : text.substring(start, end);
    }

    private String unescape(int start, int end) {
        int escape = text.indexOf('\\', start);
        if (escape < 0 || escape >= end) {
            return text.substring(start, end);
        }
        StringBuilder plain = new StringBuilder(end - start).append(text, start, escape);
        int i = escape;
        while (i < end) {
            char c = text.charAt(i++);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            c = text.charAt(i++);
            switch (c) {
                case 'b' -> plain.append('\b');
                case 'f' -> plain.append('\f');
                case 'n' -> plain.append('\n');
                case 'r' -> plain.append('\r');
                case 't' -> plain.append('\t');
                case 'u' -> {
                    plain.append((char) Integer.parseInt(text, i, i + 4, 16));
                    i += 4;
                }
                default -> plain.append(c);
            }
        }
        return plain.toString();
    }
}
