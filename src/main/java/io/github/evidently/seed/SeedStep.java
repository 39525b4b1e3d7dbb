package io.github.evidently.seed;

import io.github.evidently.error.ConflictException;
import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ValidationException;
import org.jspecify.annotations.Nullable;

/**
 * One resource of a seed.
 *
 * @param source the object in the seed
 * @param project the project that it is or belongs to; null for what belongs to the account
 * @param action adds the resource, unless it exists
 */
record SeedStep(SeedObject source, @Nullable String project, Runnable action) {

    /** Tells whether it can matter to a project, also because something in the project refers to a segment. */
    boolean concerns(String name) {
        return project == null || project.equals(name);
    }

    /** @throws SeedViolationException when the resource is refused */
    void run() {
        try {
            runTwice();
        } catch (ValidationException | ResourceNotFoundException | ConflictException e) {
            throw source.violation(e);
        }
    }

    /** Another node may add the resource between the look and the change: the second time it is found. */
    private void runTwice() {
        try {
            action.run();
        } catch (ConflictException e) {
            action.run();
        }
    }
}
