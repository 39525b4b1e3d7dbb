/** The store in memory, whose content is lost when the server stops. */
@NamedInterface("memory")
@NullMarked
package io.github.evidently.persistence.memory;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
