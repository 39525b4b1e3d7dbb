package io.github.evidently.fault;

import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.wire.FilterOrder;
import java.time.Clock;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configures fault injection. */
@Configuration(proxyBeanMethods = false)
class FaultConfiguration {

    // Not the clock of the server, which a test may set: the end of a fault is in real time.
    static final Clock REAL_TIME = Clock.systemUTC();

    @Bean
    FilterRegistrationBean<FaultFilter> faultFilter(Faults faults, ServerIdentity identity) {
        FilterRegistrationBean<FaultFilter> registration =
                new FilterRegistrationBean<>(new FaultFilter(faults, identity, REAL_TIME));
        registration.setOrder(FilterOrder.FAULT);
        return registration;
    }
}
