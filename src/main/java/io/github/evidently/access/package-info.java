/** Who may do what: signatures, credentials, policies and the audit log. */
@ApplicationModule(allowedDependencies = {"error", "resource", "wire"})
@NullMarked
package io.github.evidently.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
