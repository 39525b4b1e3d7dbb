package io.github.evidently.persistence;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the store.
 *
 * @param url which store: empty for an embedded SQLite database, {@code memory:} for one that keeps nothing
 * @param directory holds the database file; created when missing
 * @param checkSizeMax up to which size the database is read through for damage at start
 * @param acceptLoss whether to start with what there is when something that was acknowledged is missing
 */
@ConfigurationProperties("evidently.store")
public record StoreProperties(
        @DefaultValue("") String url,
        @DefaultValue("data") Path directory,
        @DefaultValue("256MB") DataSize checkSizeMax,
        @DefaultValue("false") boolean acceptLoss) {}
