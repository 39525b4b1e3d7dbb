"""What sends requests: wrk with its scripts, and requests at a fixed rate."""

import json
import re

from bodies import evidently_load
from counters import accepted, commit_times, idle_seconds, sign
from measurements import CLASSES, CONNECTIONS, HERE, OPEN_LOOP_EVENTS, OPEN_LOOP_REQUESTS_PER_SECOND, PROJECT_PATH
from report import Failure, errors
from servers import call


class Load:
    """Loads servers; each answer that is not a success is an error."""

    def __init__(self, contestants, open_loop_seconds, open_loop_warm_up_seconds):
        self.contestants = contestants
        self.open_loop_seconds = open_loop_seconds
        self.open_loop_warm_up_seconds = open_loop_warm_up_seconds

    def wrk(self, name, server, seconds, script, path, arguments, headers=None):
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s", "--latency"]
        for header, value in (headers or {}).items():
            command += ["-H", f"{header}: {value}"]
        command += ["-s", HERE / script, f"http://127.0.0.1:{server.port}{path}", "--", *arguments]
        # That of the no-op server is the same, and bodies of another size are in another file. Warm-ups come first.
        self.contestants.remember("load of " + re.sub(r"^(kinesalite|elasticmq-\w+)-\d+$", r"\1", name.replace("no-op", "durable")),
                      command)
        output = call(command)
        summary = re.search(r"^summary (\{.*\})$", output, re.M)
        if not summary:
            raise Failure(f"wrk has no summary:\n{output}")
        found = json.loads(summary[1])
        if found["errors"]:
            errors.append(f"{name}: {found['errors']} of {found['requests']} requests failed")
        return found

    def put_events(self, name, server, events, seconds, *arguments):
        """wrk against the server; what it says that it accepted is compared with what wrk says that it sent."""
        before = accepted(server.port)
        counters = self.counters(server)
        found = self.wrk(
            name, server, seconds, "put-project-events.lua", PROJECT_PATH, [str(events), *arguments])
        found.update((name, value - counters[name]) for name, value in self.counters(server).items())
        stored = accepted(server.port) - before
        if stored < found["requests"] * events:
            errors.append(f"{name}: {found['requests']} requests were answered, but {stored} events accepted")
        found["eventsPerSecond"] = found["requestsPerSecond"] * events
        return found

    @staticmethod
    def counters(server):
        commits, seconds = commit_times(server.port)
        return {"cpuSeconds": server.cpu_seconds(), "idleSeconds": idle_seconds(), "commits": commits,
                "commitSeconds": seconds}

    def open_loop(self, server, name="open-loop", file=None):
        command = [self.contestants.java, "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", CLASSES,
                   "io.github.evidently.bench.OpenLoop", server.port, PROJECT_PATH, OPEN_LOOP_REQUESTS_PER_SECOND,
                   OPEN_LOOP_EVENTS, self.open_loop_warm_up_seconds, self.open_loop_seconds, *([file] if file else [])]
        self.contestants.remember(f"load of {name}", command, server.port)
        found = json.loads(call(command))
        if found["errors"]:
            errors.append(f"{name}: {found['errors']} of {found['requests']} requests failed")
        found["eventsPerSecond"] = found["requestsPerSecond"] * OPEN_LOOP_EVENTS
        return found

    def put_signed(self, name, server, seconds):
        # Anew each time: a signature is good for five minutes.
        file = server.log_path.parent / "bodies"
        file.write_text("".join(
            "".join(f"{field}: {value}\t" for field, value in sign("POST", server.port, PROJECT_PATH, body).items())
            + body + "\n" for body in evidently_load(50)), encoding="ascii")
        before = accepted(server.port)
        found = self.wrk(name, server, seconds, "bodies.lua", PROJECT_PATH, [file])
        stored = accepted(server.port) - before
        if stored < found["requests"] * 50:
            errors.append(f"{name}: {found['requests']} requests were answered, but {stored} events accepted")
        found["eventsPerSecond"] = found["requestsPerSecond"] * 50
        return found

    def evaluate(self, name, server, seconds):
        if name == "evaluate-empty":
            return self.wrk(name, server, seconds, "evaluate.lua", "/bench/bench-1/empty/feature-1", [0])
        features = name.removeprefix("evaluate-")
        return self.wrk(
            name, server, seconds, "evaluate.lua", f"/projects/bench-{features}/evaluations/feature-", [features])
