package io.github.evidently.results;

import io.github.evidently.results.EventReader.Evaluation;

/** The options with which an analysis changes what is counted. */
interface TallyOptions {

    /** Counts as GetExperimentResults does. */
    TallyOptions NONE = new TallyOptions() {
        @Override
        public boolean isByTime() {
            return true;
        }
    };

    /** Tells whether samples are separated by time. */
    default boolean isByTime() {
        return false;
    }

    /** Returns how many groups of entities there are. */
    default int groups() {
        return 1;
    }

    /** Returns the group of an entity that is evaluated for the first time. */
    default int group(Evaluation evaluation) {
        return 0;
    }

    /** Returns the value that counts. */
    default double value(int metric, double value) {
        return value;
    }
}
