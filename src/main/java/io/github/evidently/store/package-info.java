/** The embedded database: one file, one committer, bounded readers. */
@ApplicationModule(allowedDependencies = {"error"})
@NullMarked
package io.github.evidently.store;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
