"""Processes that listen on a port, and calls of programs and of servers."""

import os
import pathlib
import re
import shlex
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from measurements import ROOT
from report import Failure

START_MAX_SECONDS = 120
STOP_MAX_SECONDS = 30

# Those that are to be stopped at the end.
running = []


def find_jdk():
    return pathlib.Path(call([ROOT / "src/build/jdk"]).strip())


def call(command, **options):
    result = subprocess.run(
        [str(word) for word in command], cwd=options.pop("cwd", ROOT), text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, check=False, **options)
    if result.returncode != 0:
        raise Failure(f"{shlex.join(str(word) for word in command)} ended with {result.returncode}:\n"
                      f"{(result.stdout + result.stderr)[-3000:]}")
    return result.stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def http(method, port, path, body=None, headers=None):
    """The body of a successful answer."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", method=method, headers=headers or {},
        data=body.encode() if isinstance(body, str) else body)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        raise Failure(f"{method} {path} was answered with {error.code}: {error.read()[:500]}") from error


class Server:
    """A process that listens on a port; in a group of its own, so that nothing of it stays."""

    def __init__(self, command, environment, directory, is_ready):
        self.command = [str(word) for word in command]
        self.log_path = pathlib.Path(directory) / "log"
        self.port = int(environment["BENCH_PORT"])
        with open(self.log_path, "w", encoding="utf-8") as log:
            begin = time.monotonic()
            self.process = subprocess.Popen(
                self.command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True)
        running.append(self)
        while not is_ready(self.port):
            if self.process.poll() is not None or time.monotonic() - begin > START_MAX_SECONDS:
                self.process.kill()
                raise Failure(f"{self.command[0]} did not start:\n{self.log_path.read_text()[-3000:]}")
            time.sleep(0.002)
        self.start_seconds = time.monotonic() - begin

    def memory_mb(self, field):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.search(rf"^{field}:\s+(\d+) kB", status, re.M)[1]) * 1024 / 1e6

    def cpu_seconds(self):
        """What all threads have taken since the start."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        alive = self.process.poll() is None
        if alive:
            self.process.terminate()
            try:
                self.process.wait(STOP_MAX_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        if self in running:
            running.remove(self)
            if not alive:
                raise Failure(f"{self.command[0]} ended by itself:\n{self.log_path.read_text()[-3000:]}")


class JarServer(Server):
    """A server of a jar with a project demo and a store of its own below the directory, for comparing builds."""

    def __init__(self, jar, directory, *options):
        port = free_port()
        self.store = pathlib.Path(directory, "store")
        super().__init__(
            [find_jdk() / "bin/java", "-Xmx256m", "-jar", pathlib.Path(jar).resolve(), f"--server.port={port}",
             f"--evidently.store.directory={self.store}", "--evidently.project.names=demo", *options],
            dict(os.environ, BENCH_PORT=str(port)), directory, is_ready)


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_ready(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(b"GET /actuator/health/readiness HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return connection.recv(12) == b"HTTP/1.1 200"
    except OSError:
        return False
