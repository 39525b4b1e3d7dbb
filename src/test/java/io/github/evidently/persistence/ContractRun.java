package io.github.evidently.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs a contract within a test, to see that it fails where it should. */
final class ContractRun {

    private static final int TESTS_MIN = 5;

    private ContractRun() {}

    /** Returns the names of the tests that failed. */
    static Set<String> failures(Class<?> contract) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(contract))
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        assertThat(listener.getSummary().getTestsStartedCount()).isGreaterThan(TESTS_MIN);
        Set<String> names = new TreeSet<>();
        listener.getSummary()
                .getFailures()
                .forEach(failure -> names.add(failure.getTestIdentifier().getDisplayName()));
        return names;
    }
}
