package io.github.evidently;

import io.github.evidently.audit.AuditProperties;
import io.github.evidently.auth.AuthProperties;
import io.github.evidently.fault.FaultProperties;
import io.github.evidently.quota.QuotaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Hands each module its part of the settings under {@code evidently.access}. */
@Configuration(proxyBeanMethods = false)
class AccessConfiguration {

    @Bean
    AuthProperties authProperties(AccessProperties properties) {
        return properties.toAuth();
    }

    @Bean
    AuditProperties auditProperties(AccessProperties properties) {
        return properties.toAudit();
    }

    @Bean
    QuotaProperties quotaProperties(AccessProperties properties) {
        return properties.quotas();
    }

    @Bean
    FaultProperties faultProperties(AccessProperties properties) {
        return properties.toFault();
    }
}
