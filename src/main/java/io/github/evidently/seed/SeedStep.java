package io.github.evidently.seed;

import io.github.evidently.error.ConflictException;
import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ValidationException;

/**
 * One resource of a seed.
 *
 * @param source where it stands
 * @param action adds it, unless it exists
 */
record SeedStep(SeedObject source, Runnable action) {

    /** @throws SeedFaultException when the resource is refused */
    void run() {
        try {
            action.run();
        } catch (ValidationException | ResourceNotFoundException | ConflictException e) {
            throw source.fault(e);
        }
    }
}
