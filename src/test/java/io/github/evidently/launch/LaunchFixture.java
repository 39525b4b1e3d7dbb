package io.github.evidently.launch;

import io.github.evidently.lifecycle.LifecycleFixture;

/** A project with one feature for each test of launches. */
abstract class LaunchFixture extends LifecycleFixture {

    static final String GROUPS = """
            {"name":"control","feature":"f","variation":"a"},{"name":"treated","feature":"f","variation":"b"}""";

    LaunchFixture() {
        super("launch", "launches", "l");
    }
}
