/** Persistence in a PostgreSQL database, which several nodes may share. */
@NamedInterface("postgresql")
@NullMarked
package io.github.evidently.persistence.postgresql;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
