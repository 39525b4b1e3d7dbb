package io.github.evidently.auth;

import io.github.evidently.RunningServer;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.test.context.TestPropertySource;

/** A server that verifies signatures and knows an admin, a writer, temporary keys and one who may do nothing. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@RunningServer
@TestPropertySource("classpath:protected-server.properties")
@interface ProtectedServer {}
