package io.github.evidently.persistence;

import java.util.Comparator;

/**
 * The key of a document.
 *
 * @param kind what the resource is called in ARNs, for example {@code feature}
 * @param project the name of the project that it belongs to; empty for what belongs to the account
 * @param name unique among the documents of its kind in the project
 */
public record DocumentKey(String kind, String project, String name) implements Comparable<DocumentKey> {

    private static final Comparator<DocumentKey> ORDER = Comparator.comparing(DocumentKey::kind)
            .thenComparing(DocumentKey::project)
            .thenComparing(DocumentKey::name);

    @Override
    public int compareTo(DocumentKey other) {
        return ORDER.compare(this, other);
    }
}
