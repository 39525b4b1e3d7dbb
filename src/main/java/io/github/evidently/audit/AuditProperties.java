package io.github.evidently.audit;

import java.nio.file.Path;

/**
 * Settings of the audit log.
 *
 * @param file the file that it is written to
 */
public record AuditProperties(Path file) {}
