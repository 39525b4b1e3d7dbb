package io.github.evidently;

import java.net.InetAddress;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/** Where the server listens. */
@Configuration(proxyBeanMethods = false)
class WebServerConfiguration {

    /**
     * Without an address of the configuration, only this machine can call: by default anybody who can may also reset the
     * server. Decided at each start, as the image's bean definitions are made by the build (ADR 35).
     */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> addressCustomizer(Environment environment) {
        return factory -> {
            if (!StringUtils.hasText(environment.getProperty("server.address"))) {
                boolean isProtected =
                        "verified".equalsIgnoreCase(environment.getProperty("evidently.access.authentication"));
                factory.setAddress(isProtected ? null : InetAddress.getLoopbackAddress());
            }
        };
    }
}
