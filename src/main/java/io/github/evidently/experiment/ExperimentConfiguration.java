package io.github.evidently.experiment;

import io.github.evidently.catalog.Catalog;
import io.github.evidently.store.Database;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ExperimentConfiguration {

    @Bean
    Catalog<Experiment> experiments(Database database) {
        return new Catalog<>(Experiment.KIND, Experiment.class, database);
    }
}
