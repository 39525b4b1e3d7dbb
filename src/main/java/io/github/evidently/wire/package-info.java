/** The restJson1 edge: error responses, request ids, CORS, timestamps, page tokens and the table of operations. */
@ApplicationModule(allowedDependencies = {"error", "resource"})
@NullMarked
package io.github.evidently.wire;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
