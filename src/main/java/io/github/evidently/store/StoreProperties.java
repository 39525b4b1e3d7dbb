package io.github.evidently.store;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the data lives.
 *
 * @param directory holds the database file; created when missing
 */
@ConfigurationProperties("evidently.store")
record StoreProperties(@DefaultValue("data") Path directory) {}
