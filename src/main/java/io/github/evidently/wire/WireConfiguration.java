package io.github.evidently.wire;

import java.util.List;
import org.hibernate.validator.HibernateValidatorConfiguration;
import org.springframework.boot.validation.autoconfigure.ValidationConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.ExceptionHandlerExceptionResolver;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class WireConfiguration implements WebMvcConfigurer {

    /** Writes the return values of the controllers. */
    @Bean
    JsonMapper jsonMapper() {
        return new JsonMapper();
    }

    /** Counts lengths as the model does. */
    @Bean
    static ValidationConfigurationCustomizer codePointLengths() {
        return configuration -> SizeValidator.register((HibernateValidatorConfiguration) configuration);
    }

    /** Answers in JSON regardless of the Accept header: the service has no other form and no 406. */
    @Override
    public void configureContentNegotiation(ContentNegotiationConfigurer configurer) {
        configurer.ignoreAcceptHeader(true).defaultContentType(MediaType.APPLICATION_JSON);
    }

    /** Applies the advice also to a {@link DirectOperation}, which is not an annotated method. */
    @Override
    public void extendHandlerExceptionResolvers(List<HandlerExceptionResolver> resolvers) {
        for (HandlerExceptionResolver resolver : resolvers) {
            if (resolver instanceof ExceptionHandlerExceptionResolver advice) {
                advice.setMappedHandlerPredicate(_ -> true);
            }
        }
    }
}
