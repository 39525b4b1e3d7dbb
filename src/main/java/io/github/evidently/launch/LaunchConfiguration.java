package io.github.evidently.launch;

import io.github.evidently.catalog.Catalog;
import io.github.evidently.store.Database;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class LaunchConfiguration {

    @Bean
    Catalog<Launch> launches(Database database) {
        return new Catalog<>(Launch.KIND, Launch.class, database);
    }
}
