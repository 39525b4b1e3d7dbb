package io.github.evidently.project;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer of ListProjects. */
record ListProjectsResponse(@Nullable String nextToken, List<ProjectSummary> projects) {}
