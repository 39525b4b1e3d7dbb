package io.github.evidently.wire;

import java.time.Duration;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.core.StandardHost;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

@Configuration(proxyBeanMethods = false)
class TomcatConfiguration {

    private static final long UNLOAD_DELAY_MILLIS = 100;

    /** How long a client may send nothing in the middle of a body. */
    private static final Duration BODY_GAP_MAX = Duration.ofSeconds(10);

    @Bean
    ConnectionLimits connectionLimits(Environment environment) {
        return ConnectionLimits.of(
                Runtime.getRuntime().maxMemory(),
                environment.getProperty("server.tomcat.max-connections", Integer.class));
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> wireCustomizer(
            ConnectionDrain drain, ConnectionLimits limits, BodyWaits bodyWaits) {
        return factory -> {
            factory.setProtocol(EvidentlyHttpProtocol.class.getName());
            factory.addConnectorCustomizers(connector -> {
                EvidentlyHttpProtocol protocol = (EvidentlyHttpProtocol) connector.getProtocolHandler();
                drain.add(protocol);
                protocol.setLimits(limits.connections(), bodyWaits);
                // Only when the body is read: a client whose request is refused has not begun to send it.
                protocol.setContinueResponseTiming("onRead");
                // The time limit of a head must not apply to the body.
                protocol.setDisableUploadTimeout(false);
                protocol.setConnectionUploadTimeout((int) BODY_GAP_MAX.toMillis());
                // An ARN arrives as one segment with %2F; the default answers that with 400 before any of our code.
                connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
                // Parameters are those of the query: a form in a body would add some that no signature covers.
                connector.setParseBodyMethods("");
            });
            factory.addContextCustomizers(context -> {
                if (context instanceof StandardContext standard) {
                    // The drain has waited already; the default would wait 2 s more, and 0 forever.
                    standard.setUnloadDelay(UNLOAD_DELAY_MILLIS);
                }
                if (context.getParent() instanceof StandardHost host) {
                    host.setErrorReportValveClass(ContainerErrorValve.class.getName());
                }
            });
        };
    }
}
