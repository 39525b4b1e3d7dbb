package io.github.evidently.audit;

import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** Opens the audit log when something is first recorded in it. */
@Configuration(proxyBeanMethods = false)
class AuditConfiguration {

    /** Follows real time, not the clock of the server, which a test may set. */
    @Bean
    @Lazy
    AuditLog auditLog(AuditProperties properties) {
        return new AuditLog(properties.file(), Clock.systemUTC());
    }
}
