"""What servers and the machine say of themselves."""

import hashlib
import hmac
import os
import pathlib
import re
import time

from report import errors
from servers import http

# The documentation's example of AWS.
ACCESS_KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET_ACCESS_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def scrape(port):
    path = "/actuator/prometheus"
    return http("GET", port, path, headers=sign("GET", port, path, ""))


def sign(method, port, path, body):
    """The headers of a Signature Version 4; servers that do not look at it take it too."""
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    scope = f"{now[:8]}/us-east-1/evidently/aws4_request"
    canonical = (f"{method}\n{path}\n\nhost:127.0.0.1:{port}\nx-amz-date:{now}\n\nhost;x-amz-date\n"
                 + hashlib.sha256(body.encode()).hexdigest())
    key = ("AWS4" + SECRET_ACCESS_KEY).encode()
    for part in (*scope.split("/"), f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"):
        key = hmac.digest(key, part.encode(), "sha256")
    return {"X-Amz-Date": now, "Authorization": f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY_ID}/{scope}, "
                                                f"SignedHeaders=host;x-amz-date, Signature={key.hex()}"}


def accepted(port):
    """How many events the server has accepted since its start; any other outcome is an error."""
    total = 0
    for outcome, value in re.findall(r'^evidently_events_total\{outcome="(\w+)".*\} (\S+)$', scrape(port), re.M):
        if outcome == "accepted":
            total += int(float(value))
        else:
            errors.append(f"{value} events were {outcome}")
    return total


def idle_seconds():
    """How long the cores had nothing to do since the machine's start, waiting for a disk included."""
    fields = pathlib.Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()
    return (int(fields[4]) + int(fields[5])) / os.sysconf("SC_CLK_TCK")


def commit_times(port):
    """The number of commits and the seconds that they took."""
    text = scrape(port)
    return [float(re.search(rf"^evidently_commit_seconds_{part} (\S+)$", text, re.M)[1]) for part in ("count", "sum")]
