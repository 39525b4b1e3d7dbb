package io.github.evidently;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.stereotype.Component;

/**
 * Stops the start when there is an unknown property under our prefix: a mistyped name could leave open what was meant
 * to be closed, or put the data in another place.
 *
 * <p>Environment variables may belong to other programs. Those in one of our groups, such as {@code EVIDENTLY_STORE_…},
 * stop the start as well; others get a warning, except for those that Kubernetes makes of a service's name.
 */
@Component
class UnknownProperties {

    private static final Logger log = LoggerFactory.getLogger(UnknownProperties.class);
    private static final String PREFIX = "evidently";
    private static final String VARIABLE_PREFIX = "EVIDENTLY_";
    private static final Pattern KUBERNETES =
            Pattern.compile(".*_SERVICE_HOST|.*_SERVICE_PORT(_.*)?|.*_PORT(_[0-9]+_(TCP|UDP|SCTP)(_.*)?)?");

    /** Names reduced to letters and digits, in which properties and variables are the same. */
    private final Set<String> known = new HashSet<>();

    /** The names of lists and maps, which may be followed by more. */
    private final Set<String> open = new HashSet<>();

    private final Set<String> groups = new HashSet<>();

    UnknownProperties(ApplicationContext context, ConfigurableEnvironment environment) {
        // By their type, which is known; a search for the annotation would look at every bean.
        for (Record properties : context.getBeansOfType(Record.class).values()) {
            ConfigurationProperties annotation =
                    AnnotatedElementUtils.getMergedAnnotation(properties.getClass(), ConfigurationProperties.class);
            if (annotation != null && (annotation.prefix() + ".").startsWith(PREFIX + ".")) {
                add(annotation.prefix(), properties.getClass());
            }
        }
        Set<String> unknown = new TreeSet<>();
        environment.getPropertySources().stream()
                .filter(EnumerablePropertySource.class::isInstance)
                .flatMap(source -> Arrays.stream(((EnumerablePropertySource<?>) source).getPropertyNames()))
                .filter(name -> name.startsWith(PREFIX + ".") || isVariableOfOurs(name))
                .filter(name -> !isKnown(flat(name)))
                .forEach(unknown::add);
        if (!unknown.isEmpty()) {
            throw new UnknownPropertyException(unknown);
        }
    }

    private void add(String path, Class<?> type) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = path + "." + component.getName();
            groups.add(flat(name.substring(PREFIX.length() + 1).replaceFirst("[A-Z.].*", "")));
            if (component.getType().isRecord()) {
                add(name, component.getType());
            } else if (Collection.class.isAssignableFrom(component.getType())
                    || Map.class.isAssignableFrom(component.getType())) {
                open.add(flat(name));
            } else {
                known.add(flat(name));
            }
        }
    }

    private boolean isVariableOfOurs(String name) {
        if (!name.startsWith(VARIABLE_PREFIX) || KUBERNETES.matcher(name).matches()) {
            return false;
        }
        int groupEnd = name.indexOf('_', VARIABLE_PREFIX.length());
        boolean isOfGroup = groupEnd >= 0 && groups.contains(flat(name.substring(VARIABLE_PREFIX.length(), groupEnd)));
        if (!isOfGroup && !isKnown(flat(name))) {
            log.warn("The environment variable {} says nothing to this server", name);
        }
        return isOfGroup;
    }

    private boolean isKnown(String flat) {
        return known.contains(flat) || open.stream().anyMatch(flat::startsWith);
    }

    private static String flat(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }
}
