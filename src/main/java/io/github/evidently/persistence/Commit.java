package io.github.evidently.persistence;

/** The outcome of {@link DocumentStore#commit}. */
public sealed interface Commit {

    /**
     * The writes are durable.
     *
     * @param version of the documents with them
     */
    record Committed(long version) implements Commit {}

    /** Nothing was written: the documents have another version than the expected one. */
    record Superseded() implements Commit {}
}
