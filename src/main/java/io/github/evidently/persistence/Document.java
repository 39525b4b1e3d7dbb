package io.github.evidently.persistence;

/**
 * A control-plane resource as it is stored.
 *
 * @param json a JSON object
 */
public record Document(DocumentKey key, String json) {}
