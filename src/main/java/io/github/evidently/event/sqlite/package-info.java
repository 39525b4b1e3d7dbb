/** The event store in the embedded SQLite database; internal to the module. */
@NullMarked
package io.github.evidently.event.sqlite;

import org.jspecify.annotations.NullMarked;
