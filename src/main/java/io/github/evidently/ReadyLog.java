package io.github.evidently;

import io.github.evidently.persistence.Persistence;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.ServerIdentity;
import java.net.InetAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Logs in one line that the server accepts requests, with its address and identity. */
@Component
class ReadyLog implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger log = LoggerFactory.getLogger(ReadyLog.class);

    private final BuildProperties build;
    private final Environment environment;
    private final Persistence persistence;
    private final ProjectRegistry projects;
    private final ServerIdentity identity;

    ReadyLog(
            BuildProperties build,
            Environment environment,
            Persistence persistence,
            ProjectRegistry projects,
            ServerIdentity identity) {
        this.build = build;
        this.environment = environment;
        this.persistence = persistence;
        this.projects = projects;
        this.identity = identity;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        log.info(
                "Ready: evidently-emulator {} on port {}, address {}, store {}, projects {}, account {}, Region {}, authentication {}",
                build.getVersion(),
                environment.getProperty("local.server.port"),
                address(event.getApplicationContext()),
                persistence.description(),
                projects.count(),
                identity.accountId(),
                identity.region(),
                environment.getProperty("evidently.access.authentication", "none"));
    }

    private static String address(ApplicationContext context) {
        return context instanceof WebServerApplicationContext web
                        && web.getWebServer() instanceof TomcatWebServer server
                        && server.getTomcat().getConnector().getProperty("address") instanceof InetAddress address
                ? address.getHostAddress()
                : "all";
    }
}
