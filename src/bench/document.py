"""docs/benchmarks.md, from the results of a run."""

from goals import goals, median, verdict
from measurements import (
    EVALUATE, IDLE_SECONDS, MEASUREMENTS, PEERS, RESULTS_EVENTS, RESULTS_OPEN, SLICE_PAUSE_SECONDS, SLICE_SECONDS)


def table(head, rows):
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join(lines + [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows])


def document(results):
    settings = results["settings"]
    rounds = results["rounds"]

    def rows(key, shown, names=MEASUREMENTS):
        return [
            [name, *(shown.format(found[name][key]) for found in rounds), shown.format(median(results, name, key))]
            for name in names if key in rounds[0].get(name, {})]

    head = ["", *(f"round {number}" for number in range(1, len(rounds) + 1)), "median"]
    latencies = [
        [name, "{:.1f}".format(median(results, name, "p50Ms")), "{:.1f}".format(median(results, name, "p99Ms"))]
        for name in MEASUREMENTS
        if "p99Ms" in rounds[0].get(name, {}) and name not in ("open-loop", *RESULTS_OPEN)]
    costs = [
        [name, f"{median(results, name, 'cpuMicros'):.0f}",
         f"{median(results, name, 'requestsPerCommit'):.1f}" if name.startswith("durable") else "",
         f"{median(results, name, 'idleShare'):.0%}"] for name in MEASUREMENTS if "cpuMicros" in rounds[0].get(name, {})]
    grown = [
        [f"{entry['stored']:,}", f"{entry['eventsPerSecond']:,.0f}", f"{entry['commitSeconds'] / entry['commits'] * 1e3:.2f}",
         f"{entry['p50Ms']:.1f}", f"{entry['p99Ms']:.1f}"] for entry in results["growth"]]
    final = max(results["growth"], key=lambda entry: entry["stored"], default={})
    memory = [
        [name, *(f"{found[name]['peakRssMb']:.0f}" for found in rounds), f"{median(results, name, 'peakRssMb'):.0f}"]
        for name in ("durable-memory", "no-op-memory", *PEERS) if "peakRssMb" in rounds[0].get(name, {})]
    open_loop = [
        [name, number, *(shown.format(found[name][key]) for key, shown in (
            ("eventsPerSecond", "{:,.0f}"), ("p50Ms", "{:.1f}"), ("p99Ms", "{:.1f}"), ("p999Ms", "{:.1f}"),
            ("maxMs", "{:.1f}"), ("late", "{:,}")))]
        for name in ("open-loop", *RESULTS_OPEN) for number, found in enumerate(rounds, 1) if name in found]
    answers = [
        [number, *(shown.format(found["results"][key]) for key, shown in (
            ("events", "{:,}"), ("eventsPerSecond", "{:,.0f}"), ("firstMs", "{:.0f}"), ("p50Ms", "{:.1f}"),
            ("maxMs", "{:.1f}"), ("peakRssMb", "{:.0f}")))]
        for number, found in enumerate(rounds, 1) if "results" in found]
    commands = "\n".join(f"# {name}\n{command}" for name, command in results["commands"].items())
    return f"""# Benchmarks

Written by `src/bench/run`; run it for the figures of your machine. Compare ratios, not figures: the load generator runs on
the same cores as the server.

## Goals

{table(["goal", "measured", ""], [
    [goal["goal"], goal["figure"] or "", f"**{verdict(goal['met'])}**"] for goal in goals(results)])}

A ratio is that of two medians of one run. The server has a heap of 256 MB wherever it is under load.

## What is compared

- `durable-N`: the server as the image runs it, N events of some 250 bytes per request, each answered when it is on disk,
  synced. `-ids`: each call with the invocation id of an AWS SDK, so that the server remembers it too.
- `no-op-N`: the same server and options, its event store replaced by one that forgets: what HTTP, JSON and validation
  allow. Its class path ends with one folder more and its main class is another; the AOT cache is the same. So it is with the
  server of `evaluate-N`.
- `access-none-50`, `access-verified-50`: the server under a load of signed requests, which it does not look at and which it
  verifies.
- `evaluate-1`, `evaluate-500`: EvaluateFeature in a project of that many features, each with a running launch of 6 segment
  overrides and a running experiment. `evaluate-empty`: an annotated method of the same server that is sent the same, reads
  nothing and answers as much. It is found as Spring MVC finds such methods; EvaluateFeature has a shorter way (ADR 25).
- `results`: 20 running experiments of 3 metrics with a pattern each, in one project, and at least {RESULTS_EVENTS // 10**6} million events, with a
  heap of 200 MB; events/s is how fast a server counts them that has lost its tallies, from the start of its process.
- `results-open-20`, `results-open-0`: the same events at a fixed rate, with these experiments and without any, heap of 200 MB.
- `append-and-sync`: the bytes of 1,000 events appended to a file and synced, again and again: what the disk allows.
- `kinesalite-N`: PutRecords with N records; 500 is its maximum. In memory, default heap of Node.js, one shard.
- `elasticmq-…-10`: SendMessageBatch with 10 messages, its maximum, in either protocol. In memory, default heap of Java (a
  quarter of the machine's memory).

Peers do less for an event: they check no JSON inside it and sync nothing. The texts that they are sent are those of the
events.

## How

{settings["rounds"]} rounds; in each all take turns. Servers are started anew in every round, on an empty store, and warmed
up for {settings["warmUpSeconds"]} s with 50 events per request or their own load, and for
{settings["warmUpAgainSeconds"]} s with each further load. A measurement takes {settings["seconds"]} s with
{settings["connections"]} connections, each of which sends the next request after the last answer. What is compared with each
other is measured in slices of {SLICE_SECONDS} s, in turn, with a pause of {SLICE_PAUSE_SECONDS} s before each: the machine is
not as fast in one minute as in the next. An answer that is not a success fails the run, and so does a server that accepted
fewer events than wrk had answers for.

## Events per second

{table(head, rows("eventsPerSecond", "{:,.0f}", [
    name for name in MEASUREMENTS if name not in ("open-loop", "results", *RESULTS_OPEN)]))}

Latency under that load, medians, in ms:

{table(["", "p50", "p99"], latencies)}

What a request takes under that load, medians: the server's time of a processor, and the requests that share a commit and
its sync. Idle is the time in which a processor had nothing to do: all {settings["connections"]} connections waited for an
answer, and those for the disk.

{table(["", "µs of CPU", "requests per commit", "idle"], costs)}

Requests per second of evaluations:

{table(head, rows("requestsPerSecond", "{:,.0f}", EVALUATE))}

## At a fixed rate

1,000 requests/s of 50 events, for {settings["openLoopSeconds"]} s in each round, against `durable` and those of `results`. A latency begins when
the request was due, not when it was sent. Late are those that were sent more than 1 ms after that, because none of the 64
connections was free, or no core.

{table(["", "round", "events/s", "p50 ms", "p99 ms", "p99.9 ms", "max ms", "late"], open_loop)}

## Results

Answers of GetExperimentResults after a restart: the first one, and 100 later ones.

{table(["round", "events stored", "counted events/s", "first ms", "p50 ms", "max ms", "peak RSS MB"], answers)}

## With events stored

`durable` with 50 per request: the server of a store that was filled in turn with that of a new one, which has only what it
was warmed up with. For each measurement both were started anew and warmed up.

{table(["stored before", "events/s", "mean commit ms", "p50 ms", "p99 ms"], grown)}

At the end the filled database had {final.get("databaseMb", 0):,.0f} MB, and its server had used {final.get("peakRssMb", 0):,.0f} MB of RSS at most.

## Start and memory

Seconds from the start of the process until the server is ready, or ElasticMQ accepts a connection:

{table(head, rows("startSeconds", "{:.2f}"))}

RSS {IDLE_SECONDS} s after that, in MB, with the JVM's default heap:

{table(head, rows("idleRssMb", "{:.0f}"))}

Peak RSS under load, in MB:

{table(head, memory)}

## The machine

{table(["", ""], [*results["machine"].items(), *results["versions"].items()])}

## The commands

`DIR` is made by `docker/build-runtime target/evidently-emulator.jar DIR`; `WORK` is an empty folder.

```
{commands}
```
"""
