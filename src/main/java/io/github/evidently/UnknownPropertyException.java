package io.github.evidently;

import java.util.Set;

/** Thrown when there are properties under our prefix that the server does not have. */
class UnknownPropertyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownPropertyException(Set<String> names) {
        super(String.join(", ", names) + (names.size() == 1 ? " is no property" : " are no properties")
                + " of this server");
    }
}
