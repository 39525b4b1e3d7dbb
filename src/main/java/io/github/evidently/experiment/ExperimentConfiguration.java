package io.github.evidently.experiment;

import io.github.evidently.lifecycle.LifecycleKind;
import io.github.evidently.project.ProjectContents;
import io.github.evidently.project.ProjectCounts;
import io.github.evidently.state.Kind;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ExperimentConfiguration {

    @Bean
    Kind<Experiment> experimentKind() {
        return Experiment.EXPERIMENTS;
    }

    @Bean
    LifecycleKind<Experiment> experimentLifecycle() {
        return Experiment.LIFECYCLE;
    }

    @Bean
    ProjectContents experimentContents() {
        return (state, project) -> new ProjectCounts(
                0,
                0,
                0,
                state.count(Experiment.EXPERIMENTS, project),
                Experiment.LIFECYCLE.countRunning(state, project));
    }
}
