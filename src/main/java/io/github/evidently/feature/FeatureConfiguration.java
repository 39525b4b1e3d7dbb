package io.github.evidently.feature;

import io.github.evidently.project.ProjectContents;
import io.github.evidently.project.ProjectCounts;
import io.github.evidently.state.Kind;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class FeatureConfiguration {

    @Bean
    Kind<Feature> featureKind() {
        return Feature.FEATURES;
    }

    @Bean
    ProjectContents featureContents() {
        return (state, project) -> new ProjectCounts(state.count(Feature.FEATURES, project), 0, 0, 0, 0);
    }
}
