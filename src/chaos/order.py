"""A model of launches under concurrent changes at several nodes, and a search for an order that explains all answers.

The search is Wing and Gong's: an operation may come next if it began before the first of the others ended.
"""

import json
import random
import threading
import time

from server import Client, await_true, in_threads

# A node that cannot refresh for longer is not ready.
STALENESS_MAX_SECONDS = 5
CLIENTS = 6
NAMES = 3
OPERATIONS_OF_CLIENT = 8
ANSWER_MAX_SECONDS = 15

ABSENT, CREATED, RUNNING, COMPLETED = "absent", "created", "running", "completed"
DONE, MISSING, REFUSED = "done", "missing", "refused"
OUTCOMES = {200: DONE, 404: MISSING, 400: REFUSED, 409: REFUSED}


def create(name, feature=None):
    return "POST", "/projects/demo/launches", {
        "name": name, "groups": [{"name": "g", "feature": feature or name, "variation": "v"}],
        "scheduledSplitsConfig": {"steps": [{"startTime": 1, "groupWeights": {"g": 100_000}}]}}


def start(name):
    return "POST", f"/projects/demo/launches/{name}/start", {}


def cancel(name):
    return "POST", f"/projects/demo/launches/{name}/cancel", {}


def delete(name):
    return "DELETE", f"/projects/demo/launches/{name}", None


CHANGES = (create, start, cancel, delete)


def expected(state, change):
    """What an operation answers in a state, and the state that it leaves."""
    if change is create:
        return (DONE, CREATED) if state == ABSENT else (REFUSED, state)
    if state == ABSENT:
        return MISSING, state
    if change is start:
        return (DONE, RUNNING) if state == CREATED else (REFUSED, state)
    if change is cancel:
        return (DONE, COMPLETED) if state == RUNNING else (REFUSED, state)
    return (REFUSED, state) if state == RUNNING else (DONE, ABSENT)


class Operation:
    def __init__(self, change):
        self.change = change
        self.began = time.monotonic()
        self.ended = None
        self.outcome = None  # Unknown: it may have been made, now or later, or not.

    def __str__(self):
        return f"{self.change.__name__}: {self.outcome}"


def is_explained(operations):
    """Whether an order of the operations on one launch exists."""
    seen = set()
    everything = (1 << len(operations)) - 1
    known = sum(1 << i for i, operation in enumerate(operations) if operation.outcome is not None)
    stack = [(0, ABSENT)]
    while stack:
        done, state = stack.pop()
        if done & known == known:
            return True
        if (done, state) in seen:
            continue
        seen.add((done, state))
        left = [i for i in range(len(operations)) if not done >> i & 1]
        first_end = min(operations[i].ended for i in left if operations[i].outcome is not None)
        for i in left:
            operation = operations[i]
            if operation.began > first_end:
                continue
            outcome, after = expected(state, operation.change)
            if operation.outcome is None or operation.outcome == outcome:
                stack.append((done | 1 << i, after))
    return everything == 0


class Round:
    """Some launches, each on a feature of its own, and what the clients do to them."""

    def __init__(self, nodes, number, seed):
        self.nodes = nodes
        self.seed = f"{seed}/{number}"
        self.names = [f"r{number}-{i}" for i in range(NAMES)]
        self.operations = {name: [] for name in self.names}
        self.lock = threading.Lock()
        self.faults = []

    def run(self):
        with Client(self.nodes.port(0)) as client:
            for name in self.names:
                self.send(client, "POST", "/projects/demo/features",
                          {"name": name, "variations": [{"name": "v", "value": {"boolValue": True}}]})
        for thread in in_threads(CLIENTS, self.client):
            thread.join()
        self.faults += [
            f"no order explains {', '.join(map(str, operations))}"
            for operations in self.operations.values() if not is_explained(operations)]
        # One change more, which the other nodes learn of without a change of their own.
        last = f"{self.names[0]}-last"
        with Client(self.nodes.port(0)) as client:
            self.send(client, *create(last, self.names[0]))
        self.faults += [f"the nodes differ about {name}: {self.seen(name)}" for name in (*self.names, last)
                        if not self.is_seen_alike(name)]
        return self

    def is_seen_alike(self, name):
        return await_true(lambda: len(set(self.seen(name))) == 1, STALENESS_MAX_SECONDS)

    def seen(self, name):
        """The status of a launch as each node tells it."""
        return [answer.json()["launch"]["status"] if answer.status == 200 else ABSENT
                for answer in (server.get(f"/projects/demo/launches/{name}") for server in self.nodes.servers)]

    def client(self, index):
        dice = random.Random(f"{self.seed}/{index}")
        with Client(self.nodes.port(index % len(self.nodes.servers)), ANSWER_MAX_SECONDS) as client:
            for _ in range(OPERATIONS_OF_CLIENT):
                name = dice.choice(self.names)
                operation = Operation(dice.choice(CHANGES))
                with self.lock:
                    self.operations[name].append(operation)
                try:
                    status = self.send(client, *operation.change(name))
                except OSError:
                    continue
                operation.ended = time.monotonic()
                if status in OUTCOMES:
                    operation.outcome = OUTCOMES[status]
                elif status not in (429, 500, 503):
                    self.faults.append(f"{operation.change.__name__} was answered with {status}")

    @staticmethod
    def send(client, method, path, body):
        answer = client.request(method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
        return answer.status


def faults(nodes, rounds, seed):
    """What no order explains, and how many operations there were."""
    made = [Round(nodes, number, seed).run() for number in range(rounds)]
    return [fault for one in made for fault in one.faults], sum(
        len(operations) for one in made for operations in one.operations.values())
