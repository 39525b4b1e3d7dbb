package io.github.evidently.conformance;

import tools.jackson.databind.node.ObjectNode;

/**
 * A change of a valid request, and what the server must make of it.
 *
 * @param path of the member: dots, list indexes and map keys
 * @param variant of the valid request
 * @param what the change, for people
 */
record Case(Kind kind, String path, int variant, String what, Edit edit, Outcome outcome) {

    /** What a case tries; the text is the heading of its column. */
    enum Kind {
        MISSING("missing"),
        NULL("null"),
        ILL_TYPED("ill-typed"),
        BELOW("below"),
        ABOVE("above"),
        OFF_PATTERN("off pattern"),
        OFF_ENUM("off enum"),
        AT_MIN("at min"),
        AT_MAX("at max");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** How the server must answer. */
    sealed interface Outcome {

        /** 400 {@code ValidationException}, reason {@code fieldValidationFailed}, naming this member and no other. */
        record Refused(String name) implements Outcome {}

        /** 400 {@code ValidationException}, reason {@code cannotParse}. */
        record NotParsed() implements Outcome {}

        /** 200. */
        record Accepted() implements Outcome {}

        /** Not a fault of the member, but nothing has that name: 404 {@code ResourceNotFoundException}. */
        record NotFound() implements Outcome {}

        /** 200, where the one entry of the batch has failed with a message that names this member. */
        record EntryFailed(String name) implements Outcome {}

        /** The case is not sent. */
        record NotSent() implements Outcome {}

        default boolean isRefusal() {
            return !(this instanceof Accepted || this instanceof NotFound || this instanceof NotSent);
        }
    }

    /** Changes a request in place. */
    interface Edit {
        void apply(ObjectNode request);
    }

    Case with(Outcome other) {
        return new Case(kind, path, variant, what, edit, other);
    }

    @Override
    public String toString() {
        return path + " " + kind + " (" + what + ")";
    }
}
