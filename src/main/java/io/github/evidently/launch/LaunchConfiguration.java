package io.github.evidently.launch;

import io.github.evidently.state.Kind;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class LaunchConfiguration {

    @Bean
    Kind<Launch> launchKind() {
        return Launch.LAUNCHES;
    }
}
