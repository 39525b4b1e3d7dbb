"""The machine, and the versions of what runs on it."""

import json
import os
import pathlib
import platform
import re
import subprocess

from measurements import HERE
from report import Failure
from servers import call


def machine(directory):
    cpu = re.search(r"^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.M)
    memory = re.search(r"^MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text(encoding="ascii"), re.M)
    system = re.search('^PRETTY_NAME="(.*)"', pathlib.Path("/etc/os-release").read_text(encoding="utf-8"), re.M)
    mounts = [line.split() for line in pathlib.Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
    mount = max((words for words in mounts if directory.is_relative_to(words[1])), key=lambda words: len(words[1]))
    return {
        "CPU": cpu[1] if cpu else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "RAM": f"{int(memory[1]) / 2**20:.1f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "system": system[1] if system else "unknown",
        "file system": f"{mount[2]} ({mount[3]}) on {pathlib.Path(mount[0]).name}",
    }


def versions(contestants):
    """Of what was measured and what it was measured with."""
    pom = (HERE / "elasticmq/pom.xml").read_text(encoding="utf-8")
    lock = json.loads((HERE / "kinesalite/package-lock.json").read_text(encoding="utf-8"))
    java = subprocess.run([contestants.java, "-version"], stderr=subprocess.PIPE, text=True, check=True).stderr
    libraries = " ".join(path.name for path in (contestants.runtime / "lib").iterdir())
    wrk = subprocess.run(["wrk", "-v"], stdout=subprocess.PIPE, text=True, check=False).stdout
    library = lambda name: re.search(rf"\b{name}-(\d[\w.]*)\.jar", libraries)[1]  # noqa: E731
    return {
        "evidently-emulator": commit(),
        "Java": java.splitlines()[1],
        "Spring Boot": library("spring-boot"), "Tomcat": library("tomcat-embed-core"),
        "sqlite-jdbc": library("sqlite-jdbc"),
        "wrk": re.search(r"wrk (?:debian/)?(\S+)", wrk)[1],
        "Node.js": call(["node", "--version"]).strip(),
        "kinesalite": lock["packages"]["node_modules/kinesalite"]["version"],
        "ElasticMQ": re.search("<elasticmq.version>(.*)</", pom)[1],
    }


def commit():
    try:
        return call(["git", "describe", "--always", "--dirty", "--abbrev=10"]).strip()
    except (Failure, FileNotFoundError):
        return "unknown: not in a clone"


def size_mb(directory):
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file()) / 1e6
