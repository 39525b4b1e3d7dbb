package io.github.evidently;

import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.DocumentStore;
import io.github.evidently.persistence.EventLog;
import io.github.evidently.persistence.EventLogProperties;
import io.github.evidently.persistence.Persistence;
import io.github.evidently.persistence.StoreProperties;
import io.github.evidently.persistence.StoreUnusableException;
import io.github.evidently.persistence.TallyStore;
import io.github.evidently.persistence.memory.MemoryPersistence;
import io.github.evidently.persistence.postgresql.PostgresqlPersistence;
import io.github.evidently.persistence.sqlite.SqlitePersistence;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Chooses the store at each start, because the bean definitions of the image are made at build time. */
@Configuration(proxyBeanMethods = false)
class PersistenceConfiguration {

    @Bean
    Persistence persistence(
            StoreProperties store, EventLogProperties eventLog, Arrivals arrivals, Clock clock, MeterRegistry meters) {
        return switch (store.url()) {
            case String url
            when url.startsWith(StoreProperties.POSTGRESQL) ->
                new PostgresqlPersistence(store, eventLog, arrivals, meters);
            case "" -> new SqlitePersistence(store, eventLog, arrivals, clock, meters);
            case "memory:" -> new MemoryPersistence(eventLog, arrivals);
            default ->
                throw new StoreUnusableException(
                        "evidently.store.url is neither empty nor jdbc:postgresql:… nor memory:.",
                        "Leave it empty to store in evidently.store.directory, or set it to jdbc:postgresql://host/database,"
                                + " or to memory: to store nothing.",
                        null);
        };
    }

    @Bean
    DocumentStore documentStore(Persistence persistence) {
        return persistence.documents();
    }

    @Bean
    EventLog eventLog(Persistence persistence) {
        return persistence.events();
    }

    @Bean
    TallyStore tallyStore(Persistence persistence) {
        return persistence.tallies();
    }
}
