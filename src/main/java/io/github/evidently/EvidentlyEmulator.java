package io.github.evidently;

import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;

// The store opens its own connections: see the module "store".
@SpringBootApplication(exclude = DataSourceAutoConfiguration.class)
@ConfigurationPropertiesScan
class EvidentlyEmulator {

    static void main(String[] args) {
        SpringApplication.run(EvidentlyEmulator.class, args);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
