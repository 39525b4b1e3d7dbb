"""Attacks that once took the server down: more unfinished requests than the heap has room for.

Each is made with a heap of 256 MB unless it says otherwise. While it lasts, clients that were there before are served; right
after it, a new one; nothing that was acknowledged is lost.
"""

import contextlib
import errno
import json
import select
import socket
import sqlite3
import threading
import time

import botocore.auth
import botocore.awsrequest
import botocore.credentials

from clients import REQUEST_HEAD, Sockets
from ledger import Ledger
from server import EVENTS, STOP_MAX_SECONDS, Answer, Client, Server, in_threads

LIVENESS = "/actuator/health/liveness"

GOOD_CLIENTS = 5
GOOD_PAUSE_SECONDS = 0.1
GOOD_MAX_SECONDS = 3
# Bodies get a second, and 3,000 of them come in several waves: 2.3 s on two idle cores, 3.0 beside other work, 9.9 when none gives way.
GOOD_BESIDE_BODIES_MAX_SECONDS = 5
# Where the kernel's queue is full, a client tries again after one, three and seven seconds.
NEW_CLIENT_MAX_SECONDS = 8

LOCKED_CLIENTS = 3_000
LOCK_SECONDS = 4
LOCKED_ANSWER_MAX_SECONDS = 9
HALF_HEADS = 5_000
HALF_BODIES = 3_000
ATTACK_SECONDS = 2

# What they leave behind; the server alone uses some 35 MB.
HEAP_AFTERWARDS_MAX_MB = 100

BODIES = 4
BODY_ANNOUNCED = 10_000_000
BODY_SENT = 2_200_000
BODY_PIECE = 65_536
BODY_SECONDS = 4
SMALL_POST_MAX_SECONDS = 2

TRICKLING_HEADS = 8_250
TRICKLE_SECONDS = 8
TRICKLING_SECONDS = 12
# Where the kernel's queue is full, a client tries again after one second and after three.
LIVENESS_MAX_SECONDS = 4
LIVENESS_PAUSE_SECONDS = 0.2
LARGE_HEAP = "-Xmx1g"

KEY = botocore.credentials.Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
REGION = "us-east-1"


class Good:
    """Clients that were connected before. Like SDKs they try again when they are throttled or cut off."""

    def __init__(self, server, ledger):
        self.server = server
        self.ledger = ledger
        self.lock = threading.Lock()
        self.served = 0
        self.retries = 0
        self.slowest = 0
        self.faults_seen = []
        self.stopping = threading.Event()
        self.threads = in_threads(GOOD_CLIENTS, self.run)

    def run(self, _):
        with Client(self.server.port, timeout=LOCKED_ANSWER_MAX_SECONDS) as client:
            while not self.stopping.is_set():
                started = time.monotonic()
                answered = self.send(client, self.ledger.new_call(1))
                with self.lock:
                    self.served += answered
                    self.slowest = max(self.slowest, time.monotonic() - started)
                self.stopping.wait(GOOD_PAUSE_SECONDS)

    def send(self, client, call):
        """Whether a call was answered in the end."""
        for _ in range(LOCKED_ANSWER_MAX_SECONDS * 10):
            with contextlib.suppress(OSError):
                answer = self.ledger.send(client, call)
                if answer.status == 200:
                    return True
                if answer.status != 429:
                    self.faults_seen.append(f"a client of before was answered with {answer.status}")
                    return False
            with self.lock:
                self.retries += 1
            if self.stopping.wait(0.1):
                return False
        self.faults_seen.append("a client of before was not served")
        return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def faults(self, seconds_max):
        faults = list(self.faults_seen)
        if self.served < GOOD_CLIENTS:
            faults.append(f"clients of before were answered {self.served} times")
        if self.slowest > seconds_max:
            faults.append(f"a client of before waited for {self.slowest:.1f} s")
        return faults

    def __str__(self):
        return f"{self.served} requests of clients of before within {self.slowest:.2f} s, {self.retries} tried again"


def exchange(sockets, requests, seconds):
    """Sends a request on each connection, all at once; the bytes of each answer that is complete in time, else None."""
    received = {opened.fileno(): b"" for opened in sockets}
    index = {opened.fileno(): i for i, opened in enumerate(sockets)}
    answers = [None] * len(sockets)
    poll = select.epoll()
    for number in index:
        poll.register(number, select.EPOLLOUT)
    waiting = set(index)
    deadline = time.monotonic() + seconds
    while waiting and (left := deadline - time.monotonic()) > 0:
        for number, events in poll.poll(left):
            opened = sockets[index[number]]
            try:
                if events & select.EPOLLOUT:
                    opened.send(requests[index[number]])
                    poll.modify(number, select.EPOLLIN)
                    continue
                part = opened.recv(65536)
                received[number] += part
                if part:
                    continue
                answers[index[number]] = received[number] or None
            except BlockingIOError:
                continue
            except OSError:
                pass
            poll.unregister(number)
            waiting.discard(number)
    poll.close()
    return answers


def parse(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    return Answer(int(head.split(b" ", 2)[1]), {}, body, 0)


def request_of(call):
    body = call.body().encode()
    return (f"POST {EVENTS} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            f"amz-sdk-invocation-id: {call.invocation_id}\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body


@contextlib.contextmanager
def write_lock(database, seconds):
    """Another process, this one, holds SQLite's lock for some seconds from now."""
    other = sqlite3.connect(database, isolation_level=None, timeout=10, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(seconds, other.rollback)
    release.start()
    try:
        yield
    finally:
        release.join()
        other.close()


def new_client_faults(server, ledger):
    """What is wrong with how somebody who comes now is served, and how long that takes."""
    started = time.monotonic()
    try:
        with Client(server.port, timeout=2 * NEW_CLIENT_MAX_SECONDS) as client:
            status = ledger.send(client, ledger.new_call(1)).status
    except OSError as e:
        return [f"a new client: {e}"], time.monotonic() - started
    seconds = time.monotonic() - started
    faults = [] if status == 200 else [f"a new client was answered with {status}"]
    if seconds > NEW_CLIENT_MAX_SECONDS:
        faults.append(f"a new client waited for {seconds:.1f} s")
    return faults, seconds


def while_locked(server, ledger, sockets):
    """Many clients send an event each while nothing can be committed."""
    calls = [ledger.new_call(1) for _ in range(LOCKED_CLIENTS)]
    by_status = {}
    with write_lock(server.database, LOCK_SECONDS):
        answers = exchange(
            sockets.open(LOCKED_CLIENTS), [request_of(call) for call in calls], LOCKED_ANSWER_MAX_SECONDS)
    for call, answer in zip(calls, answers):
        if answer is None:
            ledger.take_unanswered(call)
            by_status["none"] = by_status.get("none", 0) + 1
        else:
            status = ledger.take_answer(call, parse(answer)).status
            by_status[status] = by_status.get(status, 0) + 1
    return [f"{count} were answered with {status}" for status, count in by_status.items()
            if status not in (200, 429, "none")]


def half_heads(_, __, sockets):
    send_first(sockets.open(HALF_HEADS), REQUEST_HEAD[:-20])
    time.sleep(ATTACK_SECONDS)
    return []


def half_bodies(_, __, sockets):
    send_first(sockets.open(HALF_BODIES), REQUEST_HEAD + b"Content-Length: 1000\r\n\r\n{")
    time.sleep(ATTACK_SECONDS)
    return []


def send_first(sockets, first_bytes):
    """Sends the beginning on those that are connected by then; the others wait in the kernel's queue."""
    for opened in sockets:
        with contextlib.suppress(OSError):
            opened.send(first_bytes)


FLOODS = (
    (while_locked, f"{LOCKED_CLIENTS} clients while another process holds the write lock for {LOCK_SECONDS} s",
     LOCK_SECONDS + GOOD_MAX_SECONDS),
    (half_heads, f"{HALF_HEADS} connections with half a request head", GOOD_MAX_SECONDS),
    (half_bodies, f"{HALF_BODIES} request heads with a byte of body", GOOD_BESIDE_BODIES_MAX_SECONDS),
)


def flood_faults(server, ledger, flood, good_max_seconds):
    """The faults and figures of one flood; its connections are still open when a new client comes."""
    with Sockets(server.port) as sockets:
        with Good(server, ledger) as good:
            time.sleep(0.5)  # To be connected.
            faults = flood(server, ledger, sockets)
        during, seconds = new_client_faults(server, ledger)
    after, seconds_after = new_client_faults(server, ledger)
    return (faults + good.faults(good_max_seconds) + during + after + errors(server),
            f"{good}, a new client within {seconds:.2f} s, within {seconds_after:.2f} s when they had gone")


def errors(server):
    """What a server that is in trouble leaves in its log, or by its end."""
    faults = [f"the log has: {line[:200]}" for line in server.output().splitlines()
              if "OutOfMemory" in line or "StackOverflow" in line or line.startswith("\tat ")]
    return faults[:1] + ([f"the server ended with {server.process.returncode}"]
                         if server.process.poll() is not None else [])


def floods(report, runtime):
    ledger = Ledger()
    with Server(runtime, runtime.new_directory("floods")) as server:
        for flood, name, good_max_seconds in FLOODS:
            faults, figures = flood_faults(server, ledger, flood, good_max_seconds)
            report.check(f"{name} ({figures})", faults)
        heap_mb = server.heap_mb()
        report.check(f"floods: heap of {heap_mb:.0f} MB afterwards", [] if heap_mb <= HEAP_AFTERWARDS_MAX_MB else [
            f"more than {HEAP_AFTERWARDS_MAX_MB} MB"])
        report.check("floods: nothing acknowledged is lost", ledger.compare(server) + ledger.stored_though_refused())
        with Sockets(server.port) as sockets:
            half_bodies(server, ledger, sockets)
            seconds = server.stop()
        report.check(f"floods: SIGTERM in the midst of one ends the server within {STOP_MAX_SECONDS} s ({seconds:.1f} s)",
                     [] if server.process.returncode == 143 else [f"status {server.process.returncode}"])


def small_post(client, signed):
    """Sends one small event; returns its status."""
    body = json.dumps({"events": [{"timestamp": 1, "type": "aws.evidently.custom", "data": "{}"}]})
    headers = {"Host": f"127.0.0.1:{client.port}"}
    if signed:
        request = botocore.awsrequest.AWSRequest("POST", f"http://127.0.0.1:{client.port}{EVENTS}", headers, body)
        botocore.auth.SigV4Auth(KEY, "evidently", REGION).add_auth(request)
        headers = dict(request.headers)
    return client.request("POST", EVENTS, body, headers).status


def large_bodies_faults(runtime, verified, *properties, plant=None):
    """Large bodies that stop short of their end, without a signature; small ones of others, signed where they must be."""
    access = [] if not verified else [
        "evidently.access.authentication=verified",
        f"evidently.access.credentials[0].access-key-id={KEY.access_key}",
        f"evidently.access.credentials[0].secret-access-key={KEY.secret_key}",
        "evidently.access.credentials[0].statements[0].effect=allow",
        "evidently.access.credentials[0].statements[0].actions=*",
        "evidently.access.credentials[0].statements[0].resources=*"]
    faults = []
    slowest = 0
    statuses = {}
    with Server(runtime, runtime.new_directory("bodies"), *access, *properties, plant=plant) as server, \
            Sockets(server.port) as large, Client(server.port) as client:
        head = REQUEST_HEAD + f"Content-Length: {BODY_ANNOUNCED}\r\n\r\n".encode()
        if verified:
            # It looks as if it were signed, so that it must be read to be checked.
            head = head.replace(b"\r\n", f"\r\nAuthorization: {signature_of_another()}\r\nX-Amz-Date: "
                                f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}\r\n".encode(), 1)
        for _ in range(BODIES):
            opened = large.open_connected(1, head)[0]
            opened.settimeout(5)
            opened.sendall(b" " * BODY_SENT)
            opened.setblocking(False)
            time.sleep(0.1)  # To be read before the next one is refused.
        deadline = time.monotonic() + BODY_SECONDS
        while time.monotonic() < deadline:
            for opened in large.sockets:
                with contextlib.suppress(OSError):
                    opened.send(b" ")
            started = time.monotonic()
            status = small_post(client, verified)
            slowest = max(slowest, time.monotonic() - started)
            statuses[status] = statuses.get(status, 0) + 1
            time.sleep(0.02)
        if set(statuses) != {200}:
            faults.append(f"others were answered {statuses}")
        if slowest > SMALL_POST_MAX_SECONDS:
            faults.append(f"others waited for {slowest:.1f} s")
        if large.closed_by_server() == BODIES:
            faults.append("the large bodies were not read at all")
        return faults + errors(server), f"{sum(statuses.values())} small requests of others within {slowest:.2f} s"


def signature_of_another():
    """What a signature looks like."""
    day = time.strftime("%Y%m%d", time.gmtime())
    return (f"AWS4-HMAC-SHA256 Credential={KEY.access_key}/{day}/{REGION}/evidently/aws4_request, "
            f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}")


def large_bodies(report, runtime):
    for mode, verified in (("none", False), ("verified", True)):
        faults, figures = large_bodies_faults(runtime, verified)
        report.check(f"{BODIES} bodies of {BODY_ANNOUNCED} bytes that stop after {BODY_SENT}, in mode {mode} ({figures})",
                     faults)


def trickling_heads_faults(runtime, plant=None):
    faults = []
    slowest = 0
    asked = 0
    with Server(runtime, runtime.new_directory("heads"), plant=plant, jvm_options=[LARGE_HEAP]) as server, \
            Sockets(server.port) as heads:
        stopping = threading.Event()
        sender = in_threads(1, lambda _: trickle(heads, stopping))
        deadline = time.monotonic() + TRICKLING_SECONDS
        try:
            while time.monotonic() < deadline:
                started = time.monotonic()
                with Client(server.port, timeout=2 * LIVENESS_MAX_SECONDS) as client:
                    try:
                        status = client.request("GET", LIVENESS).status
                        if status != 200:
                            faults.append(f"liveness was answered with {status}")
                    except OSError as e:
                        faults.append(f"liveness: {e}")
                asked += 1
                slowest = max(slowest, time.monotonic() - started)
                time.sleep(LIVENESS_PAUSE_SECONDS)
        finally:
            stopping.set()
            sender[0].join()
        if slowest > LIVENESS_MAX_SECONDS:
            faults.append(f"liveness was answered after {slowest:.1f} s")
        return faults + errors(server), f"liveness answered {asked} times within {slowest:.2f} s"


def trickle(heads, stopping):
    """A byte of each head every few seconds; those that were closed are opened again."""
    sent = 0
    while not stopping.is_set():
        started = time.monotonic()
        with contextlib.suppress(OSError):
            heads.open(TRICKLING_HEADS - len(heads.sockets))
        left = []
        for opened in heads.sockets:
            try:
                opened.send(REQUEST_HEAD[sent % 20:sent % 20 + 1])
            except OSError as e:
                if e.errno not in (errno.EAGAIN, errno.ENOTCONN):
                    opened.close()
                    continue
            left.append(opened)
        heads.sockets = left
        sent += 1
        stopping.wait(max(0, TRICKLE_SECONDS - (time.monotonic() - started)))


def trickling_heads(report, runtime):
    faults, figures = trickling_heads_faults(runtime)
    report.check(f"{TRICKLING_HEADS} request heads of a byte per {TRICKLE_SECONDS} s, with {LARGE_HEAP} ({figures})", faults)


def run(report, runtime):
    floods(report, runtime)
    large_bodies(report, runtime)
    trickling_heads(report, runtime)


def controls(report, runtime, plants):
    for name, flood, planted in (
            ("8,192 connections", half_heads, {"properties": ["server.tomcat.max-connections=8192"]}),
            ("bodies never given up", half_bodies, {"plant": plants.make("bodies never given up")})):
        try:
            with Server(runtime, runtime.new_directory("control"), *planted.pop("properties", []), **planted) as server:
                faults, _ = flood_faults(server, Ledger(), flood, GOOD_BESIDE_BODIES_MAX_SECONDS)
        except (OSError, RuntimeError) as e:  # Such a server may not come far enough.
            faults = [repr(e)]
        report.control(name, flood.__name__, faults)
    name = "bodies reserved ahead"
    # With this budget one of them takes all, reserved or arrived, but for less than a piece.
    budget = (BODY_ANNOUNCED + BODY_SENT + BODY_PIECE) // BODY_PIECE * BODY_PIECE
    faults, _ = large_bodies_faults(
        runtime, False, f"evidently.wire.body-memory-max={budget}B", plant=plants.make(name))
    report.control(name, "large_bodies", faults)
    name = "no eviction"
    faults, _ = trickling_heads_faults(runtime, plants.make(name))
    report.control(name, "trickling_heads", faults)
