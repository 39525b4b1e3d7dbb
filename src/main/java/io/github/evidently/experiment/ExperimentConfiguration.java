package io.github.evidently.experiment;

import io.github.evidently.state.Kind;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ExperimentConfiguration {

    @Bean
    Kind<Experiment> experimentKind() {
        return Experiment.EXPERIMENTS;
    }
}
