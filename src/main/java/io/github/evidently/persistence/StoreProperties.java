package io.github.evidently.persistence;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the store.
 *
 * @param url which store: empty for an embedded SQLite database, {@code jdbc:postgresql:…} for a PostgreSQL server,
 *     {@code memory:} for one that keeps nothing
 * @param directory holds the SQLite database; created when missing
 * @param checkSizeMax up to which size the SQLite database is read through for damage at start
 * @param acceptLoss whether to start with what there is when something that was acknowledged is missing
 * @param username the role that PostgreSQL knows the server by
 * @param password of that role
 * @param passwordFile a file that has the password, read for each new connection
 * @param poolSize how many connections to PostgreSQL there are, beside the one that appends events
 * @param allowUnsafe whether to use a PostgreSQL server that may lose acknowledged events
 */
@Validated
@ConfigurationProperties("evidently.store")
public record StoreProperties(
        @DefaultValue("") String url,
        @DefaultValue("data") Path directory,
        @DefaultValue("256MB") DataSize checkSizeMax,
        @DefaultValue("false") boolean acceptLoss,
        @DefaultValue("") String username,
        @DefaultValue("") String password,
        @Nullable Path passwordFile,

        @DefaultValue("8")
        @Min(value = 3, message = "must be at least 3")
        @Max(value = 200, message = "must be at most 200")
        int poolSize,

        @DefaultValue("false") boolean allowUnsafe) {

    public static final String POSTGRESQL = "jdbc:postgresql:";

    public StoreProperties {
        boolean isRemote = url.startsWith(POSTGRESQL);
        if (!isRemote && !(username.isEmpty() && password.isEmpty() && passwordFile == null)) {
            throw new IllegalArgumentException(
                    "evidently.store.username, password and password-file are for PostgreSQL only:"
                            + " set evidently.store.url to jdbc:postgresql://…, or leave them out");
        }
        if (!password.isEmpty() && passwordFile != null) {
            throw new IllegalArgumentException(
                    "evidently.store.password and evidently.store.password-file must not both be set");
        }
    }

    /** The settings of an embedded database, with the defaults of all others. */
    public static StoreProperties embedded(Path directory, DataSize checkSizeMax, boolean acceptLoss) {
        return new StoreProperties("", directory, checkSizeMax, acceptLoss, "", "", null, 8, false);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "StoreProperties[url=" + (url.startsWith(POSTGRESQL) ? POSTGRESQL + "…" : url) + ", directory="
                + directory + "]";
    }
}
