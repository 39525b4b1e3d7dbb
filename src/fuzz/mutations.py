"""Valid requests of every operation, and what can be made of their bytes."""

import json

PROJECT = "/projects/demo"
EXPERIMENT = PROJECT + "/experiments/x"
LAUNCH = PROJECT + "/launches/l"
SEGMENT_ARN = "arn%3Aaws%3Aevidently%3Aus-east-1%3A000000000000%3Asegment%2Fs"
EVENTS = {"events": [{"timestamp": 1, "type": "aws.evidently.custom", "data": "{\"a\":1}"}]}
METRIC_GOALS = [{"metricDefinition": {"name": "m", "entityIdKey": "id", "valueKey": "v"}}]

# Method, path and body: all operations of the model, and what is the server's own and changes nothing for long.
CORPUS = [
    ("POST", "/projects", {"name": "p"}),
    ("GET", "/projects?maxResults=5", None),
    ("GET", PROJECT, None),
    ("PATCH", PROJECT, {"description": "d"}),
    ("PATCH", PROJECT + "/data-delivery", {"s3Destination": {"bucket": "b", "prefix": "p"}}),
    ("DELETE", "/projects/p", None),
    ("POST", PROJECT + "/features", {"name": "f", "variations": [
        {"name": "v", "value": {"boolValue": True}}, {"name": "w", "value": {"boolValue": False}}]}),
    ("GET", PROJECT + "/features", None),
    ("GET", PROJECT + "/features/f", None),
    ("PATCH", PROJECT + "/features/f", {"defaultVariation": "v", "entityOverrides": {"e": "w"}}),
    ("DELETE", PROJECT + "/features/g", None),
    ("POST", PROJECT + "/evaluations/f", {"entityId": "e", "evaluationContext": "{\"country\":\"es\"}"}),
    ("POST", PROJECT + "/evaluations", {"requests": [{"feature": "f", "entityId": "e"}] * 20}),
    ("POST", PROJECT + "/experiments", {"name": "x", "treatments": [
        {"name": "t", "feature": "f", "variation": "v"}, {"name": "u", "feature": "f", "variation": "w"}],
        "metricGoals": METRIC_GOALS}),
    ("GET", PROJECT + "/experiments?status=CREATED", None),
    ("GET", EXPERIMENT, None),
    ("PATCH", EXPERIMENT, {"description": "d"}),
    ("POST", EXPERIMENT + "/start", {"analysisCompleteTime": 2_000_000_000}),
    ("POST", EXPERIMENT + "/results", {"metricNames": ["m"], "treatmentNames": ["t", "u"]}),
    ("POST", EXPERIMENT + "/cancel", {"desiredState": "CANCELLED"}),
    ("DELETE", EXPERIMENT, None),
    ("POST", PROJECT + "/launches", {"name": "l", "groups": [{"name": "g", "feature": "f", "variation": "v"}],
                                     "scheduledSplitsConfig": {"steps": [{"startTime": 2_000_000_000,
                                                                          "groupWeights": {"g": 50_000}}]}}),
    ("GET", PROJECT + "/launches", None),
    ("GET", LAUNCH, None),
    ("PATCH", LAUNCH, {"description": "d"}),
    ("POST", LAUNCH + "/start", {}),
    ("POST", LAUNCH + "/cancel", {"desiredState": "CANCELLED"}),
    ("DELETE", LAUNCH, None),
    ("POST", "/segments", {"name": "s", "pattern": "{\"country\":[\"es\"]}"}),
    ("GET", "/segments", None),
    ("GET", "/segments/s", None),
    ("GET", "/segments/s/references?type=LAUNCH", None),
    ("DELETE", "/segments/s", None),
    ("POST", "/test-segment-pattern", {"pattern": "{\"a\":[{\"wildcard\":\"*b*\"}]}", "payload": "{\"a\":\"abc\"}"}),
    ("GET", "/tags/" + SEGMENT_ARN, None),
    ("POST", "/tags/" + SEGMENT_ARN, {"tags": {"k": "v"}}),
    ("DELETE", "/tags/" + SEGMENT_ARN + "?tagKeys=k", None),
    ("POST", "/events/projects/demo", EVENTS),
    ("POST", "/events/projects/arn%3Aaws%3Aevidently%3Aus-east-1%3A000000000000%3Aproject%2Fdemo", EVENTS),
    ("OPTIONS", "/events/projects/demo", None),
    ("HEAD", "/projects", None),
    ("GET", "/", None),
    ("GET", "/_evidently/events?limit=2", None),
    ("GET", "/_evidently/events/count", None),
    ("GET", "/_evidently/rejections", None),
    ("GET", "/_evidently/export", None),
    ("GET", "/_evidently/results", None),
    ("GET", "/actuator/health/readiness", None),
    ("GET", "/actuator/prometheus", None),
]

ODD_BYTES = [b"\0", b"\r", b"\n", b"\r\n", b"\r\n\r\n", b" ", b"\t", b":", b"%", b"%00", b"%2", b";", b"/", b"?", b"\x7f",
             b"\x80", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\"", b"{", b"[", b"\\", b"\\u0000"]
METHODS = [b"get", b"GE T", b"PROPFIND", b"TRACE", b"CONNECT", b"X" * 7_000, b"", b"G\0T", b"POST\t"]
TARGETS = [b"*", b"http://localhost/projects", b"http://a@b:99999/projects", b"localhost:2772", b"//projects", b"/../projects",
           b"/projects/%2e%2e/projects", b"/projects/%", b"/projects/\xff\xfe", b"/" + b"a" * 9_000, b"/projects;a=b",
           b"/projects?a=%zz", b"/projects?maxResults=99999999999999999999", b"https://", b"/" * 500, b"\\projects"]
VERSIONS = [b"HTTP/0.9", b"HTTP/1.0", b"HTTP/1.2", b"HTTP/2.0", b"HTTP/1.", b"http/1.1", b"HTTP/1.1 ", b"", b"HTTP/11111", b"\0"]
HEADERS = [
    b"Content-Length: 0", b"Content-Length: 5", b"Content-Length: -1", b"Content-Length: 99999999999999999999",
    b"Content-Length: +3", b"Content-Length: 0x10", b"Content-Length: 3, 3", b"Content-Length: 1000000",
    b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity", b"Transfer-Encoding: gzip, chunked",
    b"Transfer-Encoding: chunked, chunked", b"Transfer-Encoding: xchunked", b"Transfer-Encoding:\x0bchunked",
    b"Transfer-Encoding : chunked", b"TE: trailers", b"Trailer: Host", b"Expect: 100-continue", b"Expect: 200-ok",
    b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
    b"Upgrade: websocket\r\nConnection: Upgrade", b"Connection: close", b"Connection: keep-alive", b"Connection: \0",
    b"Host:", b"Host: a b", b"Host: evil.example", b"Host: [::1", b"Host: localhost:99999", b"Content-Encoding: gzip",
    b"Content-Type: multipart/form-data; boundary=", b"Content-Type: application/x-www-form-urlencoded",
    b"Accept: \xff", b"Accept: image/png", b"Accept: */*;q=2", b"Accept-Encoding: gzip", b"Range: bytes=0-1",
    b"If-None-Match: *", b"Origin: http://evil.example", b"Sec-Fetch-Site: cross-site", b"Cookie: a=\"", b"X: a\r\n b",
    b"X: a\r\n\tb", b" X: a", b"X\0: a", b": a", b"X", b"X: " + b"y" * 9_000, b"Authorization: AWS4-HMAC-SHA256 Credential=",
    b"amz-sdk-invocation-id: \xff", b"amz-sdk-invocation-id: " + b"z" * 2_000, b"X-Forwarded-For: \0", b"Forwarded: for=\"",
]
CHUNKS = [b"5\r\nhello\r\n", b"0\r\n\r\n", b"0\r\nHost: x\r\n\r\n", b"fffffffffffffffff\r\n", b"-1\r\n", b"5;a=b\r\nhello\r\n",
          b"5 \r\nhello\r\n", b"5\nhello\n", b"\r\n", b"5\r\nhell", b"5;" + b"x" * 9_000 + b"\r\nhello\r\n", b"g\r\n", b"0\r\n",
          b"7fffffff\r\n{", b"0\r\n" + b"X: y\r\n" * 200 + b"\r\n", b"0\r\nX\0: y\r\n\r\n"]
NOT_HTTP = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + b"\0" * 200,
            b"GET /projects\r\n", b"GET /\n\n", b"\r\n\r\n\r\n", b"", b"\0" * 500, b"SSH-2.0-x\r\n", b"\xff" * 9_000]
BODIES = [b"", b"null", b"[" * 5_000, b"{\"a\":" * 2_000, b"\xef\xbb\xbf{}", b"{}{}", b"{\"events\":[" + b"{}," * 60 + b"{}]}",
          b"{\"events\":1e999999}", b"{\"name\":\"\\ud800\"}", b"\xff\xfe{\0}\0", b"1" * 5_000, b"{\"a\":\"" + b"x" * 300_000 + b"\"}",
          b"{\"events\":[{\"timestamp\":1e400,\"type\":\"aws.evidently.custom\",\"data\":\"{}\"}]}"]


def valid(rng):
    """Request line, headers and body of a request that the server understands."""
    method, path, body = rng.choice(CORPUS)
    content = b"" if body is None else json.dumps(body).encode()
    headers = [b"Host: localhost"]
    if body is not None:
        headers += [b"Content-Type: application/json", b"Content-Length: %d" % len(content)]
    return [method.encode(), path.encode(), b"HTTP/1.1"], headers, content


def joined(line, headers, body):
    return b" ".join(line) + b"\r\n" + b"".join(header + b"\r\n" for header in headers) + b"\r\n" + body


def chunked(rng, body):
    """A body in chunks; in one of two cases with an odd one among them."""
    pieces = []
    while body:
        size = rng.randint(1, len(body))
        pieces.append(b"%x\r\n%s\r\n" % (size, body[:size]))
        body = body[size:]
    pieces.append(b"0\r\n\r\n")
    if rng.random() < 0.5:
        pieces.insert(rng.randrange(len(pieces)), rng.choice(CHUNKS))
    return b"".join(pieces)


def structured(rng):
    """A request with parts replaced or added."""
    line, headers, body = valid(rng)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        kind = rng.randrange(9)
        if kind == 0:
            line[0] = rng.choice(METHODS)
        elif kind == 1:
            line[1] = rng.choice(TARGETS)
        elif kind == 2:
            line[2] = rng.choice(VERSIONS)
        elif kind in (3, 4):
            headers.insert(rng.randrange(len(headers) + 1), rng.choice(HEADERS))
        elif kind == 5:
            headers += [b"X-%d: %d" % (number, number) for number in range(rng.choice((50, 99, 101, 300)))]
        elif kind == 6:
            headers = [header for header in headers if not header.startswith(b"Content-Length")]
            headers.append(b"Transfer-Encoding: chunked")
            body = chunked(rng, body)
        elif kind == 7:
            body = rng.choice(BODIES)
            headers = [header for header in headers if not header.startswith(b"Content-Length")]
            headers.append(b"Content-Length: %d" % len(body))
        else:
            headers.remove(rng.choice(headers))
            if not headers:
                headers.append(rng.choice(HEADERS))
    return joined(line, headers, body)


def mutated(rng, data):
    """A few bytes changed, inserted, removed, repeated or cut off."""
    for _ in range(rng.choice((1, 1, 2, 5))):
        at = rng.randrange(len(data) + 1)
        end = min(len(data), at + rng.choice((1, 2, 8, 50)))
        kind = rng.randrange(6)
        if kind == 0:
            data = data[:at] + rng.choice(ODD_BYTES) + data[at:]
        elif kind == 1:
            data = data[:at] + rng.choice(ODD_BYTES) + data[end:]
        elif kind == 2:
            data = data[:at] + data[end:]
        elif kind == 3:
            data = data[:end] + data[at:end] * rng.choice((1, 3, 30)) + data[end:]
        elif kind == 4:
            data = data[:at] + bytes(rng.randrange(256) for _ in range(end - at)) + data[end:]
        else:
            data = data[:at]
    return data


def request(rng):
    """The bytes of a connection."""
    kind = rng.random()
    if kind < 0.03:
        data = rng.choice(NOT_HTTP)
    elif kind < 0.1:
        data = joined(*valid(rng))
    elif kind < 0.55:
        data = structured(rng)
    else:
        data = mutated(rng, joined(*valid(rng)) if rng.random() < 0.6 else structured(rng))
    if rng.random() < 0.15:
        # Pipelined.
        data = b"".join(joined(*valid(rng)) for _ in range(rng.choice((1, 2, 20)))) + data + joined(*valid(rng))
    if rng.random() < 0.03:
        data = data.replace(b"\r\n", b"\n")
    return data
