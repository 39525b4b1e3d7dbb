package io.github.evidently.project;

import io.github.evidently.state.Kind;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ProjectConfiguration {

    @Bean
    Kind<Project> projectKind() {
        return Project.PROJECTS;
    }
}
