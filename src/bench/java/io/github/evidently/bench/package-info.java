/** Programs that the benchmarks run beside the server. */
@NullMarked
package io.github.evidently.bench;

import org.jspecify.annotations.NullMarked;
