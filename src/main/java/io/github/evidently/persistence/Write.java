package io.github.evidently.persistence;

/** A change that {@link DocumentStore#commit} makes. */
public sealed interface Write {

    /** Adds or replaces a document. */
    record Put(Document document) implements Write {}

    /** Removes a document, if it exists. */
    record Remove(DocumentKey key) implements Write {}

    /**
     * Lets the event log take events of a project.
     *
     * @param projectKey never used before
     * @param name the project's name
     */
    record OpenLog(long projectKey, String name) implements Write {}

    /** Makes the event log refuse events of a project and hide those that it has; they are removed from the disk later. */
    record CloseLog(long projectKey) implements Write {}
}
