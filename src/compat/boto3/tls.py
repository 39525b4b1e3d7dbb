"""The story over TLS and with the host prefix: the certificate must be good for localhost and dataplane.localhost."""

import os
import runpy
import socket

resolve = socket.getaddrinfo


def resolve_localhost(host, *rest, **named):
    # All names under localhost are this machine (RFC 6761), but not every system knows.
    return resolve("localhost" if host == "dataplane.localhost" else host, *rest, **named)


socket.getaddrinfo = resolve_localhost
os.environ["EVIDENTLY_PROJECT"] = "compat-boto3-tls"
runpy.run_path("story.py", run_name="__main__")
