package io.github.evidently.persistence;

import java.util.List;

/**
 * All documents at one version, in no particular order.
 *
 * @param version the number of writes that were ever committed
 */
public record Snapshot(long version, List<Document> documents) {}
