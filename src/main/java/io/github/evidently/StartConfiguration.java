package io.github.evidently;

import java.util.List;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.actuate.endpoint.web.annotation.ControllerEndpointsSupplier;
import org.springframework.boot.actuate.endpoint.web.annotation.ServletEndpointsSupplier;
import org.springframework.context.MessageSource;
import org.springframework.context.annotation.AnnotationConfigUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Provides beans that Spring would otherwise search for at each start, although there are none: see ADR 31. */
@Configuration(proxyBeanMethods = false)
class StartConfiguration {

    /** Replaces the default, which asks the JDK for all its locales. */
    @Bean
    MessageSource messageSource() {
        return new NoMessageSource();
    }

    /** Replaces the default, which looks at the annotations of every bean. */
    @Bean
    @SuppressWarnings("removal")
    ServletEndpointsSupplier servletEndpointsSupplier() {
        return List::of;
    }

    /** Replaces the default, which looks at the annotations of every bean. */
    @Bean
    @SuppressWarnings("removal")
    ControllerEndpointsSupplier controllerEndpointsSupplier() {
        return List::of;
    }

    /**
     * Removes the search of every method for {@code @EventListener}: all listeners here are
     * {@code ApplicationListener}s.
     */
    @Bean
    static BeanDefinitionRegistryPostProcessor noEventListenerMethods() {
        return registry -> {
            String processor = AnnotationConfigUtils.EVENT_LISTENER_PROCESSOR_BEAN_NAME;
            if (registry.containsBeanDefinition(processor)) {
                registry.removeBeanDefinition(processor);
            }
        };
    }
}
