"""The ledger of what was sent and what was acknowledged, and the comparison with what a server has stored."""

import json
import threading
import time
import uuid

from server import EVENTS, Client, in_threads

BATCH_MAX = 50
FAULTS_SHOWN_MAX = 5


class Call:
    """A call of PutProjectEvents with new events; sent again it is the same call to the server."""

    def __init__(self, first, count, data_size):
        self.invocation_id = str(uuid.uuid4())
        self.numbers = range(first, first + count)
        self.data_size = data_size

    def body(self):
        return json.dumps({"events": [
            {"timestamp": 1, "type": "aws.evidently.custom", "data": data(number, self.data_size)}
            for number in self.numbers]})


def data(number, size):
    return json.dumps({"n": number, "p": "x" * size})


class Ledger:
    """Lives in this process, not in one that dies. Thread-safe, but for the comparisons."""

    def __init__(self):
        self.lock = threading.Lock()
        self.last_number = 0
        self.last_sequence = 0
        self.gap_allowed = False  # Once, where a reset has removed events that nobody has read.
        self.data_sizes = {}  # By number, where there is padding.
        self.acknowledged = {}  # Event ids by number.
        self.refused = set()  # Numbers that were answered with an error and not acknowledged since.
        self.unanswered = []  # Calls.
        self.answered_calls = []  # The last ones.
        self.refused_calls = []  # The last ones.
        self.stored = {}  # Event ids by number, as read from the server.
        self.has_been_reset = False
        self.entries_answered = 0
        self.entries_unanswered = 0

    def copy(self):
        """One for another server with a copy of the store."""
        with self.lock:
            twin = Ledger()
            twin.last_number = self.last_number
            twin.data_sizes = dict(self.data_sizes)
            twin.acknowledged = dict(self.acknowledged)
        return twin

    def new_call(self, count, data_size=0):
        with self.lock:
            call = Call(self.last_number + 1, count, data_size)
            self.last_number += count
            if data_size:
                self.data_sizes.update(dict.fromkeys(call.numbers, data_size))
        return call

    def send(self, client, call):
        """Sends a call, new or again, and takes down what became of it. Raises OSError when no answer came."""
        try:
            answer = client.request("POST", EVENTS, call.body(), {"amz-sdk-invocation-id": call.invocation_id})
        except OSError:
            self.take_unanswered(call)
            raise
        return self.take_answer(call, answer)

    def take_unanswered(self, call):
        """Takes down that a call was sent and had no answer."""
        with self.lock:
            self.unanswered.append(call)
            self.entries_unanswered += len(call.numbers)

    def take_answer(self, call, answer):
        """Takes down, and returns, the answer to a call."""
        results = answer.json()["eventResults"] if answer.status == 200 else []
        with self.lock:
            self.entries_answered += len(call.numbers)
            for number, result in zip(call.numbers, results):
                if result["eventId"] is not None:
                    before = self.acknowledged.setdefault(number, result["eventId"])
                    if before != result["eventId"]:
                        raise AssertionError(f"event {number} was acknowledged as {before} and as {result['eventId']}")
            if answer.status == 200:
                self.refused.difference_update(call.numbers)
                self.answered_calls = [*self.answered_calls[-9:], call]
            else:
                self.refused.update(number for number in call.numbers if number not in self.acknowledged)
                self.refused_calls = [*self.refused_calls[-99:], call]
        return answer

    def repeat_unanswered(self, client):
        """Repeats, as an SDK does, the calls that had no answer; returns what went wrong."""
        calls, self.unanswered = self.unanswered, []
        return [f"a repeated call was answered with {answer.status}"
                for answer in [self.send(client, call) for call in calls] if answer.status != 200]

    def repeat_refused(self, client):
        """Repeats the last calls that were answered with an error; returns what went wrong."""
        calls, self.refused_calls = self.refused_calls, []
        return [f"a repeated call was answered with {answer.status}"
                for answer in [self.send(client, call) for call in calls] if answer.status != 200]

    def repeat_answered(self, client):
        """Repeats the last calls that had an answer; the ids must be the same, and nothing is stored."""
        faults = []
        for call in list(self.answered_calls):
            try:
                answer = self.send(client, call)
                if answer.status != 200:
                    faults.append(f"a repeated call was answered with {answer.status}")
            except AssertionError as e:
                faults.append(str(e))
        return faults

    def compare(self, server, whole=False):
        """Reads what the server has stored since the last comparison, or all of it; returns what is wrong with it."""
        faults = []
        if whole:
            self.stored = {}
            last_sequence = None
        else:
            last_sequence = self.last_sequence
        for event in read_events(server, last_sequence or 0):
            number = json.loads(event["data"])["n"]
            expected = None if last_sequence is None else last_sequence + 1
            if expected is not None and event["sequence"] != expected and not (
                    self.gap_allowed and event["sequence"] > expected):
                faults.append(f"after sequence {last_sequence} comes {event['sequence']}")
            self.gap_allowed = False
            last_sequence = event["sequence"]
            if number in self.stored:
                faults.append(f"event {number} is stored twice")
            if number > self.last_number:
                faults.append(f"event {number} is stored but was never sent")
            elif event["data"] != data(number, self.data_sizes.get(number, 0)):
                faults.append(f"event {number} is stored with other data")
            self.stored[number] = event["eventId"]
        self.last_sequence = last_sequence or 0
        lost = self.acknowledged.keys() - self.stored.keys()
        if lost:
            faults.append(f"{len(lost)} acknowledged events are not stored, such as {min(lost)}")
        renamed = [n for n, event_id in self.acknowledged.items() if self.stored.get(n, event_id) != event_id]
        if renamed:
            faults.append(f"{len(renamed)} events are stored under another id than acknowledged, such as {renamed[0]}")
        return faults

    def stored_though_refused(self):
        stored = self.refused & self.stored.keys()
        return [f"{len(stored)} events were answered with an error, but are stored, such as {min(stored)}"] \
            if stored else []

    def compare_after_reset(self, server, before, numbers_after):
        """Like compare, when a reset may have been made, which removes all or nothing of what was before it.

        before: numbers acknowledged before the reset was sent; numbers_after: the last one that was given before the
        reset had its answer, or None if it had none. Returns the faults and whether the reset was made.
        """
        stored = {json.loads(event["data"])["n"]: event for event in read_events(server, 0)}
        if any(number in stored for number in before):
            faults = ["a reset was answered, but not made"] if numbers_after is not None else []
            return faults + self.compare(server), False
        faults = []
        # What was acknowledged while the reset was made may have come before it.
        self.acknowledged = {
            number: event_id for number, event_id in self.acknowledged.items()
            if number in stored or (numbers_after is not None and number > numbers_after)}
        self.answered_calls = []
        self.stored = {}
        self.gap_allowed = True
        return faults + self.compare(server), True

    def settle(self, server):
        """After a crash: nothing is lost or doubled, and what is sent again is stored once. Returns the faults."""
        faults = self.compare(server)
        with Client(server.port) as client:
            faults += self.repeat_unanswered(client) + self.repeat_answered(client)
        faults += self.compare(server)
        missing = self.last_number - len(self.refused) - len(self.stored)
        if not faults and not self.has_been_reset and missing:
            faults.append(f"{missing} of all events sent are not stored")
        return faults

    def accounts(self, server, since=None):
        """What the counters of a server, started after the snapshot, say against what it was sent; the faults."""
        metrics = server.metrics()
        received = metrics.get("evidently_events_received_total", 0)
        settled = metrics.get("evidently_events_total", 0)
        answered, unanswered = self.entries_answered, self.entries_unanswered
        if since is not None:
            answered, unanswered = answered - since[0], unanswered - since[1]
        faults = []
        if received != settled:
            faults.append(f"received {received:.0f}, but {settled:.0f} have an outcome")
        if not answered <= received <= answered + unanswered:
            faults.append(f"received {received:.0f}, but {answered} were answered and {unanswered} were not")
        return faults

    def snapshot(self):
        return self.entries_answered, self.entries_unanswered


def read_events(server, after):
    """All events after a sequence, in the order in which the server tells them."""
    with Client(server.port) as client:
        while after is not None:
            answer = client.request("GET", f"/_evidently/events?limit=1000&after={after}")
            if answer.status != 200:
                raise RuntimeError(f"the events cannot be read: {answer.status} {answer.body[:300]!r}")
            page = answer.json()
            yield from page["events"]
            after = page["nextAfter"]


class Answers:
    """Counts answers by their status, and keeps what is wrong with the shape of the errors. Thread-safe."""

    def __init__(self):
        self.lock = threading.Lock()
        self.by_status = {}
        self.faults = []
        self.seconds_max = 0

    def add(self, answer):
        fault = None if answer.status == 200 else answer.fault_of_shape()
        with self.lock:
            self.by_status[answer.status] = self.by_status.get(answer.status, 0) + 1
            if answer.status == 200:
                self.seconds_max = max(self.seconds_max, answer.seconds)
            if fault:
                self.faults.append(fault)

    def refused(self):
        return sum(count for status, count in self.by_status.items() if status != 200)

    def __str__(self):
        return ", ".join(f"{count} times {status}" for status, count in sorted(self.by_status.items()))


class Load:
    """Threads that send batches of 1 and 50 new events until they are stopped or the server is gone."""

    def __init__(self, server, ledger, senders=8, data_size=0, batches=(1, BATCH_MAX), answered=lambda answer: None):
        self.server = server
        self.ledger = ledger
        self.data_size = data_size
        self.batches = batches
        self.answered = answered
        self.stopping = threading.Event()
        self.failure = None
        self.threads = in_threads(senders, self.run)

    def run(self, index):
        count = self.batches[index % len(self.batches)]
        with Client(self.server.port) as client:
            try:
                while not self.stopping.is_set():
                    self.answered(self.ledger.send(client, self.ledger.new_call(count, self.data_size)))
            except OSError:
                pass  # The server is gone.
            except Exception as e:  # To be told by the thread that waits.
                self.failure = e

    def join(self):
        for thread in self.threads:
            thread.join()
        if self.failure is not None:
            raise self.failure

    def stop(self):
        self.stopping.set()
        self.join()

    def run_for(self, seconds):
        time.sleep(seconds)
        self.stop()


def shown(faults):
    return "; ".join(faults[:FAULTS_SHOWN_MAX]) + (f"; and {len(faults) - FAULTS_SHOWN_MAX} more"
                                                  if len(faults) > FAULTS_SHOWN_MAX else "")
