/** Authentication and authorization: signatures, credentials and policies. */
@ApplicationModule(allowedDependencies = {"error", "resource", "wire", "audit"})
@NullMarked
package io.github.evidently.auth;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
