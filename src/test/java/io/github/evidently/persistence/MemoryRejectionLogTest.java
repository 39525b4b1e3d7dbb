package io.github.evidently.persistence;

class MemoryRejectionLogTest extends RejectionLogContract {

    @Override
    protected RejectionLog open() {
        return new MemoryRejectionLog();
    }
}
