package io.github.evidently.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.persistence.memory.MemoryPersistence;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The contract is worth something: each of these faults turns it red, in the test that is about it. */
class BrokenDocumentStoreTest {

    private static UnaryOperator<DocumentStore> fault = UnaryOperator.identity();

    /** Runs the contract; not named as a test, so that only this class runs it. */
    static class Subject extends DocumentStoreContract {

        @Override
        protected Stores open() {
            Persistence persistence = new MemoryPersistence(EventLogFixture.PROPERTIES, new Arrivals());
            return new Stores(fault.apply(persistence.documents()), persistence.events());
        }
    }

    @Test
    void aSoundStorePasses() {
        fault = UnaryOperator.identity();

        assertThat(ContractRun.failures(Subject.class)).isEmpty();
    }

    @Test
    void noticesAVersionThatIsNotCompared() {
        fault = store -> new ForwardingDocumentStore(store) {
            @Override
            public Commit commit(long expectedVersion, List<Write> writes) {
                return super.commit(version(), writes);
            }
        };

        assertThat(ContractRun.failures(Subject.class))
                .contains("writesNothingWhenTheVersionIsAnother()", "ofConcurrentCommitsOnOneVersionOneWins()");
    }

    @Test
    void noticesAWriteThatOutlivesItsRefusal() {
        fault = store -> new ForwardingDocumentStore(store) {
            @Override
            public Commit commit(long expectedVersion, List<Write> writes) {
                Commit commit = super.commit(expectedVersion, writes);
                if (commit instanceof Commit.Superseded) {
                    super.commit(version(), writes.subList(0, 1));
                }
                return commit;
            }
        };

        assertThat(ContractRun.failures(Subject.class)).contains("writesNothingWhenTheVersionIsAnother()");
    }

    @Test
    void noticesALogThatStaysOpen() {
        fault = store -> new ForwardingDocumentStore(store) {
            @Override
            public Commit commit(long expectedVersion, List<Write> writes) {
                return super.commit(
                        expectedVersion,
                        writes.stream()
                                .map(write -> write instanceof Write.CloseLog
                                        ? new Write.Remove(new DocumentKey("none", "", ""))
                                        : write)
                                .toList());
            }
        };

        assertThat(ContractRun.failures(Subject.class)).containsExactly("opensAndClosesLogsWithTheDocuments()");
    }
}
