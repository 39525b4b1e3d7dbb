package io.github.evidently.auth;

import io.github.evidently.error.InvalidSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.io.ByteArrayResource;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Holds the credentials by access key id, from the configuration or from a file.
 *
 * <p>A call checks the file for changes at most once a second. A file that cannot be used is not applied: the previous
 * credentials stay, and the log says why. Thread-safe.
 */
final class Credentials {

    private static final Logger log = LoggerFactory.getLogger(Credentials.class);
    private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(1).toNanos();

    private final @Nullable Path file;
    private final AtomicLong lookedAt = new AtomicLong(System.nanoTime());
    private volatile Map<String, Credential> byAccessKeyId;
    private volatile String version;

    Credentials(AuthProperties properties) {
        file = properties.credentialsFile();
        if (file == null) {
            version = "";
            byAccessKeyId = index(properties.credentials());
        } else {
            version = version(file);
            byAccessKeyId = read(file);
        }
    }

    /** Tells whether there are none, so that callers cannot be told apart. */
    boolean isEmpty() {
        return byAccessKeyId.isEmpty();
    }

    Optional<Credential> find(String accessKeyId) {
        if (file != null) {
            lookAgain(file);
        }
        return Optional.ofNullable(byAccessKeyId.get(accessKeyId));
    }

    private void lookAgain(Path file) {
        long last = lookedAt.get();
        long now = System.nanoTime();
        if (now - last < LOOK_AGAIN_NANOS || !lookedAt.compareAndSet(last, now)) {
            return;
        }
        String found = version(file);
        if (found.equals(version)) {
            return;
        }
        version = found;
        try {
            byAccessKeyId = read(file);
            log.info("{} has changed: {} credentials are in force", file, byAccessKeyId.size());
        } catch (InvalidSettingException e) {
            log.error("{}; the credentials before it stay in force", e.getMessage());
        }
    }

    /** Returns a text that differs when the file does; a mounted secret changes by another file under the same name. */
    private static String version(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.fileKey() + " " + attributes.lastModifiedTime() + " " + attributes.size();
        } catch (IOException e) {
            return "unreadable";
        }
    }

    /** Reads the file. Errors name the place of a violation and never quote the file: it holds secrets. */
    private static Map<String, Credential> read(Path file) {
        try {
            Binder binder = new Binder(ConfigurationPropertySources.from(new YamlPropertySourceLoader()
                    .load(file.toString(), new ByteArrayResource(Files.readAllBytes(file)))));
            List<Credential> credentials = binder.bind(
                            "credentials",
                            Bindable.listOf(Credential.class),
                            new NoUnboundElementsBindHandler(BindHandler.DEFAULT))
                    .orElseThrow(() -> new InvalidSettingException("it has no credentials"));
            return index(credentials);
        } catch (IOException e) {
            throw new InvalidSettingException(
                    file + " cannot be read: " + e.getClass().getSimpleName());
        } catch (MarkedYAMLException e) {
            throw new InvalidSettingException(
                    file + " is not YAML at line " + (e.getProblemMark().getLine() + 1));
        } catch (YAMLException e) {
            throw new InvalidSettingException(file + " is not YAML that can be read");
        } catch (BindException e) {
            throw new InvalidSettingException(file + " cannot be used: " + violation(e));
        } catch (InvalidSettingException e) {
            throw new InvalidSettingException(file + " cannot be used: " + e.getMessage());
        }
    }

    /** Returns what is wrong with a setting, without its value. */
    static String violation(BindException e) {
        if (NestedExceptionUtils.getMostSpecificCause(e) instanceof InvalidSettingException violation) {
            return String.valueOf(violation.getMessage());
        }
        if (e.getCause() instanceof UnboundConfigurationPropertiesException unbound) {
            return "there is no such name as "
                    + unbound.getUnboundProperties().iterator().next().getName();
        }
        Class<?> type = e.getTarget().getType().resolve(Object.class);
        return "the value of " + e.getName() + " is "
                + (type.isEnum() ? "none of " + values(type) : "not one of its kind");
    }

    /** Returns the constants as they are written in properties. */
    private static String values(Class<?> enumeration) {
        return Arrays.stream(enumeration.getEnumConstants())
                .map(value -> value.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.joining(", "));
    }

    private static Map<String, Credential> index(List<Credential> credentials) {
        Map<String, Credential> index = HashMap.newHashMap(credentials.size());
        for (Credential credential : credentials) {
            if (index.put(credential.accessKeyId(), credential) != null) {
                throw new InvalidSettingException("the access-key-id " + credential.accessKeyId() + " is there twice");
            }
            for (Statement statement : credential.statements()) {
                for (String project : statement.projectsDeniedAlone()) {
                    log.warn(
                            "The policy of {} denies {} but not the features, launches and experiments in it: deny {}/* too",
                            credential.accessKeyId(),
                            project,
                            project);
                }
            }
        }
        return Map.copyOf(index);
    }
}
