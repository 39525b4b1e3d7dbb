/** The SPI of stores: documents, event log, cursors and tallies. The implementations are leaves that nothing else names. */
@ApplicationModule(allowedDependencies = {"error"})
@NullMarked
package io.github.evidently.persistence;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
