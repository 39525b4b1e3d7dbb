"""Attacks by reading: results of long experiments, counts without an end, and a clock that is far ahead."""

import json
import threading
import time

from attacks import errors
from clients import MEMORY_MAX_MB, Sampler
from server import EVENTS, Client, Server, in_threads

START = 1_769_860_800
DAY = 86_400
EXPERIMENT_DAYS = 30
EXPERIMENTS = 4
TREATMENTS = ("a", "b", "c", "d", "e")
METRICS = ("m1", "m2", "m3")
STEP_SECONDS = 900
BATCH = 50
RESULTS_AT_ONCE = 8
# What a collection leaves of a heap of 256 MB.
HEAP_MAX_MB = 160

COUNTERS = 3
WRITERS = 2
WRITTEN_MB_PER_SECOND = 14
EVENT_BYTES = 6_000
COUNTING_SECONDS = 10
# The log starts anew after each 8 MB, give or take what comes while it does.
WAL_MAX_MB = 48
SCRAPE_MAX_SECONDS = 1
SCRAPE_PAUSE_SECONDS = 0.3

YEARS_AHEAD = 20
AHEAD_SECONDS = 4
AHEAD_CLIENTS = 3
ANSWER_MAX_SECONDS = 5


def call(client, method, path, body=None):
    answer = client.request(method, path, None if body is None else json.dumps(body))
    if answer.status != 200:
        raise RuntimeError(f"{method} {path}: {answer.status} {answer.text()[:300]}")
    return answer.json()


def create_experiments(client, names, end):
    """Each of a feature of its own, under the same name."""
    for name in names:
        call(client, "POST", "/projects/demo/features", {"name": name, "variations": [
            {"name": treatment, "value": {"stringValue": treatment}} for treatment in TREATMENTS]})
        call(client, "POST", "/projects/demo/experiments", {
            "name": name,
            "treatments": [{"name": treatment, "feature": name, "variation": treatment} for treatment in TREATMENTS],
            "metricGoals": [{"metricDefinition": {"name": metric, "entityIdKey": "id", "valueKey": metric}}
                            for metric in METRICS]})
        call(client, "POST", f"/projects/demo/experiments/{name}/start", {"analysisCompleteTime": end})


def event(kind, when, data):
    return {"timestamp": when, "type": "aws.evidently." + kind, "data": json.dumps(data)}


def samples(names, steps):
    """Of each treatment, at each step, an entity that is seen by all experiments and has a value of each metric."""
    for step in range(steps):
        when = START + step * STEP_SECONDS
        for treatment in TREATMENTS:
            entity = f"{treatment}{step}"
            for name in names:
                yield event("evaluation", when, {
                    "feature": name, "entityId": entity, "variation": treatment, "type": "EXPERIMENT_RULE_MATCH",
                    "details": {"experiment": name, "treatment": treatment}})
            yield event("custom", when + 1, {"id": entity, **{metric: step % 7 for metric in METRICS}})


def put_all(client, events):
    batch = []
    for one in events:
        batch.append(one)
        if len(batch) == BATCH:
            call(client, "POST", EVENTS, {"events": batch})
            batch = []
    if batch:
        call(client, "POST", EVENTS, {"events": batch})


def results_request(index=0):
    return {"metricNames": [METRICS[index % len(METRICS)]], "treatmentNames": TREATMENTS, "period": 300,
            "resultStats": ["BaseStat", "TreatmentEffect", "ConfidenceInterval", "PValue"],
            "reportNames": ["BayesianInference"]}


def results_faults(runtime, plant=None):
    names = [f"x{i}" for i in range(EXPERIMENTS)]
    statuses = []
    sizes = []
    faults = []

    def ask(index):
        with Client(server.port) as client:
            try:
                answer = client.request(
                    "POST", f"/projects/demo/experiments/{names[index % EXPERIMENTS]}/results",
                    json.dumps(results_request(index)))
                statuses.append(answer.status)
                sizes.append(len(answer.body))
                if answer.status not in (200, 429):
                    faults.append(answer.text()[:300])
            except OSError as e:
                faults.append(f"no answer: {e}")

    with Server(runtime, runtime.new_directory("results"), "evidently.inspection.clock=true", plant=plant) as server:
        with Client(server.port) as client:
            call(client, "PUT", "/_evidently/clock", {"time": START})
            end = START + EXPERIMENT_DAYS * DAY
            create_experiments(client, names, end)
            put_all(client, samples(names, EXPERIMENT_DAYS * DAY // STEP_SECONDS))
            call(client, "PUT", "/_evidently/clock", {"time": end})
        started = time.monotonic()
        with Sampler(server.memory_mb) as memory:
            for thread in in_threads(RESULTS_AT_ONCE, ask):
                thread.join()
        seconds = time.monotonic() - started
        if set(statuses) - {200, 429} or 200 not in statuses:
            faults.append(f"results were answered with {statuses}")
        faults += alive_faults(server)
        figures = (f"{statuses.count(200)} times 200 and {statuses.count(429)} times 429 within {seconds:.1f} s, "
                   f"up to {max(sizes, default=0) // 1024} KB each, {memory.largest:.0f} MB of memory")
        if memory.largest > MEMORY_MAX_MB:
            faults.append(f"{memory.largest:.0f} MB of memory")
        return faults, figures


def alive_faults(server):
    """Whether a server still answers, with a heap that goes back."""
    faults = errors(server)
    if faults:
        return faults
    try:
        with Client(server.port, timeout=ANSWER_MAX_SECONDS) as client:
            call(client, "POST", EVENTS, {"events": [event("custom", START, {})]})
        heap_mb = server.heap_mb()
    except (OSError, RuntimeError) as e:
        return [f"afterwards: {e}"]
    return [f"heap of {heap_mb:.0f} MB afterwards"] if heap_mb > HEAP_MAX_MB else []


def counting_faults(runtime, plant=None):
    body = json.dumps({"events": [event("custom", START, {"p": "x" * EVENT_BYTES})] * BATCH})
    stopping = threading.Event()
    acknowledged = [0] * WRITERS
    counted = [0]
    slowest_scrape = 0
    faults = []

    def write(index):
        pause = len(body) * WRITERS / (WRITTEN_MB_PER_SECOND * 1_000_000)
        due = time.monotonic()
        with Client(server.port) as client:
            while not stopping.is_set():
                answer = client.request("POST", EVENTS, body)
                if answer.status == 200:
                    acknowledged[index] += BATCH
                elif answer.status != 429:
                    faults.append(f"a write was answered with {answer.status}")
                due = max(due + pause, time.monotonic() - 1)
                stopping.wait(due - time.monotonic())

    def count(_):
        with Client(server.port) as client:
            while not stopping.is_set():
                answer = client.request("GET", "/_evidently/events/count?entityId=x")
                if answer.status not in (200, 429):
                    faults.append(f"a count was answered with {answer.status}")
                counted[0] += answer.status == 200

    with Server(runtime, runtime.new_directory("counting"), plant=plant) as server:
        threads = in_threads(WRITERS, write) + in_threads(COUNTERS, count)
        deadline = time.monotonic() + COUNTING_SECONDS
        with Sampler(lambda: server.wal.stat().st_size) as wal:
            while time.monotonic() < deadline:
                started = time.monotonic()
                server.metrics()
                slowest_scrape = max(slowest_scrape, time.monotonic() - started)
                time.sleep(SCRAPE_PAUSE_SECONDS)
        stopping.set()
        for thread in threads:
            thread.join()
        wal_mb = wal.largest / 1024 / 1024
        if wal_mb > WAL_MAX_MB:
            faults.append(f"a log of {wal_mb:.0f} MB")
        if slowest_scrape > SCRAPE_MAX_SECONDS:
            faults.append(f"a scrape took {slowest_scrape:.1f} s")
        if not counted[0]:
            faults.append("no count came to its end")
        if server.count() != sum(acknowledged):
            faults.append(f"{sum(acknowledged)} events were acknowledged and {server.count()} are stored")
        figures = (f"log of {wal_mb:.0f} of {WAL_MAX_MB} MB, scrapes within {slowest_scrape:.2f} s, {counted[0]} counts "
                   f"beside {sum(acknowledged) * EVENT_BYTES / COUNTING_SECONDS / 1e6:.0f} MB/s")
        return faults + errors(server), figures


def years_ahead_faults(runtime, plant=None):
    faults = []
    answered = [0]
    end = int(time.time()) + YEARS_AHEAD * 365 * DAY
    stopping = threading.Event()

    def use(index):
        with Client(server.port, timeout=4 * ANSWER_MAX_SECONDS) as client:
            number = 0
            while not stopping.is_set():
                number += 1
                entity = f"{index}-{number}"
                try:
                    for path, body in (
                            ("/projects/demo/evaluations/x", {"entityId": entity}),
                            (EVENTS, {"events": [event("custom", time.time(), {"id": entity, "m1": 1}),
                                                 event("custom", end - DAY, {"id": entity, "m2": 1})]})):
                        call(client, "POST", path, body)
                        answered[0] += 1
                except (OSError, RuntimeError) as e:
                    faults.append(str(e))
                    return

    with Server(runtime, runtime.new_directory("ahead"), "evidently.inspection.clock=true", plant=plant) as server:
        with Client(server.port, timeout=4 * ANSWER_MAX_SECONDS) as client:
            create_experiments(client, ["x"], int(time.time()) + EXPERIMENT_DAYS * DAY - 60)
            call(client, "PUT", "/_evidently/clock", {"time": end})
            threads = in_threads(AHEAD_CLIENTS, use)
            time.sleep(AHEAD_SECONDS)
            stopping.set()
            for thread in threads:
                thread.join()
            started = time.monotonic()
            try:
                call(client, "POST", "/projects/demo/experiments/x/results", results_request())
            except (OSError, RuntimeError) as e:
                faults.append(f"results: {e}")
            seconds = time.monotonic() - started
        if seconds > ANSWER_MAX_SECONDS:
            faults.append(f"results took {seconds:.1f} s")
        return faults + alive_faults(server), f"{answered[0]} requests answered, results after {seconds:.1f} s"


def run(report, runtime):
    faults, figures = results_faults(runtime)
    report.check(f"{RESULTS_AT_ONCE} GetExperimentResults at once, {EXPERIMENT_DAYS} days, {len(TREATMENTS)} treatments, "
                 f"{len(METRICS)} metrics ({figures})", faults)
    faults, figures = counting_faults(runtime)
    report.check(f"{COUNTERS} clients that count all the time ({figures})", faults)
    faults, figures = years_ahead_faults(runtime)
    report.check(f"a clock {YEARS_AHEAD} years ahead, with a running experiment ({figures})", faults)


def controls(report, runtime, plants):
    for name, check, faults_of in (
            ("slices of results without a bound", "GetExperimentResults at once", results_faults),
            ("no checkpoints", "clients that count all the time", counting_faults),
            ("slices of results without a bound", f"a clock {YEARS_AHEAD} years ahead", years_ahead_faults)):
        try:
            faults, _ = faults_of(runtime, plants.make(name))
        except (OSError, RuntimeError) as e:  # Such a server may not come far enough.
            faults = [repr(e)]
        report.control(name, check, faults)
