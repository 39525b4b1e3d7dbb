package io.github.evidently;

import io.github.evidently.persistence.Persistence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/** Configures where the server listens, and where Tomcat has its directories. */
@Configuration(proxyBeanMethods = false)
class WebServerConfiguration {

    /**
     * Sets the address. Without a configured one, only this machine can call, because by default every caller may also
     * reset the server. Decided at each start, because the image's bean definitions are made at build time (ADR 35).
     */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> addressCustomizer(
            Environment environment, ObjectProvider<ManagementServerProperties> management) {
        return factory -> {
            management.ifAvailable(properties -> setAddress(properties, environment));
            if (!StringUtils.hasText(environment.getProperty("server.address"))) {
                boolean isProtected =
                        "verified".equalsIgnoreCase(environment.getProperty("evidently.access.authentication"));
                factory.setAddress(isProtected ? null : InetAddress.getLoopbackAddress());
            }
        };
    }

    /** Sets the address of a separate port of the actuator, which the image does not have: it requires no signature. */
    private static void setAddress(ManagementServerProperties management, Environment environment) {
        if (management.getAddress() == null) {
            InetAddress configured = environment.getProperty("server.address", InetAddress.class);
            management.setAddress(configured == null ? InetAddress.getLoopbackAddress() : configured);
        }
    }

    /**
     * Sets the directories. The default makes two in {@code /tmp}, which may be read-only, and leaves them there after
     * a kill.
     */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> directoryCustomizer(Persistence persistence) {
        return factory -> {
            Path root = persistence.temporaryDirectory().resolve("root");
            try {
                Files.createDirectories(root);
            } catch (IOException e) {
                throw new UncheckedIOException(e); // The store has just been able to write there.
            }
            if (factory.getBaseDirectory() == null) {
                factory.setBaseDirectory(persistence.temporaryDirectory().toFile());
            }
            factory.setDocumentRoot(root.toFile());
        };
    }
}
