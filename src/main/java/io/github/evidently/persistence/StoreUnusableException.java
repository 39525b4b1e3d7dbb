package io.github.evidently.persistence;

import org.jspecify.annotations.Nullable;

/** Thrown when the store cannot be opened or trusted; the server then does not start or does not acknowledge anything. */
public final class StoreUnusableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    public StoreUnusableException(String problem, String remedy, @Nullable Throwable cause) {
        super(problem, cause);
        this.remedy = remedy;
    }

    /** What an operator can do, one sentence. */
    public String remedy() {
        return remedy;
    }

    /** What a failure says of itself and what to do about it, in one line. */
    public static String describe(Throwable failure) {
        return failure instanceof StoreUnusableException unusable
                ? unusable.getMessage() + " " + unusable.remedy()
                : reason(failure);
    }

    /** What a failure and its causes say of themselves, in one line. */
    public static String reason(Throwable failure) {
        String message = failure.getMessage();
        String detail = message == null ? "" : " " + message.lines().findFirst().orElse("");
        Throwable cause = failure.getCause();
        return failure.getClass().getSimpleName() + detail + (cause == null ? "" : ": " + reason(cause));
    }
}
