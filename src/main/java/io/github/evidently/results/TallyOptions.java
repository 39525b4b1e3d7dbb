package io.github.evidently.results;

import io.github.evidently.results.EventReader.Evaluation;

/** What an analysis wants to be counted otherwise. */
interface TallyOptions {

    /** As GetExperimentResults has it. */
    TallyOptions NONE = new TallyOptions() {
        @Override
        public boolean isByTime() {
            return true;
        }
    };

    /** Whether samples are told apart by time. */
    default boolean isByTime() {
        return false;
    }

    /** How many groups of entities are told apart. */
    default int groups() {
        return 1;
    }

    /** The group of an entity that is evaluated for the first time. */
    default int group(Evaluation evaluation) {
        return 0;
    }

    /** The value that counts. */
    default double value(int metric, double value) {
        return value;
    }
}
