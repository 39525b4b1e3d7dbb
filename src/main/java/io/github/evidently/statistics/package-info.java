/** The mathematics of experiment results: intervals, p-values, posteriors and sample ratios. Pure functions without Spring. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.github.evidently.statistics;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
