package io.github.evidently.quota;

import io.github.bucket4j.TimeMeter;
import io.github.evidently.wire.FilterOrder;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.Filter;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configures the rate limits. The settings are read at each start, not when the image's bean definitions are made. */
@Configuration(proxyBeanMethods = false)
class QuotaConfiguration {

    @Bean
    FilterRegistrationBean<?> quotaFilter(QuotaProperties quotas, ObjectProvider<MeterRegistry> meters) {
        if (!quotas.limitCalls()) {
            return none();
        }
        FilterRegistrationBean<QuotaFilter> registration = new FilterRegistrationBean<>(
                new QuotaFilter(new CallQuotas(quotas, TimeMeter.SYSTEM_NANOTIME, meters.getObject())));
        registration.setOrder(FilterOrder.QUOTA);
        return registration;
    }

    private static FilterRegistrationBean<Filter> none() {
        FilterRegistrationBean<Filter> none =
                new FilterRegistrationBean<>((request, response, chain) -> chain.doFilter(request, response));
        none.setEnabled(false);
        return none;
    }
}
