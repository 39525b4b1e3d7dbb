"""Files of the store that were damaged, deleted, made read-only or are in use."""

import os
import pathlib
import random
import re
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor

from ledger import Answers, Ledger, Load
from server import READINESS, Client, Server, await_true

DATA_SIZE = 2_000
DATABASE_MIN_BYTES = 1024 * 1024
LOG_EVENTS = 60
CALLS_AFTER_DAMAGE = 10
REFUSAL_LINES_MAX = 20
GARBAGE_SIZE = 4_096
WAL_HEADER_SIZE = 32
FRAME_HEADER_SIZE = 24
DETECTION_MAX_SECONDS = 15

# What an operator can do must be said; these are the ways to say it.
REMEDY = re.compile(r"\b(Restore|restore the database|Stop the|Let the server's user|See that|delete the files)\b")


def faults_of_refusal(server):
    """A start that is refused must say what is wrong and what to do, in a few lines."""
    output = server.output()
    faults = []
    if server.process.returncode == 0:
        faults.append("the exit status is 0")
    if "\tat " in output:
        faults.append("a stack trace is printed")
    if "evidently." not in output or not REMEDY.search(output):
        faults.append("it does not say what is wrong and what to do: " + output[-500:])
    if output.count("\n") > REFUSAL_LINES_MAX:
        faults.append(f"it prints {output.count(chr(10))} lines")
    return faults


def faults_of_start(runtime, directory, ledger, plant=None):
    """A server must refuse to start, or have everything. Returns the faults and what it did."""
    with Server(runtime, directory, plant=plant, ready=False) as server:
        if server.await_end() is not None:
            return faults_of_refusal(server), "refused"
        try:
            faults = ledger.compare(server, whole=True)
        except RuntimeError as e:
            # Found when it is read: then it must not have gone on as if all were well.
            return [f"it started, but {e}"], "started"
        return ["it started, but " + fault for fault in faults], "started"


def overwrite(file, offset, size, dice):
    with open(file, "r+b") as opened:
        opened.seek(offset)
        opened.write(dice.randbytes(size))


def truncate(file, size):
    os.truncate(file, size)


def middle(file, dice):
    """A place between a quarter and three quarters of a file, where pages begin."""
    size = file.stat().st_size
    return dice.randrange(size // 4, size * 3 // 4) // GARBAGE_SIZE * GARBAGE_SIZE


def middle_of_log(log, dice):
    """A place in its valid part that has at least a quarter of that behind it; old frames may follow."""
    content = log.read_bytes()
    frame_size = FRAME_HEADER_SIZE + int.from_bytes(content[8:12], "big")
    salts = content[16:24]
    frames = 0
    while True:
        start = WAL_HEADER_SIZE + frames * frame_size
        if start + frame_size > len(content) or content[start + 8:start + 16] != salts:
            break
        frames += 1
    return WAL_HEADER_SIZE + dice.randrange(frames // 4, frames * 3 // 4) * frame_size


def flip_byte_of_an_event(database, dice):
    """In the padding of some event, where no structure of the database is."""
    content = database.read_bytes()
    places = [match.start() for match in re.finditer(rb"x{200}", content)]
    overwrite(database, dice.choice(places) + 100, 1, dice)


# Name: whether the server was killed, so that there is a log, and what is done to the database and the log.
STOPPED = {
    "database cut to half": (False, lambda db, log, dice: truncate(db, db.stat().st_size // 2)),
    "database cut to nothing": (False, lambda db, log, dice: truncate(db, 0)),
    "database cut by its last page": (False, lambda db, log, dice: truncate(db, db.stat().st_size - GARBAGE_SIZE)),
    "garbage in the head of the database": (False, lambda db, log, dice: overwrite(db, 0, 100, dice)),
    "garbage in a page of the database": (
        False, lambda db, log, dice: overwrite(db, middle(db, dice), GARBAGE_SIZE, dice)),
    "database deleted": (False, lambda db, log, dice: db.unlink()),
    "garbage in the head of the log": (True, lambda db, log, dice: overwrite(log, 0, WAL_HEADER_SIZE, dice)),
    "garbage in the middle of the log": (
        True, lambda db, log, dice: overwrite(log, middle_of_log(log, dice), GARBAGE_SIZE, dice)),
    "log deleted after a kill": (True, lambda db, log, dice: log.unlink()),
    "log cut after a kill": (True, lambda db, log, dice: truncate(log, middle_of_log(log, dice))),
    "database cut to half, with a log": (True, lambda db, log, dice: truncate(db, db.stat().st_size // 2)),
    "database cut to nothing, with a log": (True, lambda db, log, dice: truncate(db, 0)),
    "garbage in a page of the database, with a log": (
        True, lambda db, log, dice: overwrite(db, middle(db, dice), GARBAGE_SIZE, dice)),
    "database deleted, with a log": (True, lambda db, log, dice: db.unlink()),
}

RUNNING = {
    "database deleted": lambda db, log, dice: db.unlink(),
    "database cut to half": lambda db, log, dice: truncate(db, db.stat().st_size // 2),
    "database cut to nothing": lambda db, log, dice: truncate(db, 0),
    "database replaced by a copy": lambda db, log, dice: replace(db),
    "log deleted": lambda db, log, dice: log.unlink(),
    "log cut to half": lambda db, log, dice: truncate(log, log.stat().st_size // 2),
}


def replace(file):
    copy = file.with_name("copy")
    shutil.copy2(file, copy)
    copy.rename(file)


class Stores:
    """A store with events in the database and in the log, as a kill and as a clean stop leave it."""

    def __init__(self, runtime):
        self.runtime = runtime
        self.ledger = Ledger()
        self.crashed = runtime.new_directory("crashed")
        self.clean = runtime.new_directory("clean")
        with Server(runtime, self.crashed) as server:
            load = Load(server, self.ledger, 4, DATA_SIZE)
            await_true(lambda: server.database.stat().st_size > DATABASE_MIN_BYTES, 60)
            load.stop()
            with Client(server.port) as client:
                for _ in range(LOG_EVENTS):
                    self.ledger.send(client, self.ledger.new_call(1))
            server.kill()
        self.copy(self.crashed, self.clean)
        with Server(runtime, self.clean) as server:
            self.faults = self.ledger.compare(server)
            server.stop()
        if not (self.crashed / "evidently.db-wal").stat().st_size or (self.clean / "evidently.db-wal").exists():
            self.faults.append("the stores are not as a kill and a clean stop leave them")

    @staticmethod
    def copy(source, target):
        for file in filter(pathlib.Path.is_file, source.iterdir()):
            shutil.copy2(file, target)

    def damaged(self, crashed, damage, dice):
        directory = self.runtime.new_directory("damaged")
        self.copy(self.crashed if crashed else self.clean, directory)
        damage(directory / "evidently.db", directory / "evidently.db-wal", dice)
        return directory


def in_pairs(work, cases):
    """Two at a time, as a server that starts keeps one processor busy; the results in the order of the cases."""
    with ThreadPoolExecutor(2) as pool:
        yield from zip(cases, pool.map(work, cases))


def start_damaged(runtime, stores, seed, name, plant=None):
    crashed, damage = STOPPED[name]
    directory = stores.damaged(crashed, damage, random.Random(f"{seed}/{name}"))
    return faults_of_start(runtime, directory, stores.ledger.copy(), plant)


def stopped(report, runtime, stores, seed):
    report.check(
        f"damage: the stores to be damaged are whole ({len(stores.ledger.acknowledged)} events)", stores.faults)

    for name, (faults, did) in in_pairs(lambda name: start_damaged(runtime, stores, seed, name), STOPPED):
        report.check(f"{name}: a server says so or has everything ({did})", faults)


def taken_in(report, runtime, stores):
    """Any program that opens the database takes the log into it and deletes the log: nothing is missing then."""
    directory = stores.damaged(True, take_in, None)
    faults, did = faults_of_start(runtime, directory, stores.ledger.copy())
    if did != "started":
        faults.append("it does not start")
    report.check("log taken into the database by another program after a kill: a server starts with everything", faults)


def take_in(database, log, _):
    connection = sqlite3.connect(database)
    connection.execute("SELECT count(*) FROM event_batch").fetchone()
    connection.close()
    if log.exists():
        raise RuntimeError("the log is still there")


def flipped(report, runtime, stores, seed):
    """SQLite has no checksum of its pages: the server's own finds this at start, or when it is read."""
    for size_max, name in (("256MB", "does not start"), ("0B", "does not tell it as if it were right")):
        directory = stores.damaged(
            False, lambda db, log, dice: flip_byte_of_an_event(db, dice), random.Random(f"{seed}/flipped"))
        with Server(runtime, directory, f"evidently.store.check-size-max={size_max}", ready=False) as server:
            if server.await_end() is not None:
                faults = faults_of_refusal(server)
                if size_max == "0B":
                    faults.append("it was read through at start")
            else:
                try:
                    faults = stores.ledger.compare(server, whole=True) or ["the byte was not flipped"]
                except RuntimeError as e:
                    faults = [f"it started, but {e}"] if size_max != "0B" else []
        report.check(f"a byte of an event flipped, files up to {size_max} read through: a server {name}", faults)


def faults_of_not_taking(server, ledger):
    """A server that runs but cannot take events must refuse them and say why and what to do."""
    answers = Answers()
    with Client(server.port) as client:
        for _ in range(CALLS_AFTER_DAMAGE):
            answers.add(ledger.send(client, ledger.new_call(1)))
    faults = list(answers.faults)
    if 200 in answers.by_status:
        faults.append(f"events were acknowledged: {answers}")
    if not await_true(lambda: server.status(READINESS) == 503, DETECTION_MAX_SECONDS):
        faults.append("it stays ready")
    if not REMEDY.search(server.output()):
        faults.append("it does not say what to do: " + server.output()[-300:])
    if "\tat " in server.output():
        faults.append("a stack trace is printed")
    return faults


def damage_running(runtime, seed, name, plant=None):
    ledger = Ledger()
    directory = runtime.new_directory("running")
    with Server(runtime, directory, plant=plant) as server, Client(server.port) as client:
        for _ in range(LOG_EVENTS):
            ledger.send(client, ledger.new_call(1, DATA_SIZE))
        RUNNING[name](server.database, server.wal, random.Random(f"{seed}/{name}"))
        faults = faults_of_not_taking(server, ledger)
        server.kill()
    after, did = faults_of_start(runtime, directory, ledger, plant)
    return faults + after, did


def running(report, runtime, seed):
    for name, (faults, did) in in_pairs(lambda name: damage_running(runtime, seed, name), RUNNING):
        report.check(f"{name} under a running server: it says so, and at the next start too ({did})", faults)


def nobody(runtime):
    """A user who may not write what belongs to this one; root may write everywhere."""
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []


def refused(report, runtime, stores):
    wrapper = nobody(runtime)
    for name, directory_mode, file_mode in (
            ("directory", 0o555, 0o666), ("database", 0o777, 0o444), ("lock", 0o777, 0o444)):
        directory = stores.damaged(False, lambda *_: None, None)
        for file in directory.iterdir():
            file.chmod(0o666)
        files = {"directory": [], "database": ["evidently.db"], "lock": ["evidently.lock"]}[name]
        for file in files:
            (directory / file).chmod(file_mode)
        directory.chmod(directory_mode)
        with Server(runtime, directory, wrapper=wrapper, ready=False) as server:
            if server.await_end() is not None:
                faults = faults_of_refusal(server)
            else:
                faults = stores.ledger.compare(server, whole=True) + faults_of_not_taking(server, stores.ledger)
        report.check(f"{name} read-only: a server says so", faults)
        directory.chmod(0o755)
    directory = stores.damaged(False, lambda *_: None, None)
    ledger = stores.ledger
    with Server(runtime, directory) as first, Client(first.port) as client:
        ledger.send(client, ledger.new_call(1))
        faults, did = faults_of_start(runtime, directory, ledger)
        if did != "refused":
            faults.append("it started")
        ledger.send(client, ledger.new_call(1))
        report.check("a second server on a store refuses to start, and the first goes on",
                     faults + ledger.compare(first, whole=True))


def run(report, runtime, seed):
    stores = Stores(runtime)
    stopped(report, runtime, stores, seed)
    taken_in(report, runtime, stores)
    flipped(report, runtime, stores, seed)
    running(report, runtime, seed)
    refused(report, runtime, stores)


def controls(report, runtime, seed, plants):
    stores = Stores(runtime)
    for plant, name in (("lost database overlooked", "database deleted"),
                        ("lost events overlooked", "log deleted after a kill"),
                        ("damaged log overlooked", "garbage in the middle of the log")):
        faults, _ = start_damaged(runtime, stores, seed, name, plants.make(plant))
        report.control(plant, name, faults)
    plant, name = "running on without the database", "database deleted"
    faults, _ = damage_running(runtime, seed, name, plants.make(plant))
    report.control(plant, f"{name} under a running server", faults)
