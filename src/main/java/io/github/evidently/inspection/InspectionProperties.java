package io.github.evidently.inspection;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the inspection.
 *
 * @param clock whether the clock of schedules and lifecycles may be set
 */
@ConfigurationProperties("evidently.inspection")
record InspectionProperties(@DefaultValue("false") boolean clock) {}
