package io.github.evidently.segment;

import io.github.evidently.catalog.Catalog;
import io.github.evidently.store.Database;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class SegmentConfiguration {

    @Bean
    Catalog<Segment> segments(Database database) {
        return new Catalog<>(Segment.KIND, Segment.class, database);
    }
}
