/** Fault injection: failures and delays that a client asks for. */
@ApplicationModule(allowedDependencies = {"error", "resource", "wire", "state"})
@NullMarked
package io.github.evidently.fault;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
