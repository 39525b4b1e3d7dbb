"""A store that is filled ever more beside one that is new."""

import functools
import shutil

from counters import accepted
from machine import size_mb
from measurements import GROWTH_DISK_BYTES, GROWTH_EVENTS
from report import Failure, report


class Growth:
    """Measures a server of a filled store beside that of a new one; both are started and warmed up alike.

    in_turn: measures by slices in turn
    """

    def __init__(self, contestants, load, rounds, warm_up_seconds, in_turn):
        self.contestants = contestants
        self.load = load
        self.rounds = rounds
        self.warm_up_seconds = warm_up_seconds
        self.in_turn = in_turn
        self.found = []

    def measure(self, write):
        """write: is called after each measurement, which takes long"""
        free = shutil.disk_usage(self.contestants.work).free
        if free < GROWTH_DISK_BYTES:
            raise Failure(f"growth needs {GROWTH_DISK_BYTES / 1e9:.0f} GB of disk, {free / 1e9:.0f} GB are free")
        filled = self.contestants.directory()
        stored = 0
        for goal in GROWTH_EVENTS:
            stored = self.fill(filled, stored, goal)
            for number in range(self.rounds if goal == GROWTH_EVENTS[-1] else 1):
                stored = self.measure_filled(filled, stored, goal, number % 2 == 1)
                write()
        shutil.rmtree(filled)

    def fill(self, directory, stored, goal):
        server = self.contestants.start_durable(directory=directory)
        try:
            while stored + accepted(server.port) < goal:
                self.load.put_events("growth", server, 50, 10)
            return stored + accepted(server.port)
        finally:
            server.stop()

    def measure_filled(self, filled, stored, goal, backwards):
        """Returns how many events are stored after it."""
        new = self.contestants.directory()
        servers = {}
        try:
            for name, directory in (("filled", filled), ("new", new)):
                servers[name] = self.contestants.start_durable(directory=directory)
                self.load.put_events("growth", servers[name], 50, self.warm_up_seconds)
            before = {name: accepted(server.port) for name, server in servers.items()}
            before["filled"] += stored
            found = self.in_turn(
                {name: functools.partial(self.load.put_events, "growth", server, 50) for name, server in servers.items()},
                backwards)
            for name, server in servers.items():
                found[name].update(
                    goal=goal, isNew=name == "new", stored=before[name], peakRssMb=server.memory_mb("VmHWM"),
                    databaseMb=size_mb(server.log_path.parent / "data"))
                self.found.append(found[name])
                report(f"growth, {before[name]:,} stored", found[name])
            return stored + accepted(servers["filled"].port)
        finally:
            for server in servers.values():
                server.stop()
            shutil.rmtree(new)
