package io.github.evidently;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/**
 * The whole server on a random port with a store of its own.
 *
 * <p>Tests that need nothing else share one server, so each uses projects of its own names.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        classes = EvidentlyEmulator.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "evidently.store.directory=target/test-stores/${random.uuid}")
public @interface RunningServer {}
