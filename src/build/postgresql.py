"""PostgreSQL servers in processes of their own, for checks and benchmarks of several nodes."""

import os
import pathlib
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
START_MAX_SECONDS = 60
STOP_MAX_SECONDS = 30
UNPACK_MAX_SECONDS = 300


def as_user(*command):
    """The command as a user that PostgreSQL accepts: it refuses to run as root."""
    if os.geteuid() == 0:
        return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *map(str, command)]
    return list(map(str, command))


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


def unpack(directory, java_home):
    """Unpacks PostgreSQL's programs into a directory, unless they are there."""
    if not directory.exists():
        subprocess.run([ROOT / "src/build/postgresql", directory], check=True, timeout=UNPACK_MAX_SECONDS,
                       env=dict(os.environ, JAVA_HOME=str(java_home)))
    return directory


class Database:
    """A PostgreSQL server with the database and the role evidently; as a context manager it is gone at the end.

    programs: where it was unpacked; home: an empty directory that its user can reach.
    """

    def __init__(self, programs, home):
        self.programs = programs
        self.port = free_port()
        self.process = None
        self.home = home
        self.home.chmod(0o777)
        self.data = home / "data"
        self.log = home / "log"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def create(self, *settings):
        self.run("initdb", "--no-sync", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "-D", self.data)
        self.configure(
            "listen_addresses = '127.0.0.1'", f"port = {self.port}", "unix_socket_directories = ''", "max_connections = 60",
            *settings)
        self.sql("CREATE ROLE evidently LOGIN PASSWORD 'evidently'", "CREATE DATABASE evidently OWNER evidently")
        return self

    def configure(self, *settings):
        """Adds settings, of which the last one with a name counts, for the next start."""
        with open(self.data / "postgresql.conf", "a", encoding="ascii") as file:
            file.writelines(setting + "\n" for setting in settings)

    def sql(self, *statements):
        """Runs statements while the server does not run."""
        done = subprocess.run(
            as_user(self.programs / "bin/postgres", "--single", "-D", self.data, "-c", "synchronous_standby_names=", "postgres"),
            input="".join(statement + "\n" for statement in statements), capture_output=True, text=True,
            timeout=START_MAX_SECONDS, check=False, cwd=self.home)
        if done.returncode != 0 or "ERROR" in done.stderr:
            raise RuntimeError(f"PostgreSQL: {done.stderr[-1000:]}")

    def run(self, program, *arguments):
        done = subprocess.run(
            as_user(self.programs / "bin" / program, *arguments), capture_output=True, text=True,
            timeout=START_MAX_SECONDS, check=False, cwd=self.home)
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stdout[-500:]} {done.stderr[-1000:]}")

    def start(self):
        before = len(self.said())
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                as_user(self.programs / "bin/postgres", "-D", self.data), stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, cwd=self.home, start_new_session=True)
        deadline = time.monotonic() + START_MAX_SECONDS
        while "ready to accept" not in self.said()[before:]:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("PostgreSQL did not start: " + self.said()[-1000:])
            time.sleep(0.02)
        return self

    def said(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def stop(self, how=signal.SIGINT):
        """SIGINT ends the sessions; SIGQUIT is pg_ctl's immediate: nothing is written, as when it crashes."""
        if self.process is not None and self.process.poll() is None:
            os.kill(self.process.pid, how)
            self.process.wait(STOP_MAX_SECONDS)

    def kill(self):
        """SIGKILL of all its processes."""
        if self.process is not None and self.process.poll() is None:
            self.signal(signal.SIGKILL)
            self.process.wait()

    def signal(self, number):
        """To all its processes: PostgreSQL makes a group of each, but the parent is the same."""
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False)
        for pid in [self.process.pid, *map(int, listed.stdout.split())]:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def promote(self):
        """Makes a standby the primary."""
        self.run("pg_ctl", "promote", "-D", self.data, "-w")

    def copy_to(self, other, *settings):
        """Makes another server's data those of this one, which must not run."""
        subprocess.run(["cp", "-a", str(self.data), str(other.data)], check=True, timeout=60)
        other.configure(f"port = {other.port}", *settings)


def url(*ports):
    """The JDBC URL of the database; with several ports, of the one that takes writes."""
    hosts = ",".join(f"127.0.0.1:{port}" for port in ports)
    return f"jdbc:postgresql://{hosts}/evidently" + ("?targetServerType=primary" if len(ports) > 1 else "")
