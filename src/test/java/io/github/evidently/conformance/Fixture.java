package io.github.evidently.conformance;

import io.github.evidently.conformance.ServiceModel.Operation;

/** What a valid request names: things that exist when it is sent. Asking for one twice names the same one. */
interface Fixture {

    /** A name that nothing has. */
    String freshName();

    String project();

    String feature();

    String segment();

    String launch();

    String runningLaunch();

    String experiment();

    String runningExperiment();

    /** The ARN of something that can have tags, of another kind for each variant. */
    String taggedArn(int variant);

    /** A token that a list operation answered. */
    String nextToken(Operation list);
}
