"""The system calls of the server: the write-ahead log is synced between the reading of a request and its answer."""

import re
import signal
import subprocess
import time

from ledger import Ledger
from server import Client, Server, await_true

REQUESTS = 50
PAUSE_SECONDS = 0.04
STRACE_MAX_SECONDS = 30
CALLS = "read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg,fsync,fdatasync"
SYNCS = ("fsync", "fdatasync")

# pid, time, call, what it was called with; its result may come in a later line, with others between.
STARTED = re.compile(r"^(\d+)\s+(\d+\.\d+) (\w+)\((.*)$")
RESUMED = re.compile(r"^(\d+)\s+(\d+\.\d+) <\.\.\. (\w+) resumed>(.*)$")
RESULT = re.compile(r"\) += (-?\d+)")


def parse(lines):
    """Yields (call, arguments, position of its start, position of its end, result), in the order of their ends."""
    open_calls = {}
    for position, line in enumerate(lines):
        started, resumed = STARTED.match(line), RESUMED.match(line)
        if started:
            pid, _, name, rest = started.groups()
            if rest.endswith("<unfinished ...>"):
                open_calls[pid] = name, rest, position
                continue
            arguments, begin, end = rest, position, rest
        elif resumed:
            pid, _, name, end = resumed.groups()
            if pid not in open_calls:
                continue
            _, arguments, begin = open_calls.pop(pid)
        else:
            continue
        results = RESULT.findall(end)
        if results:
            yield name, arguments, begin, position, int(results[-1])


def unsynced(lines, port, log):
    """Of the exchanges on the connections to a port, how many there were and which had no sync of the log between."""
    exchanges = faults = 0
    read_at = None
    syncs = []
    for name, arguments, begin, end, result in parse(lines):
        descriptor = arguments.split(",", 1)[0].split(")", 1)[0]
        if name in SYNCS:
            if f"<{log}" in descriptor and result == 0:
                syncs.append((begin, end))
        elif f":{port}->" in descriptor and result > 0:
            if name.startswith(("read", "recv")):
                if read_at is None:
                    read_at = end
            elif read_at is not None:
                # It counts when it began after the request had been read and was over before the answer began.
                exchanges += 1
                if not any(read_at < since and until < begin for since, until in syncs):
                    faults += 1
                read_at = None
                syncs.clear()
    return exchanges, faults


def trace(runtime, plant=None):
    """The faults of single requests, one at a time on one connection."""
    ledger = Ledger()
    with Server(runtime, runtime.new_directory("sync"), plant=plant) as server, Client(server.port) as client:
        for _ in range(5):
            ledger.send(client, ledger.new_call(1))
        output = runtime.new_directory("strace") / "calls"
        messages = output.with_name("messages")
        with open(messages, "w") as log:
            tracer = subprocess.Popen(
                ["strace", "-f", "-yy", "-ttt", "-s", "16", "-e", f"trace={CALLS}", "-e", "signal=none", "-o",
                 output, "-p", str(server.pid)], stderr=log)
        try:
            if not await_true(lambda: "attached" in messages.read_text(), STRACE_MAX_SECONDS):
                return 0, ["strace could not attach: " + messages.read_text()]
            for _ in range(REQUESTS):
                answer = ledger.send(client, ledger.new_call(1))
                if answer.status != 200:
                    return 0, [f"a request was answered with {answer.status}"]
                # So that a sync that comes too late is not taken for that of the next request.
                time.sleep(PAUSE_SECONDS)
        finally:
            tracer.send_signal(signal.SIGINT)
            tracer.wait(STRACE_MAX_SECONDS)
        exchanges, unsynced_count = unsynced(output.read_text(errors="replace").splitlines(), server.port, server.wal)
        faults = ledger.compare(server)
    if exchanges != REQUESTS:
        faults.append(f"{exchanges} exchanges were seen, {REQUESTS} were made")
    return unsynced_count, faults


def run(report, runtime, plants):
    count, faults = trace(runtime)
    if count:
        faults.append(f"{count} of {REQUESTS} answers left before the log was synced")
    report.check(f"the log is synced before each of {REQUESTS} answers, as strace sees it", faults)
    control(report, runtime, plants, "no sync")


def controls(report, runtime, plants):
    control(report, runtime, plants, "answer before the commit")


def control(report, runtime, plants, name):
    count, faults = trace(runtime, plants.make(name))
    if faults:
        report.check(f"control: with '{name}' planted, requests can be traced", faults)
    else:
        report.control(
            name, "the log is synced before each answer", [f"{count} of {REQUESTS} answers"] if count else [])
