"""A disk that is full, and one whose writes, syncs or opens fail."""

import contextlib
import subprocess
import time

from ledger import Answers, Ledger, Load
from server import EVENTS, READINESS, Client, Server, as_root, await_true

SENDERS = 4
REFUSED_STATUSES = {429, 500, 503}
RECOVERY_MAX_SECONDS = 15

DISK_MB = 16
DISK_LATER_MB = 32
FULL_MAX_SECONDS = 60
FULL_DATA_SIZE = 8_000
REFUSALS_ENOUGH = 30

CALLS_WHILE_FAILING = 20
FAILING_SECONDS = 1.0
OFTEN = 0.2
SYNC = ("posix/io/sync/fsync", "posix/io/sync/fdatasync")
WRITE = ("posix/io/rw/pwrite", "posix/io/rw/pwrite64")
OPEN = ("posix/io/oc/open",)


def faults_while_refusing(server, answers):
    """What a server that cannot commit must still do right."""
    faults = list(answers.faults)
    unknown = answers.by_status.keys() - REFUSED_STATUSES - {200}
    if unknown:
        faults.append(f"refused with {sorted(unknown)}")
    if not await_true(lambda: server.status(READINESS) == 503, 5):
        faults.append(f"readiness is {server.status(READINESS)}")
    for path in ("/actuator/health/liveness", "/projects/demo", "/_evidently/events/count"):
        status = server.status(path)
        if status != 200:
            faults.append(f"{path} is {status}")
    return faults


def takes_events(server, ledger):
    with Client(server.port) as client:
        return ledger.send(client, ledger.new_call(1)).status == 200


def faults_of_recovery(server, ledger):
    started = time.monotonic()
    if not await_true(lambda: takes_events(server, ledger), RECOVERY_MAX_SECONDS):
        return [f"no events are taken {RECOVERY_MAX_SECONDS} s after the fault has gone"], 0
    faults = []
    if not await_true(lambda: server.status(READINESS) == 200, 5):
        faults.append(f"readiness is {server.status(READINESS)} after the fault has gone")
    return faults, time.monotonic() - started


@contextlib.contextmanager
def small_disk(runtime):
    """A file system in memory, so that it is as small as it must be and fills at once."""
    directory = runtime.new_directory("disk")
    as_root("mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=0777", "tmpfs", str(directory))
    try:
        yield directory
    finally:
        as_root("umount", str(directory))


def fill(server, ledger):
    answers = Answers()
    load = Load(server, ledger, SENDERS, FULL_DATA_SIZE, answered=answers.add)
    is_full = await_true(lambda: answers.refused() >= REFUSALS_ENOUGH, FULL_MAX_SECONDS)
    load.stop()
    return answers, [] if is_full else [f"the disk did not fill: {answers}"]


def full(report, runtime, plant=None):
    ledger = Ledger()
    with small_disk(runtime) as disk:
        directory = disk / "data"
        with Server(runtime, directory, plant=plant) as server:
            answers, faults = fill(server, ledger)
            faults += faults_while_refusing(server, answers)
            report.check(
                f"disk full: it refuses in the shape of AWS, is not ready, and reads go on ({answers})", faults)
            faults = ledger.compare(server) + ledger.stored_though_refused()
            report.check(f"disk full: all that was acknowledged is there ({len(ledger.acknowledged)} events)", faults)

            as_root("mount", "-o", f"remount,size={DISK_LATER_MB}m", str(disk))
            faults, seconds = faults_of_recovery(server, ledger)
            with Client(server.port) as client:
                faults += ledger.repeat_refused(client)
            faults += ledger.compare(server) + ledger.stored_though_refused() + ledger.accounts(server)
            report.check(
                f"disk full: with room again it goes on by itself ({seconds:.1f} s) and accounts for all", faults)

            answers, faults = fill(server, ledger)
            server.kill()
        with Server(runtime, directory, ready=False) as server:
            # Whether it starts on a full disk is not promised; that it says why is.
            if server.await_end() is None:
                said = "it starts"
                faults += ledger.compare(server)
            else:
                said = "it says why not"
                if "\tat " in server.output() or "cannot be opened" not in server.output():
                    faults.append(server.output()[-500:])
        report.check(f"disk full: after a SIGKILL {said}", faults)
        as_root("mount", "-o", f"remount,size={2 * DISK_LATER_MB}m", str(disk))
        with Server(runtime, directory) as server, Client(server.port) as client:
            report.check(
                "disk full: after that and with room again nothing is lost or doubled",
                ledger.compare(server) + ledger.repeat_unanswered(client) + ledger.repeat_refused(client)
                + ledger.compare(server, whole=True))


class Faults:
    """Failure points of libfiu in a running server."""

    def __init__(self, server, pipe):
        self.server = server
        self.pipe = pipe

    def control(self, *commands):
        arguments = [argument for command in commands for argument in ("-c", command)]
        subprocess.run(
            ["fiu-ctrl", "-f", self.pipe, *arguments, str(self.server.pid)], check=True, timeout=20,
            stdout=subprocess.DEVNULL)

    def enable(self, points, probability=1):
        self.control(*(f"enable name={point}" if probability == 1
                       else f"enable_random name={point},probability={probability}" for point in points))

    def disable(self, points):
        self.control(*(f"disable name={point}" for point in points))

    def injected(self):
        return self.server.metrics().get("evidently_commit_failures_total", 0)


def fail_always(server, ledger, faults_of, points):
    """From one moment to another every such call fails. Returns the faults and what was seen."""
    failures = faults_of.injected()
    answers = Answers()
    load = Load(server, ledger, SENDERS, answered=answers.add)
    time.sleep(0.2)
    faults_of.enable(points)
    load.run_for(FAILING_SECONDS)
    seen = Answers()
    with Client(server.port) as client:
        for _ in range(CALLS_WHILE_FAILING):
            seen.add(ledger.send(client, ledger.new_call(1)))
    faults = answers.faults + faults_while_refusing(server, seen)
    if 200 in seen.by_status:
        faults.append(f"{seen.by_status[200]} calls were acknowledged")
    failures = faults_of.injected() - failures
    if failures <= 0:
        faults.append("no commit failed: the fault was not injected")
    faults_of.disable(points)
    recovery, seconds = faults_of_recovery(server, ledger)
    faults += recovery + ledger.compare(server) + ledger.stored_though_refused()
    return faults, f"{failures:.0f} commits failed, {seconds:.1f} s to recover"


def fail_often(server, ledger, faults_of, points):
    failures = faults_of.injected()
    answers = Answers()
    faults_of.enable(points, OFTEN)
    Load(server, ledger, SENDERS, answered=answers.add).run_for(2 * FAILING_SECONDS)
    failures = faults_of.injected() - failures
    faults_of.disable(points)
    faults, _ = faults_of_recovery(server, ledger)
    faults += answers.faults + ledger.compare(server) + ledger.stored_though_refused()
    if failures <= 0 or 200 not in answers.by_status:
        faults.append("either none or all failed")
    return faults, f"{failures:.0f} commits failed, {answers}"


def fail_to_open(server, ledger, faults_of):
    """After a failed sync the server opens the database again; as long as that fails, nothing may be acknowledged."""
    faults_of.enable(SYNC + OPEN)
    seen = Answers()
    with Client(server.port) as client:
        seen.add(client.request("POST", EVENTS, ledger.new_call(1).body()))
        ledger.entries_answered += 1
        faults_of.disable(SYNC)
        for _ in range(CALLS_WHILE_FAILING):
            seen.add(ledger.send(client, ledger.new_call(1)))
    faults = faults_while_refusing(server, seen)
    if 200 in seen.by_status:
        faults.append(f"{seen.by_status[200]} calls were acknowledged")
    faults_of.disable(OPEN)
    recovery, seconds = faults_of_recovery(server, ledger)
    faults += recovery + ledger.compare(server) + ledger.stored_though_refused()
    return faults, f"{seconds:.1f} s to recover"


def failing(report, runtime, plant=None):
    ledger = Ledger()
    directory = runtime.new_directory("failing")
    pipe = str(runtime.new_directory("fiu") / "control")
    wrapper = ["fiu-run", "-x", "-f", pipe]
    with Server(runtime, directory, wrapper=wrapper, plant=plant) as server:
        faults_of = Faults(server, pipe)
        for name, points in (("sync", SYNC), ("write", WRITE)):
            faults, figures = fail_always(server, ledger, faults_of, points)
            report.check(f"each {name} fails: nothing is acknowledged, and it recovers by itself ({figures})", faults)
            faults, figures = fail_often(server, ledger, faults_of, points)
            report.check(f"one {name} in five fails: nothing is lost or doubled ({figures})", faults)
        faults, figures = fail_to_open(server, ledger, faults_of)
        report.check(f"after a failed sync each open fails: nothing is acknowledged ({figures})", faults)
        report.check("failing disk: the counters account for all", ledger.accounts(server))
        faults_of.enable(SYNC)
        Load(server, ledger, SENDERS).run_for(FAILING_SECONDS / 2)
        server.kill()
    with Server(runtime, directory) as server, Client(server.port) as client:
        faults = ledger.compare(server)
        back = len(ledger.refused & ledger.stored.keys())
        faults += ledger.repeat_unanswered(client) + ledger.repeat_refused(client) + ledger.repeat_answered(client)
        faults += ledger.compare(server, whole=True)
        report.check(
            f"SIGKILL while syncs fail: nothing is lost or doubled ({back} refused events were on disk after all)",
            faults)


def controls(report, runtime, plants):
    name = "failed commits acknowledged"
    for group in (full, failing):
        report.control_of(name, lambda scratch, group=group: group(scratch, runtime, plants.make(name)))
