package io.github.evidently.state;

/**
 * A kind of resources: its name and its type.
 *
 * @param name what they are called in ARNs, for example {@code feature}
 */
public record Kind<T extends Resource<T>>(String name, Class<T> type) {}
