"""Running experiments of three metrics: how fast their events are counted, and how long answers take."""

import contextlib
import shutil
import sqlite3
import statistics
import time

from counters import accepted
from measurements import (
    PROJECT_PATH, RESULTS_EVENTS, RESULTS_EVENTS_QUICK, RESULTS_HEAP, RESULTS_LOAD, RESULTS_LOAD_OPEN, RESULTS_OPEN,
    RESULTS_START)
from report import report
from resources import ask_results, make_experiments, set_clock, write_results_load


class Results:
    """Measures the results of experiments; one store is filled for all rounds.

    seconds: how long the load of it is sent before it is looked whether it is enough
    """

    def __init__(self, contestants, load, quick, seconds, warm_up_seconds):
        self.contestants = contestants
        self.load = load
        self.quick = quick
        self.seconds = seconds
        self.warm_up_seconds = warm_up_seconds
        self.store = None
        self.events = 0

    def measure(self):
        """Running experiments of three metrics: how fast their events are counted, and how long answers take."""
        if self.store is None:
            self.fill()
        # Counted anew, as by a server of another version.
        with contextlib.closing(sqlite3.connect(self.store / "data/evidently.db")) as database, database:
            database.execute("UPDATE result_tally SET version = 0")
        begin = time.monotonic()
        server = self.start(self.store)
        try:
            ask_results(server.port, 1)
            counted = time.monotonic() - begin
        finally:
            server.stop()
        server = self.start(self.store)
        try:
            first = ask_results(server.port, 1)[0]
            later = ask_results(server.port, 100)
            return {"events": self.events, "eventsPerSecond": self.events / counted, "firstMs": first,
                    "p50Ms": statistics.median(later), "maxMs": max(later), "peakRssMb": server.memory_mb("VmHWM")}
        finally:
            server.stop()

    def start(self, directory):
        """Events and experiments are of a time of their own, at whose end it is asked."""
        server = self.contestants.start_durable(RESULTS_HEAP, directory, "results", EVIDENTLY_INSPECTION_CLOCK="true")
        set_clock(server.port, RESULTS_START + 3_600)
        return server

    def fill(self):
        directory = self.contestants.directory()
        goal = RESULTS_EVENTS_QUICK if self.quick else RESULTS_EVENTS
        file = write_results_load(directory, RESULTS_LOAD_OPEN if self.quick else RESULTS_LOAD)
        server = self.contestants.start_durable(RESULTS_HEAP, directory, "results", EVIDENTLY_INSPECTION_CLOCK="true")
        try:
            set_clock(server.port, RESULTS_START)
            make_experiments(server.port)
            while (stored := accepted(server.port)) < goal:
                self.load.wrk("results", server, self.seconds, "bodies.lua", PROJECT_PATH, [file])
            set_clock(server.port, RESULTS_START + 3_600)
            ask_results(server.port, 1)
        finally:
            server.stop()
        self.store, self.events = directory, stored

    def measure_open(self, selected, backwards):
        """The latency of the same events at a fixed rate, with experiments that count them and without any."""
        found = {}
        for name in reversed(RESULTS_OPEN) if backwards else RESULTS_OPEN:
            if name not in selected:
                continue
            directory = self.contestants.directory()
            file = write_results_load(directory, RESULTS_LOAD_OPEN)
            server = self.contestants.start_durable(RESULTS_HEAP, directory, "results", EVIDENTLY_INSPECTION_CLOCK="true")
            try:
                set_clock(server.port, RESULTS_START)
                if name == RESULTS_OPEN[1]:
                    make_experiments(server.port)
                self.load.wrk(name, server, self.warm_up_seconds, "bodies.lua", PROJECT_PATH, [file])
                found[name] = self.load.open_loop(server, name, file)
                report(name, found[name])
            finally:
                self.contestants.discard(server)
        return found

    def discard(self):
        if self.store:
            shutil.rmtree(self.store)
