"""Three nodes on one PostgreSQL, and everything between and below them broken in turn.

Clients go on at another node with the same invocation id. What was acknowledged is stored, once, under one sequence without
gaps, and a reader that polls all the time sees it in that order.
"""

import itertools
import random
import signal
import threading
import time

import order
from ledger import Ledger
from network import Network
from postgresql import Database, unpack, url
from server import Client, READINESS, Server, as_root, await_true, in_threads

NODES = 3
SENDERS = 6
BATCHES = (1, 50)
CALL_MAX_SECONDS = 60
PAUSE_SECONDS = 0.05
READ_PAUSE_SECONDS = 0.02
READY_MAX_SECONDS = 45
REFUSED_MAX_SECONDS = 15
CUT_MAX_SECONDS = 3
STOPPED_MAX_SECONDS = 4
LOAD_SECONDS = 0.7
FULL_MB = 260
FULL_DATA_SIZE = 20_000
FULL_MAX_SECONDS = 90
REFUSALS_ENOUGH = 20


class Nodes:
    """Servers on one database, which clients reach whatever has become of some of them."""

    def __init__(self, runtime, ports, plant=None):
        self.runtime = runtime
        self.plant = plant
        # Each node has a way of its own to the database.
        self.properties = [
            (f"evidently.store.url={url(*port)}", "evidently.store.username=evidently", "evidently.store.password=evidently")
            for port in ports]
        self.servers = [None] * len(ports)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for server in self.servers:
            if server is not None:
                server.process.send_signal(signal.SIGCONT)
                server.kill()

    def start(self, *indexes):
        """Starts all that do not run, or these, at the same time."""
        started = [index for index in indexes or range(len(self.servers)) if not self.runs(index)]
        for index in started:
            self.servers[index] = Server(
                self.runtime, self.runtime.new_directory(f"node-{index}"), *self.properties[index], plant=self.plant,
                ready=False)
        for index in started:
            self.servers[index].await_ready()
        return self

    def runs(self, index):
        server = self.servers[index]
        return server is not None and server.process.poll() is None

    def port(self, index):
        """Of that node, or of the next that runs."""
        for candidate in itertools.islice(itertools.cycle(range(len(self.servers))), index, index + len(self.servers)):
            if self.runs(candidate) and self.servers[candidate].port is not None:
                return self.servers[candidate].port
        raise OSError("no node runs")

    def await_ready(self):
        """What is wrong when not all nodes that run become ready by themselves."""
        return [f"node {index} is not ready: {server.get(READINESS).text()[:300]}"
                for index, server in enumerate(self.servers)
                if self.runs(index) and not await_true(lambda: server.status(READINESS) == 200, READY_MAX_SECONDS)]


def database(runtime, name="postgresql", home=None):
    return Database(unpack(runtime.work / "programs", runtime.jdk), home or runtime.new_directory(name))


class Senders:
    """Clients that send events; a call without success is sent again, to the next node, until it succeeds."""

    def __init__(self, nodes, ledger, data_size=0, lasting=True):
        self.nodes = nodes
        self.ledger = ledger
        self.data_size = data_size
        self.lasting = lasting
        self.by_status = {}
        self.faults = []
        self.stopping = threading.Event()
        self.threads = in_threads(SENDERS, self.run)

    def run(self, index):
        try:
            while not self.stopping.is_set():
                self.send(index, self.ledger.new_call(BATCHES[index % len(BATCHES)], self.data_size))
        except Exception as e:  # To be told by the thread that waits.
            self.faults.append(repr(e))

    def send(self, index, call):
        deadline = time.monotonic() + CALL_MAX_SECONDS
        for attempt in itertools.count():
            if self.stopping.is_set() and not self.lasting and attempt:
                return
            try:
                with Client(self.nodes.port((index + attempt) % NODES), timeout=REFUSED_MAX_SECONDS) as client:
                    answer = self.ledger.send(client, call)
                self.by_status[answer.status] = self.by_status.get(answer.status, 0) + 1
                if answer.status == 200:
                    return
                fault = answer.fault_of_shape()
                if fault or answer.status not in (429, 500, 503):
                    self.faults.append(fault or f"refused with {answer.status}: {answer.body[:200]!r}")
            except OSError:
                self.by_status["no answer"] = self.by_status.get("no answer", 0) + 1
            if time.monotonic() > deadline:
                self.faults.append(f"a call had no success within {CALL_MAX_SECONDS} s")
                return
            time.sleep(PAUSE_SECONDS)

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()
        return self.faults

    def __str__(self):
        return ", ".join(f"{count} times {status}" for status, count in sorted(self.by_status.items(), key=str))


class Reader:
    """Reads the log all the time, at changing nodes; each event must follow the one before without a gap."""

    def __init__(self, nodes):
        self.nodes = nodes
        self.last = 0
        self.faults = []
        self.stopping = threading.Event()
        self.thread = in_threads(1, self.run)[0]

    def run(self, _):
        for turn in itertools.count():
            if self.stopping.is_set() or self.faults:
                return
            try:
                with Client(self.nodes.port(turn % NODES), timeout=REFUSED_MAX_SECONDS) as client:
                    answer = client.request("GET", f"/_evidently/events?limit=1000&after={self.last}")
                if answer.status == 200:
                    self.take(answer.json()["events"])
            except OSError:
                pass  # The node is gone, or the database.
            time.sleep(READ_PAUSE_SECONDS)

    def take(self, events):
        for event in events:
            if event["sequence"] != self.last + 1:
                self.faults.append(f"a reader saw {event['sequence']} after {self.last}")
                return
            self.last = event["sequence"]

    def stop(self):
        self.stopping.set()
        self.thread.join()
        return self.faults


class Rounds:
    """Breaks something under load, mends it, compares, and so on; one database and one ledger for all."""

    def __init__(self, runtime, database, networks, nodes, seed):
        self.runtime = runtime
        self.database = database
        self.networks = networks
        self.nodes = nodes
        self.random = random.Random(seed)
        self.ledger = Ledger()
        self.faults = {}
        self.counts = {}
        self.senders = []

    def run(self, kinds, rounds, until_fault=False):
        reader = Reader(self.nodes)
        for number in range(rounds):
            kind = kinds[number % len(kinds)]
            senders = Senders(self.nodes, self.ledger)
            time.sleep(self.random.uniform(0, LOAD_SECONDS))
            kind(self)
            time.sleep(self.random.uniform(0, LOAD_SECONDS))
            faults = self.nodes.start().await_ready() + senders.stop()
            self.senders.append(senders)
            faults += self.settle()
            self.counts[kind.__name__] = self.counts.get(kind.__name__, 0) + 1
            self.faults.setdefault(kind.__name__, []).extend(f"round {number}: {fault}" for fault in faults + reader.faults)
            if until_fault and (faults or reader.faults):
                break
        if not reader.faults and not await_true(lambda: reader.last >= self.ledger.last_sequence, READY_MAX_SECONDS):
            reader.faults.append(f"the reader stands at {reader.last}, the log at {self.ledger.last_sequence}")
        return reader.stop()

    def settle(self):
        """Compares at one node; what had no answer is repeated at another."""
        faults = self.ledger.compare(self.nodes.servers[self.random.randrange(NODES)])
        with Client(self.nodes.port(self.random.randrange(NODES))) as client:
            faults += self.ledger.repeat_unanswered(client) + self.ledger.repeat_answered(client)
        return faults + self.ledger.compare(self.nodes.servers[self.random.randrange(NODES)])

    def kill_node(self):
        self.nodes.servers[self.random.randrange(NODES)].kill()

    def stop_database(self):
        """As pg_ctl stop -m immediate does."""
        self.database.stop(signal.SIGQUIT)
        time.sleep(self.random.uniform(0, CUT_MAX_SECONDS))
        self.database.start()

    def kill_database(self):
        self.database.kill()
        self.database.start()

    def suspend_node(self):
        server = self.nodes.servers[self.random.randrange(NODES)]
        server.process.send_signal(signal.SIGSTOP)
        time.sleep(self.random.uniform(0, STOPPED_MAX_SECONDS))
        server.process.send_signal(signal.SIGCONT)

    def suspend_database(self):
        self.database.signal(signal.SIGSTOP)
        time.sleep(self.random.uniform(0, STOPPED_MAX_SECONDS))
        self.database.signal(signal.SIGCONT)

    def stall_network(self):
        self.cut(Network.STALL)

    def drop_answers(self):
        """What is committed meanwhile is not known to be."""
        self.cut(Network.DEAF)

    def reset_network(self):
        for _ in range(5):
            for network in self.networks:
                network.reset()
            time.sleep(self.random.uniform(0, 0.2))

    def cut(self, mode):
        chosen = self.random.sample(self.networks, self.random.randint(1, NODES))
        for network in chosen:
            network.mode = mode
        time.sleep(self.random.uniform(0, CUT_MAX_SECONDS))
        for network in chosen:
            network.mode = Network.PASS
            if mode == Network.DEAF:
                # Something is missing on these connections.
                network.reset()


NAMES = {
    Rounds.kill_node: "SIGKILL of a node",
    Rounds.stop_database: "PostgreSQL stopped at once",
    Rounds.drop_answers: "answers of PostgreSQL dropped",
    Rounds.kill_database: "SIGKILL of PostgreSQL",
    Rounds.suspend_node: "a node suspended",
    Rounds.reset_network: "connections reset",
    Rounds.suspend_database: "PostgreSQL suspended",
    Rounds.stall_network: "the network stalls",
}


def broken(runtime, seed, kinds, rounds, plant=None, until_fault=False):
    with database(runtime).create().start() as server:
        networks = [Network(server.port) for _ in range(NODES)]
        with Nodes(runtime, [(network.port,) for network in networks], plant) as nodes:
            made = Rounds(runtime, server, networks, nodes.start(), seed)
            made.run_faults = made.run(kinds, rounds, until_fault)
            if not until_fault:
                for node in nodes.servers:
                    made.run_faults += made.ledger.compare(node, whole=True)
        for network in networks:
            network.__exit__()
        return made


def run(report, runtime, rounds, seed):
    made = broken(runtime, seed, list(NAMES), rounds)
    for kind, name in NAMES.items():
        if count := made.counts.get(kind.__name__, 0):
            report.check(f"{name}: nothing lost, doubled or out of order ({count} rounds)", made.faults[kind.__name__])
    retried = sum(count for senders in made.senders for status, count in senders.by_status.items() if status != 200)
    report.check(f"a reader saw every event in its place ({made.ledger.last_sequence} events, {retried} calls retried)",
                 made.run_faults)
    report.check(f"there was something to lose ({made.ledger.last_number} events sent)",
                 [] if made.ledger.last_number > 50 * rounds else ["too few events"])


def full(report, runtime):
    """PostgreSQL on a disk that is full: it refuses, or ends; with room again all goes on."""
    directory = runtime.new_directory("full")
    as_root("mount", "-t", "tmpfs", "-o", f"size={FULL_MB}m,mode=0777", "tmpfs", str(directory))
    try:
        with database(runtime, home=directory).create("max_wal_size = 64MB", "min_wal_size = 32MB").start() as server:
            ledger = Ledger()
            with Nodes(runtime, [(server.port,)] * NODES) as nodes:
                nodes.start()
                senders = Senders(nodes, ledger, FULL_DATA_SIZE, lasting=False)
                is_full = await_true(
                    lambda: sum(senders.by_status.get(status, 0) for status in (500, 503, 429)) >= REFUSALS_ENOUGH,
                    FULL_MAX_SECONDS)
                faults = senders.stop() + ([] if is_full else [f"the disk did not fill: {senders}"])
                report.check(f"disk of PostgreSQL full: refused in the shape of AWS ({senders})", faults)
                as_root("mount", "-o", f"remount,size={2 * FULL_MB}m", str(directory))
                # A checkpoint or a log file without room ends PostgreSQL; whoever runs it starts it again.
                server.stop(signal.SIGQUIT)
                server.start()
                faults = nodes.await_ready() + ledger.compare(nodes.servers[0])
                with Client(nodes.port(1)) as client:
                    faults += ledger.repeat_unanswered(client) + ledger.repeat_refused(client)
                faults += ledger.compare(nodes.servers[2], whole=True)
                report.check(
                    f"disk of PostgreSQL full: with room again all is there ({len(ledger.acknowledged)} events)", faults)
    finally:
        as_root("umount", "-l", str(directory))


def failover(report, runtime, seed):
    """The primary dies and its synchronous standby takes over: nothing that was acknowledged is missing."""
    dice = random.Random(seed)
    with database(runtime, "primary").create("synchronous_standby_names = 'standby'") as primary, database(
            runtime, "standby") as standby:
        primary.copy_to(
            standby, "synchronous_standby_names = ''",
            f"primary_conninfo = 'host=127.0.0.1 port={primary.port} user=postgres application_name=standby'")
        (standby.data / "standby.signal").touch()
        primary.start()
        standby.start()
        ledger = Ledger()
        with Nodes(runtime, [(primary.port, standby.port)] * NODES) as nodes:
            nodes.start()
            senders = Senders(nodes, ledger)
            time.sleep(1 + dice.uniform(0, 1))
            acknowledged = len(ledger.acknowledged)
            primary.kill()
            standby.promote()
            faults = nodes.await_ready() + ([] if acknowledged else ["no event was acknowledged before"])
            before = len(ledger.acknowledged)
            if not await_true(lambda: len(ledger.acknowledged) > before + 100, READY_MAX_SECONDS):
                faults.append("no events are taken after the failover")
            faults += senders.stop()
            faults += ledger.compare(nodes.servers[0])
            with Client(nodes.port(1)) as client:
                faults += ledger.repeat_unanswered(client) + ledger.repeat_answered(client)
            faults += ledger.compare(nodes.servers[2], whole=True)
            report.check(
                f"failover to a synchronous standby loses nothing ({acknowledged} acknowledged before,"
                f" {len(ledger.acknowledged)} in all)", faults)


def one_order(report, runtime, rounds, seed, plant=None):
    """Concurrent clients at all nodes create, start, stop, tag and delete: their answers fit one order."""
    with database(runtime).create().start() as server, Nodes(runtime, [(server.port,)] * NODES, plant) as nodes:
        nodes.start()
        faults, operations = order.faults(nodes, rounds, seed)
        report.check(f"the answers of all nodes to changes fit one order ({operations} operations)", faults)


def controls(report, runtime, seed, planted):
    for name, kind in (
            ("sequence before the transaction", Rounds.kill_node),
            ("answer before PostgreSQL's commit", Rounds.stop_database),
            ("call key in a transaction of its own", Rounds.kill_node)):
        made = broken(runtime, seed, [kind], 6, planted.make(name), until_fault=True)
        report.control(name, NAMES[kind], made.faults.get(kind.__name__, []) + made.run_faults)
    report.control_of("no refresh", lambda scratch: one_order(scratch, runtime, 4, seed, planted.make("no refresh")))
