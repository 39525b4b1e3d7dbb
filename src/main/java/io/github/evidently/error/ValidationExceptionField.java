package io.github.evidently.error;

import java.io.Serializable;

/**
 * One invalid member of a request (service model).
 *
 * @param name the path of the member, entries of lists by their index from 0: {@code events.3.data}
 * @param message what the member must be
 */
public record ValidationExceptionField(String name, String message) implements Serializable {}
