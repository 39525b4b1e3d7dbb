package io.github.evidently.access;

import io.github.bucket4j.TimeMeter;
import io.github.evidently.access.AccessProperties.Authentication;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.wire.RequestBodies;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.Filter;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;

/** Configures access control. The settings are read at each start, not when the image's bean definitions are made. */
@Configuration(proxyBeanMethods = false)
class AccessConfiguration {

    private static final Logger log = LoggerFactory.getLogger(AccessConfiguration.class);

    // Not the clock of the server, which a test may set: signatures and audits refer to real time.
    static final Clock REAL_TIME = Clock.systemUTC();

    // After the request id and the metrics, before every filter that acts on a request.
    private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

    @Bean
    @Lazy
    AuditLog auditLog(AccessProperties properties) {
        return new AuditLog(properties.auditFile(), REAL_TIME);
    }

    /** Hides secrets even where the actuator is configured to show values. */
    @Bean
    SanitizingFunction accessSecrets() {
        return SanitizingFunction.sanitizeValue().ifKeyContains("secret", "token");
    }

    @Bean
    FilterRegistrationBean<?> accessFilter(
            AccessProperties properties,
            ServerIdentity identity,
            RequestBodies bodies,
            ObjectProvider<AuditLog> audit) {
        if (properties.authentication() == Authentication.NONE) {
            if (properties.credentialsFile() != null
                    || !properties.credentials().isEmpty()) {
                log.warn("The credentials protect nothing while evidently.access.authentication is none");
            }
            FilterRegistrationBean<OwnChangesAuditFilter> own =
                    new FilterRegistrationBean<>(new OwnChangesAuditFilter(identity, audit::getObject));
            own.addUrlPatterns("/_evidently/*");
            own.setOrder(ORDER);
            return own;
        }
        Credentials credentials = new Credentials(properties);
        FilterRegistrationBean<AccessFilter> registration = new FilterRegistrationBean<>(new AccessFilter(
                properties.authentication(),
                credentials,
                new SignatureCheck(credentials, identity.region(), bodies, REAL_TIME),
                identity,
                audit.getObject()));
        registration.setOrder(ORDER);
        return registration;
    }

    @Bean
    FilterRegistrationBean<?> quotaFilter(AccessProperties properties, ObjectProvider<MeterRegistry> meters) {
        if (!properties.quotas().limitCalls()) {
            return none();
        }
        FilterRegistrationBean<QuotaFilter> registration = new FilterRegistrationBean<>(
                new QuotaFilter(new CallQuotas(properties.quotas(), TimeMeter.SYSTEM_NANOTIME, meters.getObject())));
        registration.setOrder(ORDER + 1);
        return registration;
    }

    @Bean
    FilterRegistrationBean<FaultFilter> faultFilter(Faults faults, ServerIdentity identity) {
        FilterRegistrationBean<FaultFilter> registration =
                new FilterRegistrationBean<>(new FaultFilter(faults, identity, REAL_TIME));
        registration.setOrder(ORDER + 2);
        return registration;
    }

    private static FilterRegistrationBean<Filter> none() {
        FilterRegistrationBean<Filter> none =
                new FilterRegistrationBean<>((request, response, chain) -> chain.doFilter(request, response));
        none.setEnabled(false);
        return none;
    }
}
