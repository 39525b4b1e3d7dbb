"""Servers of a jar, for the benchmarks that compare builds."""

import pathlib
import socket
import subprocess
import sys
import time
import urllib.request

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "chaos"))

from server import find_jdk

START_MAX_SECONDS = 60


class Server:
    """A server with a project demo and a store of its own below the directory."""

    def __init__(self, jar, directory, *options):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.store = pathlib.Path(directory, "store")
        self.log = open(pathlib.Path(directory, "log"), "w", encoding="utf-8")
        self.process = subprocess.Popen(
            [find_jdk() / "bin/java", "-Xmx256m", "-jar", jar, f"--server.port={self.port}", f"--evidently.store.directory={self.store}",
             "--evidently.project.names=demo", *options], stdout=self.log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + START_MAX_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/actuator/health/readiness").close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    sys.exit(f"{jar} did not start")
                time.sleep(0.1)

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()
