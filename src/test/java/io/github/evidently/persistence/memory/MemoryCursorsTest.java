package io.github.evidently.persistence.memory;

import io.github.evidently.persistence.Cursors;
import io.github.evidently.persistence.CursorsContract;

class MemoryCursorsTest extends CursorsContract {

    @Override
    protected Cursors open() {
        return new MemoryCursors();
    }
}
