package io.github.evidently.launch;

import io.github.evidently.lifecycle.LifecycleKind;
import io.github.evidently.project.ProjectContents;
import io.github.evidently.project.ProjectCounts;
import io.github.evidently.state.Kind;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class LaunchConfiguration {

    @Bean
    Kind<Launch> launchKind() {
        return Launch.LAUNCHES;
    }

    @Bean
    LifecycleKind<Launch> launchLifecycle() {
        return Launch.LIFECYCLE;
    }

    @Bean
    ProjectContents launchContents() {
        return (state, project) -> new ProjectCounts(
                0, state.count(Launch.LAUNCHES, project), Launch.LIFECYCLE.countRunning(state, project), 0, 0);
    }
}
