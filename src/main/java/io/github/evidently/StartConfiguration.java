package io.github.evidently;

import java.util.List;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.actuate.endpoint.web.annotation.ControllerEndpointsSupplier;
import org.springframework.boot.actuate.endpoint.web.annotation.ServletEndpointsSupplier;
import org.springframework.context.MessageSource;
import org.springframework.context.annotation.AnnotationConfigUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Answers for Spring what it would search for at each start, though it is not there: see ADR 31. */
@Configuration(proxyBeanMethods = false)
class StartConfiguration {

    /** The default asks the JDK for all its locales. */
    @Bean
    MessageSource messageSource() {
        return new NoMessageSource();
    }

    /** The default looks at the annotations of every bean. */
    @Bean
    @SuppressWarnings("removal")
    ServletEndpointsSupplier servletEndpointsSupplier() {
        return List::of;
    }

    /** The default looks at the annotations of every bean. */
    @Bean
    @SuppressWarnings("removal")
    ControllerEndpointsSupplier controllerEndpointsSupplier() {
        return List::of;
    }

    /** Who listens is an {@code ApplicationListener}: nobody looks for {@code @EventListener} at every method. */
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
