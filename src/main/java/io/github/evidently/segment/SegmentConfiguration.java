package io.github.evidently.segment;

import io.github.evidently.state.Kind;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class SegmentConfiguration {

    @Bean
    Kind<Segment> segmentKind() {
        return Segment.SEGMENTS;
    }
}
