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
 *
 * <p>Tests call it from platform threads. Its own threads are virtual, on one carrier per processor: REST-assured compiles
 * Groovy and loads classes, and virtual threads that wait for a class to be loaded hold on to their carriers, until none
 * is left for the one that they wait for.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        classes = EvidentlyEmulator.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "evidently.store.directory=target/test-stores/${random.uuid}")
public @interface RunningServer {}
