/** Tallies in the embedded SQLite database; internal to the module. */
@NullMarked
package io.github.evidently.results.sqlite;

import org.jspecify.annotations.NullMarked;
