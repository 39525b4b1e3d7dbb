"""The packaged server in processes of their own, and what a client needs to speak to them."""

import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAIN_CLASS = "io.github.evidently.EvidentlyEmulator"
START_MAX_SECONDS = 120
STOP_MAX_SECONDS = 20
BUILD_MAX_SECONDS = 300
ANSWER_MAX_SECONDS = 60

EVENTS = "/events/projects/demo"
READINESS = "/actuator/health/readiness"

# The servers live for seconds: compiling well would not pay.
JVM_OPTIONS = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"]


def find_jdk():
    found = subprocess.run([ROOT / "src/build/jdk"], capture_output=True, text=True, check=False)
    if found.returncode != 0:
        raise SystemExit(found.stderr.strip())
    return pathlib.Path(found.stdout.strip())


def as_root(*command):
    """Runs a command that only root may run; raises with what it said when it fails."""
    if os.geteuid() != 0:
        command = ("sudo", "-n", *command)
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")


class Runtime:
    """The packaged jar, extracted and with an AOT cache as in the image, and a directory for all that is written.

    jar: may also be the directory that docker/build-runtime has made of it.
    """

    def __init__(self, jar, work):
        self.jdk = find_jdk()
        self.work = pathlib.Path(work)
        self.directory = jar
        if not jar.is_dir():
            self.directory = self.work / "runtime"
            subprocess.run(
                [ROOT / "docker/build-runtime", jar, self.directory], check=True, stdout=subprocess.DEVNULL,
                env=dict(os.environ, JAVA_HOME=str(self.jdk)), timeout=BUILD_MAX_SECONDS)
        # Some servers run as another user. Those that are killed leave files behind.
        self.work.chmod(0o711)
        self.temporary = self.new_directory("tmp")
        self.temporary.chmod(0o1777)

    def new_directory(self, name):
        return pathlib.Path(tempfile.mkdtemp(prefix=name + "-", dir=self.work))

    def command(self, plant, jvm_options=()):
        java = [str(self.jdk / "bin/java"), *JVM_OPTIONS, *jvm_options, f"-Djava.io.tmpdir={self.temporary}",
                f"-Dorg.sqlite.lib.path={self.directory / 'lib'}"]
        jar = str(self.directory / "evidently-emulator.jar")
        if plant is not None:
            return [*java, "-cp", f"{plant}:{jar}", MAIN_CLASS]
        return [*java, f"-XX:AOTCache={self.directory / 'evidently-emulator.aot'}", "-jar", jar]


class Server:
    """A server process; as a context manager it is gone at the end.

    directory: where its database is; wrapper: a command that starts it, by exec; plant: a directory of classes that
    take the place of the packaged ones; jvm_options: come after JVM_OPTIONS; properties: as name=value.
    """

    def __init__(
            self, runtime, directory, *properties, wrapper=(), plant=None, jvm_options=(), environment=None,
            ready=True):
        self.directory = pathlib.Path(directory)
        self.jcmd = runtime.jdk / "bin/jcmd"
        self.log = runtime.new_directory("log") / "log"
        # In a directory that a server of another user may write to, too.
        self.port_file = runtime.temporary / f"{self.log.parent.name}.port"
        self.port = None
        self.started = time.monotonic()
        self.start_seconds = None
        arguments = ["--server.port=0", "--server.address=127.0.0.1", f"--evidently.store.directory={directory}",
                     "--evidently.project.names=demo", *("--" + name for name in properties)]
        inherited = {name: value for name, value in os.environ.items()
                     if not name.startswith(("EVIDENTLY_", "SERVER_", "JAVA_", "JDK_JAVA_"))}
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [*wrapper, *runtime.command(plant, jvm_options), *arguments], stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, cwd=self.log.parent,
                env={**inherited, "PORTFILE": str(self.port_file), **(environment or {})})
        self.pid = self.process.pid
        if ready:
            try:
                self.await_ready()
            except BaseException:
                self.kill()
                raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    @property
    def database(self):
        return self.directory / "evidently.db"

    @property
    def wal(self):
        return self.directory / "evidently.db-wal"

    def output(self):
        return self.log.read_text(errors="replace")

    def is_ready(self):
        """Whether it takes requests. It writes its port before it does."""
        try:
            self.port = int(self.port_file.read_text())
            return self.status(READINESS) == 200
        except (OSError, ValueError):
            return False

    def await_ready(self):
        deadline = time.monotonic() + START_MAX_SECONDS
        while time.monotonic() < deadline:
            ended = self.process.poll() is not None
            if self.is_ready():
                self.start_seconds = time.monotonic() - self.started
                return self
            if ended:
                break
            time.sleep(0.02)
        raise RuntimeError("the server did not start: " + self.output()[-2000:])

    def await_end(self):
        """The exit status of a server that ends by itself; None when it became ready instead."""
        deadline = time.monotonic() + START_MAX_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                return self.process.returncode
            if self.is_ready():
                return None
            time.sleep(0.02)
        raise RuntimeError("the server neither started nor ended: " + self.output()[-2000:])

    def kill(self):
        """SIGKILL; returns when the process is gone."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def stop(self):
        """SIGTERM; returns when the process is gone, and how long that took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_MAX_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f"SIGTERM did not end the server within {STOP_MAX_SECONDS} s") from None
        return time.monotonic() - started

    def memory_mb(self):
        """What the process has of the machine's memory now."""
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"^VmRSS:\s+(\d+) kB", status, re.M)[1]) / 1024

    def heap_mb(self):
        """What is in use of the heap after a full collection."""
        self.diagnose("GC.run")
        # Of each generation; what follows of a generation's spaces, or of the metaspace, has no comma in front.
        used = re.findall(r"total \d+K, used (\d+)K", self.diagnose("GC.heap_info"))
        if not used:
            raise RuntimeError("the JVM does not tell the size of its heap")
        return sum(map(int, used)) / 1024

    def diagnose(self, command):
        """What the JVM says to a command of jcmd."""
        done = subprocess.run(
            [self.jcmd, str(self.pid), command], capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"jcmd {command}: {done.stderr or done.stdout}")
        return done.stdout

    def get(self, path):
        with Client(self.port) as client:
            return client.request("GET", path)

    def status(self, path):
        return self.get(path).status

    def count(self):
        return self.get("/_evidently/events/count").json()["count"]

    def metrics(self):
        """Sums over all labels by name; those of evidently_events_total also by outcome."""
        sums = {}
        for name, labels, value in re.findall(
                r"^(\w+)(?:\{(.*)\})? (\S+)$", self.get("/actuator/prometheus").text(), re.M):
            outcome = re.search(r'outcome="(\w+)"', labels)
            for key in (name, outcome and f"{name}/{outcome[1]}"):
                if key:
                    sums[key] = sums.get(key, 0.0) + float(value)
        return sums


class Answer:
    def __init__(self, status, headers, body, seconds):
        self.status = status
        self.headers = headers
        self.body = body
        self.seconds = seconds

    def text(self):
        return self.body.decode()

    def json(self):
        return json.loads(self.body)

    def fault_of_shape(self):
        """What keeps an error from being one that every AWS SDK understands; None when it is."""
        type_name = self.headers.get("x-amzn-ErrorType")
        try:
            message = self.json().get("message")
        except (ValueError, AttributeError):
            message = None
        if not type_name or not isinstance(message, str):
            return f"{self.status} with x-amzn-ErrorType {type_name} and the body {self.body[:100]!r}"
        return None


class Client:
    """One keep-alive connection, made when it is needed. Raises OSError when there is no whole answer."""

    def __init__(self, port, timeout=ANSWER_MAX_SECONDS):
        self.port = port
        self.timeout = timeout
        self.connection = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def request(self, method, path, body=None, headers=()):
        started = time.monotonic()
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
                self.connection.connect()
                self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connection.request(method, path, body, dict(headers))
            response = self.connection.getresponse()
            answer = Answer(response.status, response.headers, response.read(), 0)
            answer.seconds = time.monotonic() - started
            if response.will_close:
                self.close()
            return answer
        except (http.client.HTTPException, OSError) as e:
            self.close()
            raise OSError(f"no answer: {e!r}") from e


def await_true(condition, seconds):
    """Whether a condition came true within the time; an exception of it counts as not yet."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return True
        except OSError:
            pass
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)


def in_threads(count, work):
    """Starts work(index) in so many threads."""
    threads = [threading.Thread(target=work, args=(i,), daemon=True) for i in range(count)]
    for thread in threads:
        thread.start()
    return threads
