"""SIGKILL at random moments."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from ledger import BATCH_MAX, Ledger, Load
from server import Client, Server, await_true

SENDERS = 8
ANSWERS_MAX = 200
RESET_MAX_SECONDS = 0.06
FIRST_FILES_MAX_SECONDS = 0.3
CHECKPOINT_DATA_SIZE = 8_000
CHECKPOINT_LOG_BYTES = 8 * 1024 * 1024  # After so much the server makes one.
PLANTED_ROUNDS_MAX = 4


class Rounds:
    """Starts a server, compares, kills it in one of several ways, and so on; one store and one ledger for all."""

    def __init__(self, runtime, seed, plant=None):
        self.runtime = runtime
        self.seed = seed
        self.plant = plant
        self.directory = runtime.new_directory("kills")
        self.ledger = Ledger()
        self.start_seconds = 2.0
        self.random = None
        self.faults = {}
        self.counts = {}
        self.was_reset = None
        self.resets = 0
        self.checkpoints = 0

    def run(self, kinds, rounds, until_fault=False):
        before = None
        for number in range(rounds):
            kind = kinds[number % len(kinds)]
            name = kind.__name__
            self.random = random.Random(f"{self.seed}/{number}")
            self.counts[name] = self.counts.get(name, 0) + 1
            if kind in WITHOUT_SERVER:
                self.note(name, number, kind(self))
                if kind is Rounds.while_starting:
                    before = name
                continue
            with self.start() as server:
                if before is not None:
                    self.note(before, number - 1, self.settle(server))
                    if until_fault and self.faults[before]:
                        return
                before = name
                self.note(name, number, kind(self, server))
        with self.start() as server:
            self.note(before, rounds - 1, self.settle(server) + self.ledger.compare(server, whole=True))
            server.stop()

    def note(self, kind, number, faults):
        self.faults.setdefault(kind, []).extend(f"round {number}: {fault}" for fault in faults)

    def start(self, ready=True):
        server = Server(self.runtime, self.directory, plant=self.plant, ready=ready)
        if ready:
            self.start_seconds = server.start_seconds
        return server

    def settle(self, server):
        if self.was_reset is None:
            return self.ledger.settle(server)
        faults, made = self.ledger.compare_after_reset(server, *self.was_reset)
        self.was_reset = None
        if made:
            self.resets += 1
            self.ledger.has_been_reset = True
        return faults + self.ledger.settle(server)

    def under_load(self, server):
        """At the moment of an answer, when a promise that was made too early has not been kept yet."""
        self.kill_after_answers(server, 1 + self.random.randrange(ANSWERS_MAX), 0)
        return []

    def in_checkpoint(self, server):
        """Under so much data that checkpoints are made all the time."""
        modified = server.database.stat().st_mtime_ns
        calls = CHECKPOINT_LOG_BYTES // (CHECKPOINT_DATA_SIZE * BATCH_MAX)
        self.kill_after_answers(
            server, self.random.randrange(calls, 3 * calls), CHECKPOINT_DATA_SIZE, batches=(BATCH_MAX,))
        if server.database.stat().st_mtime_ns != modified:
            self.checkpoints += 1
        return []

    def kill_after_answers(self, server, answers, data_size, **options):
        lock = threading.Lock()
        left = [answers]

        def answered(_):
            with lock:
                left[0] -= 1
                if left[0] == 0:
                    server.process.kill()

        Load(server, self.ledger, SENDERS, data_size, answered=answered, **options).join()
        server.kill()

    def while_starting(self):
        """Before, while or after it opens a store that the last kill has left."""
        with self.start(ready=False) as starting:
            time.sleep(self.random.uniform(0, self.start_seconds * 1.2))
            starting.kill()
        return []

    def while_resetting(self, server):
        with Client(server.port) as client:
            for _ in range(4):
                self.ledger.send(client, self.ledger.new_call(BATCH_MAX))
        faults = self.ledger.compare(server)
        before = set(self.ledger.acknowledged)
        answered = []
        load = Load(server, self.ledger, SENDERS)
        time.sleep(self.random.uniform(0, 0.05))

        def reset():
            try:
                with Client(server.port) as client:
                    if client.request("POST", "/_evidently/reset").status == 200:
                        answered.append(self.ledger.last_number)
            except OSError:
                pass  # The server was killed first.

        thread = threading.Thread(target=reset)
        thread.start()
        time.sleep(self.random.uniform(0, RESET_MAX_SECONDS))
        server.kill()
        load.join()
        thread.join()
        self.was_reset = before, answered[0] if answered else None
        return faults

    def on_first_start(self):
        """While it makes the database: the next start must succeed and have the project."""
        directory = self.runtime.new_directory("first")
        with Server(self.runtime, directory, plant=self.plant, ready=False) as starting:
            # Half of them anywhere, half of them when there is something to break.
            if self.random.random() < 0.5:
                time.sleep(self.random.uniform(0, self.start_seconds))
            else:
                await_true(lambda: any(directory.iterdir()) or starting.process.poll() is not None, 60)
                time.sleep(self.random.uniform(0, FIRST_FILES_MAX_SECONDS))
        ledger = Ledger()
        try:
            with Server(self.runtime, directory, plant=self.plant) as second, Client(second.port) as client:
                ledger.send(client, ledger.new_call(BATCH_MAX))
                return ledger.settle(second)
        except RuntimeError as e:
            return [str(e)]


WITHOUT_SERVER = (Rounds.while_starting, Rounds.on_first_start)
NAMES = {
    "under_load": "kill under load",
    "while_starting": "kill while it starts on what a kill has left",
    "while_resetting": "kill while it resets",
    "in_checkpoint": "kill in a checkpoint",
    "on_first_start": "kill while it makes the database",
}
ORDER = [Rounds.under_load, Rounds.while_starting, Rounds.while_resetting, Rounds.in_checkpoint, Rounds.under_load,
         Rounds.on_first_start, Rounds.under_load]


def run(report, runtime, rounds, seed):
    # Side by side, as a server that starts keeps one processor busy.
    shares = [rounds // 2, rounds - rounds // 2]
    lanes = [Rounds(runtime, f"{seed}/{lane}") for lane in range(len(shares))]
    with ThreadPoolExecutor(len(lanes)) as pool:
        # The second begins in the middle, so that few rounds have all kinds too.
        orders = [ORDER, ORDER[3:] + ORDER[:3]]
        list(pool.map(lambda lane, order, share: lane.run(order, share), lanes, orders, shares))
    for kind, name in NAMES.items():
        count = sum(lane.counts.get(kind, 0) for lane in lanes)
        figures = f"{count} rounds"
        if kind == "while_resetting":
            figures += f", {sum(lane.resets for lane in lanes)} resets made"
        if kind == "in_checkpoint":
            figures += f", {sum(lane.checkpoints for lane in lanes)} with a checkpoint"
        faults = [fault for lane in lanes for fault in lane.faults.get(kind, [])]
        report.check(f"{name}: nothing lost or doubled ({figures})", faults if count else ["no rounds"])
    sent = sum(lane.ledger.last_number for lane in lanes)
    report.check(f"the kills had something to lose ({sent} events sent)",
                 [] if sent > 20 * rounds else ["too few events"])


def controls(report, runtime, seed, plants):
    for name in ("answer before the commit", "retries forgotten"):
        kills = Rounds(runtime, seed, plants.make(name))
        kills.run([Rounds.under_load], PLANTED_ROUNDS_MAX, until_fault=True)
        report.control(name, "kill under load", kills.faults["under_load"])
