/** GetExperimentResults. */
@ApplicationModule(allowedDependencies = {"error", "resource", "wire", "project", "experiment", "metric"})
@NullMarked
package io.github.evidently.results;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
