/** Access control and fault injection: signatures, policies, the audit log, quotas, faults. */
@ApplicationModule(allowedDependencies = {"error", "resource", "wire"})
@NullMarked
package io.github.evidently.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
