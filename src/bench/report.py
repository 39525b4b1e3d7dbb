"""What a run says: a line for each measurement, and what went wrong."""

# What fails the run at its end.
errors = []


class Failure(Exception):
    """Ends the run with a sentence."""

def say(text):
    print(text, flush=True)


def report(name, found):
    shown = [f"{value:,.1f} {unit}" for key, unit in (
        ("eventsPerSecond", "events/s"), ("p50Ms", "ms p50"), ("p99Ms", "ms p99"), ("p999Ms", "ms p99.9"),
        ("firstMs", "ms for the first answer"), ("maxMs", "ms max"), ("late", "sent late"), ("idleRssMb", "MB idle"))
        if (value := found.get(key)) is not None]
    if "requestsPerSecond" in found and "eventsPerSecond" not in found:
        shown.insert(0, f"{found['requestsPerSecond']:,.1f} requests/s")
    if "startSeconds" in found:
        shown.insert(0, f"{found['startSeconds']:.2f} s to start")
    say(f"  {name}: {', '.join(shown)}")
