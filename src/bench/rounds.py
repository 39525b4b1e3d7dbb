"""The rounds of a run, in each of which all that is compared takes turns."""

import contextlib
import functools
import json
import os
import re
import statistics
import time

from bodies import PEER_LOADS
from contestants import Contestants
from counters import scrape
from growth import Growth
from load import Load
from machine import machine, size_mb, versions
from measurements import (
    ACCESS, CLASSES, CONNECTIONS, EVALUATE, IDLE_SECONDS, MEASUREMENTS, OUTPUT, PEERS, SLICE_PAUSE_SECONDS, SLICE_SECONDS,
    STARTS, TOGETHER, select)
from report import Failure, errors, report, say
from resources import make_features
from results import Results
from servers import call, http

RESULTS = OUTPUT / "results.json"


class Bench:
    """What one run needs, and what it has found."""

    def __init__(self, options, work):
        quick = options.quick
        self.rounds = options.rounds or (1 if quick else 5)
        self.seconds = options.seconds or (1 if quick else 10)
        self.warm_up_seconds = 1 if quick else 20
        self.warm_up_again_seconds = 1 if quick else 10
        self.open_loop_seconds = self.seconds if quick else max(self.seconds, 25)
        self.selected = select(options.only, quick)
        self.rounds_found = []
        self.contestants = Contestants(work)
        self.load = Load(self.contestants, self.open_loop_seconds, self.warm_up_again_seconds)
        self.results = Results(self.contestants, self.load, quick, self.seconds, self.warm_up_seconds)
        self.growth = Growth(self.contestants, self.load, self.rounds, self.warm_up_seconds, self.in_turn)

    def in_turn(self, measurements, backwards):
        """Measures by slices in turn, so that a slow minute of the machine hits all alike.

        measurements: names and functions that measure for so many seconds
        """
        names = list(measurements)
        slices = {name: [] for name in names}
        seconds = min(self.seconds, SLICE_SECONDS)
        for number in range(self.seconds // seconds):
            for name in reversed(names) if (number % 2 == 1) != backwards else names:
                # What the one before leaves to be done later, such as a checkpoint, is not to hinder this one.
                time.sleep(SLICE_PAUSE_SECONDS)
                slices[name].append(measurements[name](seconds))
        return {name: whole(found) for name, found in slices.items()}

    def measure_evidently(self, backwards):
        names = [name for name in MEASUREMENTS if name in self.selected and re.match("durable|no-op|open-loop", name)]
        found = {}
        with contextlib.ExitStack() as stack:
            servers = {}
            for kind, start in (
                    ("durable", self.contestants.start_durable),
                    ("no-op", lambda: self.contestants.start_variant("no-op", "NoOpCommitServer"))):
                if any(name.startswith(kind) or (name == "open-loop" and kind == "durable") for name in names):
                    servers[kind] = start()
                    stack.callback(self.contestants.discard, servers[kind])
            for kind, server in servers.items():
                self.load.put_events(kind, server, 50, self.warm_up_seconds)

            def put(name):
                kind, events, *arguments = re.match(r"(durable|no-op)-(\d+)(?:-(ids))?$", name).groups()
                arguments = [argument for argument in arguments if argument]
                return lambda seconds: self.load.put_events(name, servers[kind], int(events), seconds, *arguments)

            for together in TOGETHER:
                measurements = {name: put(name) for name in together if name in names}
                for warm_up in measurements.values():
                    warm_up(self.warm_up_again_seconds)
                found |= self.in_turn(measurements, backwards)
            if "open-loop" in names:
                found["open-loop"] = self.load.open_loop(servers["durable"])
            for name in names:
                report(name, found[name])
            for kind, server in servers.items():
                found[f"{kind}-memory"] = {"peakRssMb": server.memory_mb("VmHWM")}
        return found

    def measure_access(self, backwards):
        """The same signed requests to a server that looks at the signatures and to one that does not."""
        with contextlib.ExitStack() as stack:
            measurements = {}
            for name in ACCESS:
                if name in self.selected:
                    server = self.contestants.start_access(name.split("-")[1])
                    stack.callback(self.contestants.discard, server)
                    measurements[name] = functools.partial(self.load.put_signed, name, server)
                    measurements[name](self.warm_up_seconds)
            found = self.in_turn(measurements, backwards)
            for name in found:
                report(name, found[name])
            return found

    def measure_evaluate(self, backwards):
        """EvaluateFeature beside an endpoint of the same server that does nothing."""
        selected = [name for name in EVALUATE if name in self.selected]
        if not selected:
            return {}
        server = self.contestants.start_variant("evaluate", "EmptyEndpointServer")
        try:
            make_features(server.port)
            # All of them first: the endpoints share compiled code.
            for name in selected:
                self.load.evaluate(name, server, self.warm_up_seconds)
            found = self.in_turn({name: functools.partial(self.load.evaluate, name, server) for name in selected}, backwards)
            outcomes = re.findall(r"^evidently_evaluation_events_total\{.*lost.*\} (\S+)$", scrape(server.port), re.M)
            for name in selected:
                report(name, found[name])
            say(f"  events of evaluations lost: {float(outcomes[0]):,.0f}")
            return found
        finally:
            self.contestants.discard(server)

    def measure_peer(self, name):
        kind, *_, size = name.split("-")
        server = self.contestants.start_kinesalite() if kind == "kinesalite" else self.contestants.start_elasticmq()
        try:
            bodies, path, headers = PEER_LOADS[name.removesuffix(f"-{size}")](server.port, int(size))
            answer = http("POST", server.port, path, bodies[0], headers)
            stored = answer.count("SequenceNumber" if kind == "kinesalite" else "MD5OfMessageBody")
            if stored not in (int(size), 2 * int(size)) or "BatchResultErrorEntry" in answer:
                raise Failure(f"{name} did not take its batch: {answer[:1000]}")
            file = self.contestants.directory() / "bodies"
            file.write_text("".join(body + "\n" for body in bodies), encoding="ascii")
            self.load.wrk(name, server, self.warm_up_seconds, "bodies.lua", path, [file], headers)
            found = self.load.wrk(name, server, self.seconds, "bodies.lua", path, [file], headers)
            found["eventsPerSecond"] = found["requestsPerSecond"] * int(size)
            found["peakRssMb"] = server.memory_mb("VmHWM")
            return found
        finally:
            self.contestants.discard(server)

    def measure_append(self):
        file = self.contestants.directory() / "events"
        command = [self.contestants.java, "-cp", CLASSES, "io.github.evidently.bench.AppendAndSync", file, self.seconds]
        self.contestants.remember("append-and-sync", command)
        try:
            return json.loads(call(command))
        finally:
            file.unlink(missing_ok=True)

    def measure_start(self, name):
        server = self.contestants.start_durable(STARTS[name], name=name) if name in STARTS else self.contestants.start_elasticmq()
        try:
            time.sleep(IDLE_SECONDS)
            return {"startSeconds": server.start_seconds, "idleRssMb": server.memory_mb("VmRSS")}
        finally:
            self.contestants.discard(server)

    def run(self):
        self.contestants.prepare(self.selected)
        for number in range(self.rounds):
            say(f"round {number + 1} of {self.rounds}")
            backwards = number % 2 == 1
            found = (self.measure_evidently(backwards) | self.measure_access(backwards)
                     | self.measure_evaluate(backwards) | self.results.measure_open(self.selected, backwards))
            for name in MEASUREMENTS:
                if name not in self.selected or name in found:
                    continue
                if name in PEERS:
                    found[name] = self.measure_peer(name)
                elif name == "append-and-sync":
                    found[name] = self.measure_append()
                elif name == "results":
                    found[name] = self.results.measure()
                elif name.startswith("start-"):
                    found[name] = self.measure_start(name)
                else:
                    continue
                report(name, found[name])
            self.rounds_found.append(found)
            self.write()
        self.results.discard()
        if "growth" in self.selected:
            self.growth.measure(self.write)
            self.write()

    def write(self):
        results = {
            "machine": machine(self.contestants.work), "versions": versions(self.contestants), "commands": self.contestants.commands,
            "settings": {
                "rounds": self.rounds, "seconds": self.seconds, "warmUpSeconds": self.warm_up_seconds,
                "warmUpAgainSeconds": self.warm_up_again_seconds, "openLoopSeconds": self.open_loop_seconds,
                "connections": CONNECTIONS,
            },
            "runtimeMb": size_mb(self.contestants.runtime), "rounds": self.rounds_found, "growth": self.growth.found,
            "errors": errors,
        }
        OUTPUT.mkdir(parents=True, exist_ok=True)
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        return results


def whole(slices):
    """Slices of a measurement as one: sums, rates over all of them, and medians of the percentiles."""
    total = {key: sum(found[key] for found in slices) for key in slices[0]}
    for key in total:
        if key.endswith("PerSecond"):
            total[key] = sum(found[key] * found["seconds"] for found in slices) / total["seconds"]
        elif key.endswith("Ms"):
            total[key] = statistics.median(found[key] for found in slices)
    if "cpuSeconds" in total:
        total["cpuMicros"] = total["cpuSeconds"] / total["requests"] * 1e6
        total["idleShare"] = total["idleSeconds"] / total["seconds"] / os.cpu_count()
        total["requestsPerCommit"] = total["requests"] / total["commits"] if total["commits"] else 0
    return total
