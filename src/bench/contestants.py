"""The servers that are compared, and what they need before they can be started."""

import json
import os
import pathlib
import re
import shlex
import shutil
import tempfile
import time

from bodies import KINESALITE_HEADERS
from counters import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from measurements import CLASSES, HERE, JAR, ROOT
from report import Failure, say
from servers import START_MAX_SECONDS, Server, call, find_jdk, free_port, http, is_ready, listens

CREDENTIALS = f"""credentials:
  - access-key-id: {ACCESS_KEY_ID}
    secret-access-key: {SECRET_ACCESS_KEY}
    statements:
      - {{effect: allow, actions: ["*"], resources: ["*"]}}
"""


class Contestants:
    """Starts servers, each in a directory of its own, and remembers by which commands."""

    def __init__(self, work):
        self.work = work
        self.java_home = find_jdk()
        self.java = self.java_home / "bin/java"
        self.runtime = work / "runtime"
        self.variant_classes = work / "variants"
        self.commands = {}

    def prepare(self, selected):
        """selected: the names of the measurements"""
        if not JAR.exists():
            raise Failure("there is no target/evidently-emulator.jar; ./mvnw verify makes it")
        environment = dict(os.environ, JAVA_HOME=str(self.java_home))
        say("compiling the benchmarks")
        # Compiled with the tests, which ./mvnw verify has run.
        call(["./mvnw", "-B", "-ntp", "-q", "-Pbench", "-DskipTests", "test-compile"], env=environment)
        self.variant_classes.joinpath("io/github/evidently").mkdir(parents=True)
        for pattern in ("NoOp*.class", "EmptyEndpoint*.class"):
            for path in CLASSES.glob(f"io/github/evidently/{pattern}"):
                shutil.copy(path, self.variant_classes / "io/github/evidently")
        call(["docker/build-runtime", JAR, self.runtime], env=environment)
        if any(name.startswith("kinesalite") for name in selected):
            modules = HERE / "kinesalite/node_modules/.package-lock.json"
            if not modules.exists() or modules.stat().st_mtime < (HERE / "kinesalite/package-lock.json").stat().st_mtime:
                say("installing kinesalite")
                call(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=HERE / "kinesalite")
        if any("elasticmq" in name for name in selected):
            say("fetching ElasticMQ")
            call(["./mvnw", "-B", "-ntp", "-q", "-f", "src/bench/elasticmq/pom.xml", "dependency:build-classpath",
                  f"-Dmdep.outputFile={self.work}/elasticmq-classpath"], env=environment)

    def environment(self, **variables):
        """That of the caller without what changes a server, such as its port or the options of every JVM."""
        kept = {name: value for name, value in os.environ.items()
                if not re.match(r"(EVIDENTLY|SERVER|SPRING|_?JAVA|JDK|NODE|BENCH)_", name)}
        return dict(kept, JAVA_HOME=str(self.java_home), **variables)

    def evidently_environment(self, directory):
        port = str(free_port())
        return self.environment(
            BENCH_PORT=port, SERVER_PORT=port, SERVER_ADDRESS="127.0.0.1", EVIDENTLY_PROJECT_NAMES="demo",
            EVIDENTLY_STORE_DIRECTORY=str(directory / "data"))

    def start_durable(self, java_options="-Xmx256m", directory=None, name="durable", **variables):
        directory = directory or self.directory()
        environment = dict(self.evidently_environment(directory), JAVA_OPTS=java_options, **variables)
        command = [self.runtime / "bin/evidently-emulator"]
        self.remember(name, ["JAVA_OPTS=" + java_options, *command])
        return Server(command, environment, directory, is_ready)

    def start_access(self, authentication):
        """Under a signed load, with or without a look at the signatures."""
        directory = self.directory()
        environment = dict(
            self.evidently_environment(directory), JAVA_OPTS="-Xmx256m",
            EVIDENTLY_ACCESS_AUTHENTICATION=authentication)
        variables = ["JAVA_OPTS=-Xmx256m", "EVIDENTLY_ACCESS_AUTHENTICATION=" + authentication]
        if authentication == "verified":
            file = directory / "credentials.yaml"
            file.write_text(CREDENTIALS, encoding="ascii")
            environment["EVIDENTLY_ACCESS_CREDENTIALS_FILE"] = str(file)
            variables.append(f"EVIDENTLY_ACCESS_CREDENTIALS_FILE={file}")
        command = [self.runtime / "bin/evidently-emulator"]
        self.remember(f"access-{authentication}", [*variables, *command])
        return Server(command, environment, directory, is_ready)

    def start_variant(self, name, main_class):
        """A server that one more folder on the class path has made another."""
        directory = self.directory()
        # Those of the launcher, so that the two differ in nothing else.
        options = re.findall(r"-XX:(?!AOTCache)[^\s\\]+", (self.runtime / "bin/evidently-emulator").read_text("ascii"))
        command = [self.java, f"-XX:AOTCache={self.runtime}/evidently-emulator.aot", *options, "-Xmx256m",
                   f"-Dorg.sqlite.lib.path={self.runtime}/lib", "-cp", f"{self.runtime}/evidently-emulator.jar:{self.variant_classes}",
                   f"io.github.evidently.{main_class}"]
        self.remember(name, command)
        return Server(command, self.evidently_environment(directory), directory, is_ready)

    def start_kinesalite(self):
        port = str(free_port())
        command = ["node", HERE / "kinesalite/serve.js", port]
        self.remember("kinesalite", command, port)
        server = Server(command, self.environment(BENCH_PORT=port), self.directory(), listens)
        kinesis(server.port, "CreateStream", {"StreamName": "bench", "ShardCount": 1})
        deadline = time.monotonic() + START_MAX_SECONDS
        while kinesis(server.port, "DescribeStream", {"StreamName": "bench"})["StreamDescription"]["StreamStatus"] != "ACTIVE":
            if time.monotonic() > deadline:
                raise Failure("the stream did not become active")
            time.sleep(0.05)
        return server

    def start_elasticmq(self):
        directory = self.directory()
        port = str(free_port())
        configuration = directory / "elasticmq.conf"
        configuration.write_text(f"""include classpath("application.conf")
node-address {{ host = "127.0.0.1", port = {port} }}
rest-sqs {{ bind-hostname = "127.0.0.1", bind-port = {port} }}
rest-stats {{ enabled = false }}
queues {{ bench {{ }} }}
""", encoding="ascii")
        classpath = (self.work / "elasticmq-classpath").read_text(encoding="utf-8").strip()
        command = [self.java, f"-Dconfig.file={configuration}", "-cp", classpath, "org.elasticmq.server.Main"]
        self.remember("elasticmq", ["CLASSPATH" if word == classpath else word for word in command], port)
        return Server(command, self.environment(BENCH_PORT=port), directory, listens)

    def directory(self):
        return pathlib.Path(tempfile.mkdtemp(dir=self.work))

    def discard(self, server):
        server.stop()
        shutil.rmtree(server.log_path.parent, ignore_errors=True)

    def remember(self, name, command, port=None):
        """A command as another machine would run it."""
        text = shlex.join(str(word) for word in command)
        for path, shown in ((self.runtime, "DIR"), (self.work, "WORK"), (self.java, "java"), (f"{ROOT}/", "")):
            text = text.replace(str(path), shown)
        text = re.sub(r"WORK/tmp\w+", "WORK", text)
        text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)
        self.commands[name] = re.sub(rf"\b{port}\b", "PORT", text) if port else text


def kinesis(port, operation, content):
    answer = http("POST", port, "/", json.dumps(content),
                  {"X-Amz-Target": f"Kinesis_20131202.{operation}", **KINESALITE_HEADERS})
    return json.loads(answer) if answer else None
