"""What is measured, and with how much of everything."""

import pathlib

from report import Failure

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "src/bench"
OUTPUT = ROOT / "target/bench"
JAR = ROOT / "target/evidently-emulator.jar"
CLASSES = ROOT / "target/test-classes"

PROJECT_PATH = "/events/projects/demo"
CONNECTIONS = 32
IDLE_SECONDS = 5
SLICE_SECONDS = 2
SLICE_PAUSE_SECONDS = 0.5

OPEN_LOOP_REQUESTS_PER_SECOND = 1000
OPEN_LOOP_EVENTS = 50

GROWTH_EVENTS = (1_000_000, 10_000_000, 30_000_000)
# Some 330 bytes are stored for an event, and the rounds add theirs.
GROWTH_DISK_BYTES = 30 * 10**9

MEASUREMENTS = (
    "durable-50", "no-op-50", "open-loop", "durable-10", "no-op-10", "durable-1", "no-op-1", "durable-1-ids",
    "access-none-50", "access-verified-50", "evaluate-empty", "evaluate-1", "evaluate-500",
    "kinesalite-50", "kinesalite-100", "kinesalite-500", "elasticmq-json-10", "elasticmq-query-10",
    "append-and-sync", "results", "results-open-0", "results-open-20", "start-evidently", "start-evidently-c1", "start-elasticmq", "growth",
)
# What the JVM is told: nothing, or to compile quickly instead of well.
STARTS = {"start-evidently": "", "start-evidently-c1": "-XX:TieredStopAtLevel=1"}
# What is compared is measured in turn by slices.
TOGETHER = (("durable-50", "no-op-50"), ("durable-10", "no-op-10"), ("durable-1", "no-op-1", "durable-1-ids"))
ACCESS = ("access-none-50", "access-verified-50")
EVALUATE = ("evaluate-empty", "evaluate-1", "evaluate-500")
EVALUATE_FEATURES = 500
EVALUATE_SEGMENTS = 6
RESULTS_EXPERIMENTS = 20
RESULTS_OPEN = ("results-open-0", f"results-open-{RESULTS_EXPERIMENTS}")
RESULTS_EVENTS = 30_000_000
RESULTS_EVENTS_QUICK = 50_000
# Events of the load, which is sent again and again, and how many there are for each entity.
RESULTS_LOAD = 400_000
RESULTS_LOAD_OPEN = 25_000
RESULTS_EVENTS_OF_ENTITY = 8
RESULTS_HEAP = "-Xmx200m"
RESULTS_START = 1_769_860_800
PEERS = ("kinesalite-50", "kinesalite-100", "kinesalite-500", "elasticmq-json-10", "elasticmq-query-10")


def select(only, quick):
    if only:
        wanted = only.split(",")
        for prefix in wanted:
            if not any(matches(name, prefix) for name in MEASUREMENTS):
                raise Failure(f"nothing is called {prefix}; there are {', '.join(MEASUREMENTS)}")
        return [name for name in MEASUREMENTS if any(matches(name, prefix) for prefix in wanted)]
    return [name for name in MEASUREMENTS if not (quick and name == "growth")]


def matches(name, prefix):
    return name == prefix or name.startswith(prefix + "-")
