package io.github.evidently.error;

import java.util.List;

/** 400: the request violates the model (service model). */
public final class ValidationException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    /** The values of {@code ValidationExceptionReason} in the service model. */
    public enum Reason {
        UNKNOWN_OPERATION("unknownOperation"),
        CANNOT_PARSE("cannotParse"),
        FIELD_VALIDATION_FAILED("fieldValidationFailed"),
        OTHER("other");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** The wire form. */
        public String text() {
            return text;
        }
    }

    // An answer shall not be larger than what it answers.
    private static final int NAMED_MAX = 100;

    private final Reason reason;

    @SuppressWarnings("serial") // The list is of List.copyOf, which is serializable.
    private final List<ValidationExceptionField> fieldList;

    private ValidationException(String message, Reason reason, List<ValidationExceptionField> fieldList) {
        super(message);
        this.reason = reason;
        this.fieldList = List.copyOf(fieldList);
    }

    /** The body, the path or the query is not of a form that can be read at all. */
    public static ValidationException cannotParse(String message) {
        return new ValidationException(message, Reason.CANNOT_PARSE, List.of());
    }

    /** The operation is Evidently's, but this server does not have it. */
    public static ValidationException unknownOperation(String message) {
        return new ValidationException(message, Reason.UNKNOWN_OPERATION, List.of());
    }

    /** The request does not fit the state of what it names, where the model has no conflict. */
    public static ValidationException other(String message) {
        return new ValidationException(message, Reason.OTHER, List.of());
    }

    /** One member breaks a constraint. */
    public static ValidationException field(String name, String message) {
        return fields(List.of(new ValidationExceptionField(name, message)));
    }

    /**
     * Members break constraints; the message counts them as AWS's framework validation does. The first hundred are named.
     *
     * @param violations at least one, in the order in which the request has them
     */
    public static ValidationException fields(List<ValidationExceptionField> violations) {
        List<ValidationExceptionField> fieldList = violations.subList(0, Math.min(violations.size(), NAMED_MAX));
        StringBuilder message = new StringBuilder()
                .append(violations.size())
                .append(violations.size() == 1 ? " validation error detected: " : " validation errors detected: ");
        String separator = "";
        for (ValidationExceptionField field : fieldList) {
            message.append(separator)
                    .append("Value at '")
                    .append(field.name())
                    .append("' failed to satisfy constraint: ")
                    .append(field.message());
            separator = "; ";
        }
        return new ValidationException(message.toString(), Reason.FIELD_VALIDATION_FAILED, fieldList);
    }

    /** An error of this shape with whatever members. */
    public static ValidationException of(String message, Reason reason, List<ValidationExceptionField> fieldList) {
        return new ValidationException(message, reason, fieldList);
    }

    public Reason reason() {
        return reason;
    }

    /** The invalid members; empty unless the reason is {@link Reason#FIELD_VALIDATION_FAILED}. */
    public List<ValidationExceptionField> fieldList() {
        return fieldList;
    }
}
