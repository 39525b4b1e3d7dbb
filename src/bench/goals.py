"""The goals, and whether a run has met them."""

import statistics

from measurements import ACCESS, GROWTH_EVENTS, OPEN_LOOP_EVENTS, OPEN_LOOP_REQUESTS_PER_SECOND, PEERS, RESULTS_OPEN


def median(results, name, key):
    """None when it was not measured."""
    values = [found[name][key] for found in results["rounds"] if key in found.get(name, {})]
    return statistics.median(values) if values else None


def goals(results):
    """Each goal as its text, the figure, and whether it was met; None for what was not measured."""
    durable = {size: median(results, f"durable-{size}", "eventsPerSecond") for size in (50, 10, 1)}
    no_op = {size: median(results, f"no-op-{size}", "eventsPerSecond") for size in (50, 10, 1)}
    peers = {name: median(results, name, "eventsPerSecond") for name in PEERS}
    peers = {name: value for name, value in peers.items() if value}
    found = []

    def goal(text, figure, is_met, shown):
        found.append({"goal": text, "figure": None if figure is None else shown.format(figure),
                      "met": None if figure is None else bool(is_met(figure))})

    def ratio(a, b):
        return a / b if a and b else None

    best = max(peers, key=peers.get, default="")
    goal("50 per request: at least 10 times the events/s of the fastest peer at its best batch size",
         ratio(durable[50], peers.get(best)), lambda value: value >= 10, f"{{:.1f}} times ({best})")
    goal("50 per request: at least 60 % of the same server with a no-op commit",
         ratio(durable[50], no_op[50]), lambda value: value >= 0.6, "{:.0%}")
    goal("1 per request: at least 85 % of the same server with a no-op commit",
         ratio(durable[1], no_op[1]), lambda value: value >= 0.85, "{:.0%}")
    goal("50 per request: at least 80 % of the events/s with verified signatures",
         ratio(*(median(results, name, "eventsPerSecond") for name in reversed(ACCESS))),
         lambda value: value >= 0.8, "{:.0%}")
    empty = median(results, "evaluate-empty", "requestsPerSecond")
    goal("EvaluateFeature: at least 80 % of the requests/s of an empty endpoint",
         ratio(median(results, "evaluate-1", "requestsPerSecond"), empty), lambda value: value >= 0.8, "{:.0%}")
    goal("EvaluateFeature with 500 features: p99 of at most 1.25 times that with one",
         ratio(median(results, "evaluate-500", "p99Ms"), median(results, "evaluate-1", "p99Ms")),
         lambda value: value <= 1.25, "{:.2f} times")
    last = [entry for entry in results["growth"] if entry["goal"] == GROWTH_EVENTS[-1]]
    throughput = [
        statistics.median([entry["eventsPerSecond"] for entry in last if entry["isNew"] == is_new] or [0])
        for is_new in (False, True)]
    goal("30 million events stored: at least 90 % of the throughput of a new store",
         ratio(*throughput), lambda value: value >= 0.9, "{:.0%}")
    target = OPEN_LOOP_REQUESTS_PER_SECOND * OPEN_LOOP_EVENTS
    goal("50,000 events/s at a fixed rate: held (at least 99.5 % of it)",
         median(results, "open-loop", "eventsPerSecond"), lambda value: value >= 0.995 * target, "{:,.0f} events/s")
    goal("50,000 events/s at a fixed rate: p99 of at most 25 ms",
         median(results, "open-loop", "p99Ms"), lambda value: value <= 25, "{:.1f} ms")
    goal("ready in at most half of the time of ElasticMQ",
         ratio(median(results, "start-evidently", "startSeconds"), median(results, "start-elasticmq", "startSeconds")),
         lambda value: value <= 0.5, "{:.0%}")
    goal("idle with at most 200 MB of RSS, with the options of the image",
         median(results, "start-evidently", "idleRssMb"), lambda value: value <= 200, "{:.0f} MB")
    goal("results of 20 experiments with 3 metrics: first answer after a restart within 100 ms",
         median(results, "results", "firstMs"), lambda value: value <= 100, "{:.0f} ms")
    goal("results of 20 experiments with 3 metrics: later answers within 50 ms",
         median(results, "results", "maxMs"), lambda value: value <= 50, "{:.0f} ms")
    goal("results of 20 experiments with 3 metrics: at least 300,000 events/s counted anew",
         median(results, "results", "eventsPerSecond"), lambda value: value >= 300_000, "{:,.0f} events/s")
    open_p99 = [median(results, name, "p99Ms") for name in RESULTS_OPEN]
    goal("50,000 events/s at a fixed rate with 20 experiments of 3 metrics: p99 of at most 25 ms",
         open_p99[1], lambda value: value <= 25,
         "{:.1f} ms" + (f" ({open_p99[0]:.1f} ms without experiments)" if open_p99[0] else ""))
    goal("the image has at most 130 MB above its Java",
         results["runtimeMb"], lambda value: value <= 130, "{:.0f} MB")
    return found


def verdict(met):
    return "not measured" if met is None else "met" if met else "missed"
