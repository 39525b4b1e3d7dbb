"""A wall clock that is set while the server takes events."""

import pathlib
import subprocess
import sys
import time

from ledger import BATCH_MAX, Ledger, Load, read_events
from server import Client, Server

SOURCE = pathlib.Path(__file__).with_name("clock_shift.c")
SENDERS = 4
PHASE_SECONDS = 0.5
JUMP_TOLERANCE_SECONDS = 60
RETENTION_SECONDS = 15
JUMPS = (("an hour back", -3_600), ("a day forward", 86_400), ("two days back", -86_400))


class Clock:
    """The wall clock of a server, which this process shifts; the monotonic one goes on.

    Debian's libfaketime can do that too, but a start under it takes ten times as long.
    """

    def __init__(self, runtime):
        directory = runtime.new_directory("clock")
        library = directory / "clock_shift.so"
        done = subprocess.run(
            ["gcc", "-Wall", "-Wextra", "-O2", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"],
            capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{SOURCE.name} does not compile: {done.stderr}")
        self.file = directory / "shift"
        self.file.write_bytes(bytes(8))
        self.environment = {"LD_PRELOAD": str(library), "CLOCK_SHIFT_FILE": str(self.file)}

    def set(self, shift_seconds):
        with open(self.file, "r+b") as shift:
            shift.write(shift_seconds.to_bytes(8, sys.byteorder, signed=True))


def last_received(server, ledger):
    return max(event["receivedTime"] for event in read_events(server, ledger.last_sequence - 1))


def repeat(server, ledger, calls):
    """Repeats calls of all earlier phases; each must be known."""
    ledger.answered_calls = list(calls)
    with Client(server.port) as client:
        return ledger.repeat_answered(client)


def retention(report, runtime, clock):
    """A clock that is ahead for a moment must not delete for good what is younger than its age."""
    ledger = Ledger()
    directory = runtime.new_directory("retention-store")
    clock.set(0)
    for name in ("under a running server", "at a start"):
        with Server(runtime, directory, "evidently.event.retention=1h", environment=clock.environment) as server:
            with Client(server.port) as client:
                ledger.send(client, ledger.new_call(BATCH_MAX))
            clock.set(86_400)
            time.sleep(RETENTION_SECONDS)
            faults = ledger.compare(server, whole=True)
            if name == "under a running server":
                clock.set(0)
                if "The clock jumped ahead" not in server.output():
                    faults.append("the jump is not logged")
            report.check(f"clock a day ahead for {RETENTION_SECONDS} s {name}, retention 1 h: nothing is removed", faults)
            server.kill()
        clock.set(86_400)
    clock.set(0)


def run(report, runtime):
    clock = Clock(runtime)
    retention(report, runtime, clock)
    ledger = Ledger()
    calls = []
    directory = runtime.new_directory("clock-store")
    with Server(runtime, directory, environment=clock.environment) as server:
        for name, offset in (("not set", 0), *JUMPS):
            load = Load(server, ledger, SENDERS)
            time.sleep(PHASE_SECONDS)
            clock.set(offset)  # While it takes events.
            load.run_for(PHASE_SECONDS)
            with Client(server.port) as client:
                calls.append(ledger.new_call(BATCH_MAX))
                ledger.send(client, calls[-1])
            faults = repeat(server, ledger, calls) + ledger.compare(server)
            seen = last_received(server, ledger) - time.time()
            if abs(seen - offset) > JUMP_TOLERANCE_SECONDS:
                faults.append(f"the server's clock is {seen:.0f} s from ours, it was to be {offset}")
            report.check(f"clock {name}: order and retries stay, nothing is lost or doubled", faults)
        report.check("clock: the counters account for all", ledger.accounts(server))
        server.kill()
    with Server(runtime, directory, environment=clock.environment) as server:
        report.check("clock: after a SIGKILL the retries of all phases are known",
                     repeat(server, ledger, calls) + ledger.compare(server, whole=True))
