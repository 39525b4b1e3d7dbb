/** The application: starts the modules below it and logs when they are ready. */
@NullMarked
package io.github.evidently;

import org.jspecify.annotations.NullMarked;
