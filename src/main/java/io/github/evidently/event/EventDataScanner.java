package io.github.evidently.event;

import io.github.evidently.persistence.EventType;

/**
 * Recognises the {@code data} of an ordinary valid event in one pass over its text, several times as fast as a JSON
 * parser.
 *
 * <p>It recognises only texts that the parser of {@link EventDataValidator} accepts too. It leaves everything unusual
 * or invalid to that parser, which also words the error.
 */
final class EventDataScanner {

    // Far below the parser's own limits.
    private static final int DEPTH_MAX = 32;
    private static final int NAME_LENGTH_MAX = 1_000;
    private static final int NUMBER_LENGTH_MAX = 100;

    /** Stands in place of a position: not recognised. */
    private static final int UNKNOWN = -1;

    // What an evaluation event must have, and what it may have, as bits of the members found.
    private static final int FEATURE = 1;
    private static final int ENTITY_ID = 1 << 1;
    private static final int VARIATION = 1 << 2;
    private static final int TYPE = 1 << 3;
    private static final int REQUIRED = FEATURE | ENTITY_ID | VARIATION | TYPE;
    private static final int ENTITY_ATTRIBUTES = 1 << 4;
    private static final int DETAILS = 1 << 5;

    private EventDataScanner() {}

    /**
     * Tells whether the text is a JSON object that an event of that type may have; false also when that is not clear.
     */
    static boolean recognizes(EventType type, String text) {
        int start = skipSpace(text, 0);
        if (charAt(text, start) != '{') {
            return false;
        }
        int end = switch (type) {
            case EVALUATION -> evaluation(text, start);
            case CUSTOM -> object(text, start, 1);
        };
        return end != UNKNOWN && skipSpace(text, end) == text.length();
    }

    /**
     * Scans an evaluation event. Each method below takes the position of a value's first character and returns the
     * position behind its last.
     */
    private static int evaluation(String text, int start) {
        int found = 0;
        int at = skipSpace(text, start + 1);
        while (charAt(text, at) == '"') {
            int nameEnd = string(text, at);
            int value = memberValue(text, at, nameEnd);
            if (value == UNKNOWN) {
                return UNKNOWN;
            }
            int member = member(text, at + 1, nameEnd - 1);
            char first = charAt(text, value);
            boolean fits = member == 0 || first == ((member & REQUIRED) != 0 ? '"' : '{');
            if (!fits || (found & member) != 0) {
                return UNKNOWN;
            }
            found |= member;
            at = skipSpace(text, value(text, value, 2));
            if (charAt(text, at) == '}') {
                return (found & REQUIRED) == REQUIRED ? at + 1 : UNKNOWN;
            }
            if (charAt(text, at) != ',') {
                return UNKNOWN;
            }
            at = skipSpace(text, at + 1);
        }
        return UNKNOWN;
    }

    private static int member(String text, int start, int end) {
        return switch (end - start) {
            case 4 -> text.startsWith("type", start) ? TYPE : 0;
            case 7 -> text.startsWith("feature", start) ? FEATURE : text.startsWith("details", start) ? DETAILS : 0;
            case 8 -> text.startsWith("entityId", start) ? ENTITY_ID : 0;
            case 9 -> text.startsWith("variation", start) ? VARIATION : 0;
            case 16 -> text.startsWith("entityAttributes", start) ? ENTITY_ATTRIBUTES : 0;
            default -> 0;
        };
    }

    private static int value(String text, int start, int depth) {
        return switch (charAt(text, start)) {
            case '"' -> string(text, start);
            case '{' -> object(text, start, depth);
            case '[' -> array(text, start, depth);
            case 't' -> text.startsWith("true", start) ? start + 4 : UNKNOWN;
            case 'f' -> text.startsWith("false", start) ? start + 5 : UNKNOWN;
            case 'n' -> text.startsWith("null", start) ? start + 4 : UNKNOWN;
            default -> number(text, start);
        };
    }

    private static int object(String text, int start, int depth) {
        int at = skipSpace(text, start + 1);
        if (charAt(text, at) == '}') {
            return at + 1;
        }
        while (charAt(text, at) == '"' && depth < DEPTH_MAX) {
            int value = memberValue(text, at, string(text, at));
            if (value == UNKNOWN) {
                return UNKNOWN;
            }
            at = skipSpace(text, value(text, value, depth + 1));
            if (charAt(text, at) == '}') {
                return at + 1;
            }
            if (charAt(text, at) != ',') {
                return UNKNOWN;
            }
            at = skipSpace(text, at + 1);
        }
        return UNKNOWN;
    }

    private static int array(String text, int start, int depth) {
        int at = skipSpace(text, start + 1);
        if (charAt(text, at) == ']') {
            return at + 1;
        }
        while (at != UNKNOWN && depth < DEPTH_MAX) {
            at = skipSpace(text, value(text, at, depth + 1));
            if (charAt(text, at) == ']') {
                return at + 1;
            }
            at = charAt(text, at) == ',' ? skipSpace(text, at + 1) : UNKNOWN;
        }
        return UNKNOWN;
    }

    /** Returns where the value of a member starts. A name with an escape may mean another name than it looks like. */
    private static int memberValue(String text, int nameStart, int nameEnd) {
        if (nameEnd == UNKNOWN || nameEnd - nameStart > NAME_LENGTH_MAX) {
            return UNKNOWN;
        }
        int escape = text.indexOf('\\', nameStart, nameEnd);
        int colon = skipSpace(text, nameEnd);
        return escape < 0 && charAt(text, colon) == ':' ? skipSpace(text, colon + 1) : UNKNOWN;
    }

    private static int string(String text, int start) {
        int length = text.length();
        for (int at = start + 1; at < length; at++) {
            char c = text.charAt(at);
            if (c == '"') {
                return at + 1;
            }
            if (c == '\\') {
                at = escape(text, at + 1);
                if (at == UNKNOWN) {
                    return UNKNOWN;
                }
            } else if (c < ' ' || Character.isSurrogate(c)) {
                return UNKNOWN;
            }
        }
        return UNKNOWN;
    }

    /** Returns the position of the escape's last character. */
    private static int escape(String text, int at) {
        return switch (charAt(text, at)) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at;
            case 'u' -> {
                for (int digit = at + 1; digit <= at + 4; digit++) {
                    char c = charAt(text, digit);
                    if (!(isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) {
                        yield UNKNOWN;
                    }
                }
                yield at + 4;
            }
            default -> UNKNOWN;
        };
    }

    private static int number(String text, int start) {
        int at = charAt(text, start) == '-' ? start + 1 : start;
        int integer = at;
        at = skipDigits(text, at);
        if (at == integer || (at > integer + 1 && text.charAt(integer) == '0')) {
            return UNKNOWN;
        }
        if (charAt(text, at) == '.') {
            int fraction = at + 1;
            at = skipDigits(text, fraction);
            if (at == fraction) {
                return UNKNOWN;
            }
        }
        if (charAt(text, at) == 'e' || charAt(text, at) == 'E') {
            char sign = charAt(text, at + 1);
            int exponent = sign == '+' || sign == '-' ? at + 2 : at + 1;
            at = skipDigits(text, exponent);
            if (at == exponent) {
                return UNKNOWN;
            }
        }
        return at - start <= NUMBER_LENGTH_MAX ? at : UNKNOWN;
    }

    private static int skipDigits(String text, int start) {
        int at = start;
        while (isDigit(charAt(text, at))) {
            at++;
        }
        return at;
    }

    private static int skipSpace(String text, int start) {
        int at = start;
        while (true) {
            char c = charAt(text, at);
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return at;
            }
            at++;
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** Returns the character at a position; for one outside the text NUL, which is recognised nowhere. */
    private static char charAt(String text, int at) {
        return at >= 0 && at < text.length() ? text.charAt(at) : '\0';
    }
}
