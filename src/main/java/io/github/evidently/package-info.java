/** The application: starts the modules below it and says when they are ready. */
@NullMarked
package io.github.evidently;

import org.jspecify.annotations.NullMarked;
