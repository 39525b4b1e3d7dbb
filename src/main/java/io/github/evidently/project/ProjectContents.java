package io.github.evidently.project;

import io.github.evidently.state.State;

/** Counts one kind of resource in projects; a project that has any cannot be deleted. Thread-safe. */
public interface ProjectContents {

    /** Returns how many there are in that project, in the components of its kind; 0 in the others. */
    ProjectCounts counts(State state, String project);
}
