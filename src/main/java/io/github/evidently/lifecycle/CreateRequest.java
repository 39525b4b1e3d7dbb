package io.github.evidently.lifecycle;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members that CreateLaunch and CreateExperiment have in common. */
public interface CreateRequest {

    String name();

    @Nullable
    String description();

    @Nullable
    Map<String, String> tags();
}
