package io.github.evidently.event;

import io.github.evidently.bench.Load;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.util.unit.DataSize;

/** The time to read a request's bytes into checked events. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EventParserBenchmark {

    private final EventParser parser = new EventParser(new EventDataValidator(DataSize.ofKilobytes(256)));

    @Param({"1", "10", "50"})
    int events;

    private byte[][] bodies = {};
    private int turn;

    @Setup
    public void prepare() {
        bodies = Load.bodies(events);
    }

    @Benchmark
    public List<?> parse() {
        turn = (turn + 1) % bodies.length;
        return parser.parse(bodies[turn]);
    }
}
