package io.github.evidently.store;

/** The store cannot be opened, so the server must not start. */
public final class StoreUnusableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    StoreUnusableException(String problem, String remedy, Throwable cause) {
        super(problem, cause);
        this.remedy = remedy;
    }

    /** What an operator can do, one sentence. */
    public String remedy() {
        return remedy;
    }
}
