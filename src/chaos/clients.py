"""More requests than the server can take, and clients that are slow, silent or hostile."""

import contextlib
import errno
import random
import select
import socket
import sqlite3
import threading
import time

from ledger import Answers, Ledger, Load
from server import Client, Server, await_true, in_threads

QUEUE_SIZE_MAX = 500
CONNECTIONS = 400
BATCHES = (1, 10, 50)
OVERLOAD_SECONDS = 6
LOCK_SECONDS = 0.3
BACK_OFF_SECONDS = 0.1
ACCEPTED_MAX_SECONDS = 5

# The heap is 256 MB; as much again for classes, code, threads and buffers.
MEMORY_MAX_MB = 512

NORMAL_MAX_SECONDS = 1
NORMAL_PAUSE_SECONDS = 0.05
NORMAL_MIN_REQUESTS = 5
FLOOD_SECONDS = 2
SLOW = 200
SLOW_MANY = 300
# More than there are places: those bodies give way after a second.
SLOW_TOO_MANY = 400
SLOW_SECONDS = 6
HALF_OPEN = 100
BROKEN_OFF = 200
HALF_OPEN_MAX_SECONDS = 30
CONNECT_MAX_SECONDS = 10
# With a heap of 256 MB 384 connections may be open and 352 requests be processed (ADR 45).
IDLE = 300
IDLE_TOO_MANY = 1_400
IDLE_SECONDS = 3
FLOOD_BYTES_MAX = 4 * 1024 * 1024
LONG_LINE_BYTES = 1024 * 1024
REQUEST_HEAD = b"POST /events/projects/demo HTTP/1.1\r\nHost: localhost\r\n"


class Sampler:
    """Calls something every tenth of a second and keeps the largest."""

    def __init__(self, measure):
        self.measure = measure
        self.largest = 0
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        while not self.stopping.wait(0.1):
            with contextlib.suppress(OSError):
                self.largest = max(self.largest, self.measure())

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()


def hold_write_lock(database, seconds, dice):
    """As a backup tool may: again and again SQLite's lock for a short time."""
    deadline = time.monotonic() + seconds
    other = sqlite3.connect(database, isolation_level=None, timeout=10)
    try:
        while time.monotonic() < deadline:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(LOCK_SECONDS * dice.uniform(0.5, 1))
            other.execute("ROLLBACK")
            time.sleep(LOCK_SECONDS * dice.uniform(0.2, 0.5))
    finally:
        other.close()


def overload_faults(runtime, seed, plant=None):
    """The faults and the figures of an overload."""
    ledger = Ledger()
    answers = Answers()
    without_retry_after = []

    def answered(answer):
        answers.add(answer)
        if answer.status == 429:
            if not (answer.headers.get("Retry-After") or "").isdigit():
                without_retry_after.append(answer.headers.get("Retry-After"))
            time.sleep(BACK_OFF_SECONDS)

    with Server(runtime, runtime.new_directory("overload"), f"evidently.event.queue-size-max={QUEUE_SIZE_MAX}",
                plant=plant) as server:
        with Sampler(server.memory_mb) as memory, Sampler(
                lambda: server.metrics().get("evidently_queue_events", 0)) as queue:
            load = Load(server, ledger, CONNECTIONS, answered=answered, batches=BATCHES)
            hold_write_lock(server.database, OVERLOAD_SECONDS, random.Random(seed))
            load.stop()
        faults = list(answers.faults)
        if 429 not in answers.by_status:
            faults.append(f"nothing was throttled: {answers}")
        if answers.by_status.keys() - {200, 429}:
            faults.append(f"other answers than 200 and 429: {answers}")
        if without_retry_after:
            faults.append(f"{len(without_retry_after)} times 429 without a number in Retry-After")
        if queue.largest > QUEUE_SIZE_MAX:
            faults.append(f"{queue.largest:.0f} events waited")
        if memory.largest > MEMORY_MAX_MB:
            faults.append(f"{memory.largest:.0f} MB of memory")
        if answers.seconds_max > ACCEPTED_MAX_SECONDS:
            faults.append(f"an accepted request took {answers.seconds_max:.1f} s")
        calm = Answers()
        with Client(server.port) as client:
            for _ in range(20):
                calm.add(ledger.send(client, ledger.new_call(1)))
        if set(calm.by_status) != {200} or calm.seconds_max > NORMAL_MAX_SECONDS:
            faults.append(f"afterwards: {calm}, up to {calm.seconds_max:.1f} s")
        faults += ledger.compare(server) + ledger.stored_though_refused() + ledger.accounts(server)
    return faults, (f"{answers}, accepted within {answers.seconds_max:.1f} s, at most {queue.largest:.0f} of "
                    f"{QUEUE_SIZE_MAX} events waiting, {memory.largest:.0f} of {MEMORY_MAX_MB} MB")


def overload(report, runtime, seed):
    faults, figures = overload_faults(runtime, seed)
    report.check(f"overload: {CONNECTIONS} connections are throttled or served, none is lost ({figures})", faults)


def overload_controls(report, runtime, seed, plants):
    name = "no bound of the queue"
    faults, _ = overload_faults(runtime, seed, plants.make(name))
    report.control(name, "overload", faults)


class Normal:
    """A client that does nothing wrong and must not notice the others."""

    def __init__(self, server, ledger):
        self.server = server
        self.ledger = ledger
        self.answers = Answers()
        self.no_answers = 0
        self.slowest = 0
        self.stopping = threading.Event()
        self.threads = in_threads(1, self.run)

    def run(self, _):
        with Client(self.server.port, timeout=HALF_OPEN_MAX_SECONDS) as client:
            while not self.stopping.wait(NORMAL_PAUSE_SECONDS):
                started = time.monotonic()
                try:
                    self.answers.add(self.ledger.send(client, self.ledger.new_call(1)))
                except OSError:
                    self.no_answers += 1
                self.slowest = max(self.slowest, time.monotonic() - started)
                # The next request is from a new client.
                client.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def faults(self, seconds_max=NORMAL_MAX_SECONDS):
        faults = []
        if sum(self.answers.by_status.values()) < NORMAL_MIN_REQUESTS:
            faults.append("others hardly came to send anything")
        if set(self.answers.by_status) != {200} or self.no_answers:
            faults.append(f"others were answered {self.answers or 'never'}, {self.no_answers} not at all")
        if self.slowest > seconds_max:
            faults.append(f"others waited up to {self.slowest:.1f} s")
        return faults

    def __str__(self):
        return f"{sum(self.answers.by_status.values())} requests of others within {self.slowest:.2f} s"


class Sockets:
    """Many connections; closed at the end."""

    def __init__(self, port):
        self.port = port
        self.sockets = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for opened in self.sockets:
            opened.close()
        self.sockets = []

    def open(self, count, first_bytes=b""):
        """Opens so many; they may still be connecting."""
        fresh = []
        for _ in range(count):
            opened = socket.socket()
            opened.setblocking(False)
            if opened.connect_ex(("127.0.0.1", self.port)) not in (0, errno.EINPROGRESS):
                opened.close()
                raise OSError("no more connections can be opened here")
            fresh.append(opened)
            # A few at a time, so that none is lost for want of room in the kernel's queue.
            if len(fresh) % 50 == 0:
                time.sleep(0.005)
        self.sockets += fresh
        return fresh

    def open_connected(self, count, first_bytes=b""):
        """Opens so many, waits until each is connected and sends the first bytes on it."""
        fresh = self.open(count)
        for opened in fresh:
            # Where the kernel's queue was full, connecting takes a second try.
            poll = select.poll()  # Unlike select, it takes high numbers.
            poll.register(opened, select.POLLOUT)
            if not poll.poll(CONNECT_MAX_SECONDS * 1000):
                raise OSError("the server takes no more connections")
            opened.send(first_bytes)
        return fresh

    def closed_by_server(self):
        """How many of them the server has closed; what it said before is read away."""
        count = 0
        poll = select.poll()
        by_number = {opened.fileno(): opened for opened in self.sockets}
        for number in by_number:
            poll.register(number, select.POLLIN)
        for number, _ in poll.poll(0):
            try:
                while (received := by_number[number].recv(4096)):
                    pass
                count += received == b""
            except BlockingIOError:
                pass
            except OSError:
                count += 1
        return count


def slow_bodies(server, count, seconds):
    """Bodies that come a byte per second."""
    with Sockets(server.port) as slow:
        slow.open_connected(count, REQUEST_HEAD + b"Content-Length: 100000\r\n\r\n")
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for opened in slow.sockets:
                with contextlib.suppress(OSError):
                    opened.send(b" ")
            time.sleep(1)


def break_off(server):
    """Clients that go in the middle of a request, with a reset."""
    with Sockets(server.port) as broken:
        for opened in broken.open_connected(BROKEN_OFF, REQUEST_HEAD + b'Content-Length: 1000\r\n\r\n{"events":'):
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


def flood(server, chunks):
    """Sends until the server has had enough; returns what is wrong with how it says so."""
    sent = 0
    received = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as opened:
        try:
            for chunk in chunks:
                if select.select([opened], [], [], 0)[0]:
                    break
                opened.sendall(chunk)
                sent += len(chunk)
            while (part := opened.recv(65536)):
                received += part
        except ConnectionError:
            pass  # Closed while it was being sent to, which is an answer too.
        except TimeoutError:
            return [f"neither answered nor closed after {sent} bytes"]
    head = received.split(b"\r\n\r\n", 1)[0]
    if received and not (head.startswith((b"HTTP/1.1 400", b"HTTP/1.1 431"))
                         and b"x-amzn-errortype:" in head.lower()):
        return [f"answered {head[:300]!r}"]
    return []


def endless_headers():
    yield REQUEST_HEAD
    for number in range(FLOOD_BYTES_MAX // 64):
        yield f"X-Header-{number}: {'x' * 40}\r\n".encode()


def long_line():
    yield REQUEST_HEAD
    yield b"X-Long: " + b"x" * LONG_LINE_BYTES + b"\r\n\r\n"


def long_target():
    yield b"GET /" + b"x" * LONG_LINE_BYTES + b" HTTP/1.1\r\n\r\n"


def hostile(report, runtime):
    ledger = Ledger()
    with Server(runtime, runtime.new_directory("hostile")) as server, Sockets(server.port) as half_open, \
            Sockets(server.port) as idle:
        with Normal(server, ledger):
            time.sleep(1)  # To be warm.
        half_open_since = time.monotonic()
        half_open.open_connected(HALF_OPEN, REQUEST_HEAD)
        with Normal(server, ledger) as normal:
            slow_bodies(server, SLOW, SLOW_SECONDS)
        report.check(f"{SLOW} bodies at a byte per second: others are served ({normal})", normal.faults())
        with Normal(server, ledger) as normal:
            for _ in range(3):
                break_off(server)
            faults = []
            for chunks in (endless_headers, long_line, long_target):
                faults += [f"{chunks.__name__}: {fault}" for fault in flood(server, chunks())]
            time.sleep(FLOOD_SECONDS)
        report.check(f"requests broken off, endless headers and lines: others are served ({normal})",
                     faults + normal.faults(2 * NORMAL_MAX_SECONDS))

        memory_mb = server.memory_mb()
        idle.open_connected(IDLE)
        with Normal(server, ledger) as normal:
            time.sleep(IDLE_SECONDS)
        report.check(
            f"{IDLE} idle connections: others are served ({normal}, {memory_mb:.0f} MB before and "
            f"{server.memory_mb():.0f} MB with them)", normal.faults())
        faults = [] if await_true(lambda: half_open.closed_by_server() == HALF_OPEN, HALF_OPEN_MAX_SECONDS) \
            else [f"{half_open.closed_by_server()} were closed"]
        report.check(f"{HALF_OPEN} half-open requests are closed (after "
                     f"{time.monotonic() - half_open_since:.0f} s)", faults)
        too_many(report, server, ledger, idle)
        report.check("hostile clients: nothing is lost or doubled, the counters account for all",
                     ledger.compare(server) + ledger.accounts(server))
        with Normal(server, Ledger()) as normal:
            slow_bodies(server, SLOW_MANY, SLOW_SECONDS)
        report.check(f"{SLOW_MANY} bodies at a byte per second: others are served ({normal})", normal.faults())
        with Normal(server, Ledger()) as normal:
            slow_bodies(server, SLOW_TOO_MANY, SLOW_SECONDS)
        report.check(f"{SLOW_TOO_MANY} bodies at a byte per second: others are served ({normal})",
                     normal.faults(2 * NORMAL_MAX_SECONDS))


def too_many(report, server, ledger, idle):
    """More than there may be: others wait until idle ones are closed to make room, and no longer."""
    idle.open(IDLE_TOO_MANY - len(idle.sockets))
    started = time.monotonic()
    with Client(server.port, timeout=HALF_OPEN_MAX_SECONDS) as client:
        try:
            status = ledger.send(client, ledger.new_call(1)).status
            faults = [] if status == 200 else [f"the next request was answered with {status}"]
        except OSError as e:
            faults = [f"the next request had no answer: {e}"]
    seconds = time.monotonic() - started
    closed = idle.closed_by_server()
    idle.close()
    with Normal(server, ledger) as normal:
        time.sleep(1)
    report.check(
        f"{IDLE_TOO_MANY} idle connections: the next request is answered after {seconds:.1f} s, when {closed} were "
        f"closed, and others are served again ({normal})", faults + normal.faults())
