package io.github.evidently.feature;

import io.github.evidently.catalog.Catalog;
import io.github.evidently.project.ProjectContents;
import io.github.evidently.project.ProjectCounts;
import io.github.evidently.store.Database;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class FeatureConfiguration {

    @Bean
    Catalog<Feature> features(Database database) {
        return new Catalog<>(Feature.KIND, Feature.class, database);
    }

    @Bean
    ProjectContents featureContents(Catalog<Feature> features) {
        return project -> new ProjectCounts(features.count(project), 0, 0, 0, 0);
    }
}
