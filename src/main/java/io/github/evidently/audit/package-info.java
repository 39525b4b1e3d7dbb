/** The audit log: who changed what, and who was refused. */
@ApplicationModule(allowedDependencies = {"error", "resource", "wire"})
@NullMarked
package io.github.evidently.audit;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
