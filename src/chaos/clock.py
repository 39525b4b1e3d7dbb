"""A wall clock that is set while the server takes events."""

import glob
import time

from ledger import BATCH_MAX, Ledger, Load, read_events
from server import Client, Server

LIBRARIES = "/usr/lib/*/faketime/libfaketimeMT.so.1"
SENDERS = 4
CACHE_SECONDS = 1
BEFORE_JUMP_SECONDS = 0.3
JUMP_TOLERANCE_SECONDS = 60
JUMPS = (("an hour back", -3_600), ("a day forward", 86_400), ("two days back", -86_400))


class Clock:
    """The wall clock of a server, as a file says it; the monotonic one goes on."""

    def __init__(self, runtime):
        libraries = glob.glob(LIBRARIES)
        if not libraries:
            raise RuntimeError(f"there is no {LIBRARIES}: install libfaketime")
        self.file = runtime.new_directory("clock") / "offset"
        self.set(0)
        self.environment = {
            "LD_PRELOAD": libraries[0], "FAKETIME_TIMESTAMP_FILE": str(self.file),
            # Without a cache each look at a clock reads the file, and a start takes half a minute.
            "FAKETIME_CACHE_DURATION": str(CACHE_SECONDS), "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1"}

    def set(self, offset_seconds):
        # Renamed into its place: half a line must not be read.
        fresh = self.file.with_name("fresh")
        fresh.write_text(f"{offset_seconds:+d}\n")
        fresh.rename(self.file)


def last_received(server, ledger):
    return max(event["receivedTime"] for event in read_events(server, ledger.last_sequence - 1))


def repeat(server, ledger, calls):
    """Repeats calls of all earlier phases; each must be known."""
    ledger.answered_calls = list(calls)
    with Client(server.port) as client:
        return ledger.repeat_answered(client)


def run(report, runtime):
    clock = Clock(runtime)
    ledger = Ledger()
    calls = []
    directory = runtime.new_directory("clock-store")
    with Server(runtime, directory, environment=clock.environment) as server:
        for name, offset in (("not set", 0), *JUMPS):
            load = Load(server, ledger, SENDERS)
            time.sleep(BEFORE_JUMP_SECONDS)
            clock.set(offset)  # Noticed while it takes events.
            load.run_for(CACHE_SECONDS + BEFORE_JUMP_SECONDS)
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
