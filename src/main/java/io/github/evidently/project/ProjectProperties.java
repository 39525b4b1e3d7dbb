package io.github.evidently.project;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of projects.
 *
 * @param names projects that exist after start-up and after a reset; existing ones are left unchanged
 */
@ConfigurationProperties("evidently.project")
record ProjectProperties(@DefaultValue List<String> names) {

    ProjectProperties {
        for (String name : names) {
            if (!name.matches(Project.NAME_PATTERN) || name.length() > Project.NAME_LENGTH_MAX) {
                throw new IllegalArgumentException("evidently.project.names has \"" + name
                        + "\"; a project's name is 1 to 127 letters, digits, '.', '_' or '-'");
            }
        }
        names = List.copyOf(names);
    }
}
