/** Persistence in an embedded SQLite database: one file, one committer, bounded readers. */
@NamedInterface("sqlite")
@NullMarked
package io.github.evidently.persistence.sqlite;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
