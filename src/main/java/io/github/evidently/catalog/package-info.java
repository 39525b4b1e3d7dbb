/** The resources of the control plane, in the database and in memory: finding one costs no query. */
@ApplicationModule(allowedDependencies = {"store"})
@NullMarked
package io.github.evidently.catalog;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
