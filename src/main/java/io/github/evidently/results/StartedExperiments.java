package io.github.evidently.results;

import io.github.evidently.experiment.Experiment;
import io.github.evidently.experiment.ExperimentRegistry;
import io.github.evidently.lifecycle.Execution;
import io.github.evidently.lifecycle.LifecycleClock;
import io.github.evidently.persistence.TallyStore.ExecutionKey;
import io.github.evidently.project.Project;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.state.StateRefresh;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/** The experiments of all projects that are running or have run. */
interface StartedExperiments {

    /** An experiment that was started. */
    record Started(ExecutionKey key, String project, Experiment experiment, Execution execution) {}

    /** Returns all experiments that were started before the call, on any node. */
    List<Started> list();

    /** Returns the time of the experiments' clock. */
    Instant now();

    /** Returns the key of an execution of an experiment. */
    static ExecutionKey key(long projectId, Experiment experiment, Execution execution) {
        return new ExecutionKey(
                projectId, experiment.name(), millis(experiment.createdTime()), millis(execution.startedTime()));
    }

    private static Instant millis(Instant time) {
        return Instant.ofEpochMilli(time.toEpochMilli());
    }

    /** The started experiments of the registries. */
    @Component
    final class Registered implements StartedExperiments {

        private final ProjectRegistry projects;
        private final ExperimentRegistry experiments;
        private final LifecycleClock clock;
        private final StateRefresh refresh;

        Registered(
                ProjectRegistry projects, ExperimentRegistry experiments, LifecycleClock clock, StateRefresh refresh) {
            this.projects = projects;
            this.experiments = experiments;
            this.clock = clock;
            this.refresh = refresh;
        }

        @Override
        public Instant now() {
            return clock.instant();
        }

        @Override
        public List<Started> list() {
            refresh.catchUp();
            List<Started> started = new ArrayList<>();
            projects.stream().forEach(project -> add(project, started));
            return started;
        }

        private void add(Project project, List<Started> started) {
            experiments.stream(project.name()).forEach(experiment -> {
                Execution execution = experiment.execution();
                if (execution != null) {
                    started.add(new Started(
                            key(project.key(), experiment, execution), project.name(), experiment, execution));
                }
            });
        }
    }
}
