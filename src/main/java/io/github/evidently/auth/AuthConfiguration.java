package io.github.evidently.auth;

import io.github.evidently.audit.AuditLog;
import io.github.evidently.audit.OwnChangesAuditFilter;
import io.github.evidently.auth.AuthProperties.Authentication;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.wire.FilterOrder;
import io.github.evidently.wire.RequestBodies;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configures authentication. The settings are read at each start, not when the image's bean definitions are made. */
@Configuration(proxyBeanMethods = false)
class AuthConfiguration {

    private static final Logger log = LoggerFactory.getLogger(AuthConfiguration.class);

    // Not the clock of the server, which a test may set: signatures refer to real time.
    private static final Clock REAL_TIME = Clock.systemUTC();

    /** Hides secrets even where the actuator is configured to show values. */
    @Bean
    SanitizingFunction accessSecrets() {
        return SanitizingFunction.sanitizeValue().ifKeyContains("secret", "token");
    }

    @Bean
    FilterRegistrationBean<?> accessFilter(
            AuthProperties properties, ServerIdentity identity, RequestBodies bodies, ObjectProvider<AuditLog> audit) {
        if (properties.authentication() == Authentication.NONE) {
            if (properties.credentialsFile() != null
                    || !properties.credentials().isEmpty()) {
                log.warn("The credentials protect nothing while evidently.access.authentication is none");
            }
            FilterRegistrationBean<OwnChangesAuditFilter> own =
                    new FilterRegistrationBean<>(new OwnChangesAuditFilter(identity, audit::getObject));
            own.addUrlPatterns("/_evidently/*");
            own.setOrder(FilterOrder.AUTH);
            return own;
        }
        Credentials credentials = new Credentials(properties);
        FilterRegistrationBean<AccessFilter> registration = new FilterRegistrationBean<>(new AccessFilter(
                properties.authentication(),
                credentials,
                new SignatureCheck(credentials, identity.region(), bodies, REAL_TIME),
                identity,
                audit.getObject()));
        registration.setOrder(FilterOrder.AUTH);
        return registration;
    }
}
