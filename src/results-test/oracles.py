#!/usr/bin/env python3
"""Writes oracles.json: what the statistics of results must be, computed apart from the server's code.

Needs numpy (Debian: python3-numpy). Samples come from a fixed seed; distribution functions are integrated numerically, or
from the standard library. The server's tests read the file; run this again only to change it.
"""

import json
import math
import pathlib

import numpy as np

CLUSTERS = 200
ALPHA = 0.05


def t_two_sided(t, degrees, steps=400_000):
    """Simpson's rule on the density of Student's t, after the substitution x = tan(angle)."""
    log_constant = math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2) - 0.5 * math.log(degrees * math.pi)
    angles = np.linspace(math.atan(abs(t)), math.pi / 2, steps + 1)
    x = np.tan(angles[:-1])
    density = np.zeros(steps + 1)
    density[:-1] = np.exp(log_constant - (degrees + 1) / 2 * np.log1p(x * x / degrees)) * (1 + x * x)
    weights = np.ones(steps + 1)
    weights[1:-1:2] = 4
    weights[2:-1:2] = 2
    return float(2 * (weights * density).sum() * (angles[1] - angles[0]) / 3)


def normal_cdf(z):
    return 0.5 * math.erfc(-z / math.sqrt(2))


def normal_quantile(p):
    low, high = -40.0, 40.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if normal_cdf(middle) < p else (low, middle)
    return (low + high) / 2


def estimate(counts, sums, entities):
    occupied = counts > 0
    k = int(occupied.sum())
    mean = sums.sum() / counts.sum()
    variance = k / (k - 1) * ((sums - mean * counts) ** 2).sum() / counts.sum() ** 2
    return mean, variance, k - 1, max(entities, k)


def compare(treatment, control):
    (tc, ts, tn), (cc, cs, cn) = treatment, control
    t_mean, t_variance, t_degrees, t_entities = estimate(tc, ts, tn)
    c_mean, c_variance, c_degrees, c_entities = estimate(cc, cs, cn)
    counts, sums = np.concatenate([tc, cc]), np.concatenate([ts, cs])
    both = estimate(counts, sums, 0)[1] * (t_entities + c_entities)

    def floored(variance, entities):
        return max(variance, (entities * variance * entities + 500 * both) / (entities + 500) / entities)

    raw_p = welch(t_mean, t_variance, t_degrees, c_mean, c_variance, c_degrees)
    t_variance, c_variance = floored(t_variance, t_entities), floored(c_variance, c_entities)
    effect, variance = t_mean - c_mean, t_variance + c_variance
    degrees = welch_degrees(t_variance, t_degrees, c_variance, c_degrees)
    per_entity = (t_variance * t_entities ** 2 + c_variance * c_entities ** 2) / (t_entities + c_entities)
    share = variance / (variance + 0.01 * per_entity)
    x = effect ** 2 / variance / degrees
    log_evidence = 0.5 * math.log(share) + (degrees + 1) / 2 * math.log((1 + x) / (1 + share * x))
    q = (share * ALPHA ** 2) ** (1 / (degrees + 1))
    radius = math.sqrt(degrees * (1 - q) / (q - share))
    error = math.sqrt(variance)
    z = effect / error
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    half = normal_quantile(0.975) * error
    return {
        "effect": effect, "standardError": error, "lower": effect - radius * error,
        "upper": effect + radius * error, "pValue": min(1.0, math.exp(-log_evidence)), "fixedPValue": raw_p,
        "posterior": {
            "probabilityOfIncrease": change(t_mean, t_variance, c_mean, c_variance, 1),
            "probabilityOfDecrease": change(t_mean, t_variance, c_mean, c_variance, -1),
            "lower": effect - half, "upper": effect + half,
            "expectedLossOfTreatment": error * density - effect * normal_cdf(-z),
            "expectedLossOfControl": error * density + effect * normal_cdf(z)}}


def change(t_mean, t_variance, c_mean, c_variance, sign):
    factor = 1 + sign * math.copysign(0.03, c_mean)
    return normal_cdf(sign * (t_mean - factor * c_mean) / math.sqrt(t_variance + factor ** 2 * c_variance))


def welch_degrees(t_variance, t_degrees, c_variance, c_degrees):
    return (t_variance + c_variance) ** 2 / (t_variance ** 2 / t_degrees + c_variance ** 2 / c_degrees)


def welch(t_mean, t_variance, t_degrees, c_mean, c_variance, c_degrees):
    degrees = welch_degrees(t_variance, t_degrees, c_variance, c_degrees)
    return t_two_sided((t_mean - c_mean) / math.sqrt(t_variance + c_variance), degrees)


def chi_square_p(statistic, degrees, steps=400_000):
    """Simpson's rule on the density from the statistic on, after the substitution x = statistic + u/(1-u)."""
    u = np.linspace(0, 1, steps + 1)[:-1]
    x = statistic + u / (1 - u)
    log_density = (degrees / 2 - 1) * np.log(x) - x / 2 - degrees / 2 * math.log(2) - math.lgamma(degrees / 2)
    density = np.append(np.exp(log_density) / (1 - u) ** 2, 0.0)
    weights = np.ones(steps + 1)
    weights[1:-1:2] = 4
    weights[2:-1:2] = 2
    return float((weights * density).sum() / steps / 3)


def sample_ratio(counts, weights, concentration=10_000):
    counts, shares = np.array(counts), np.array(weights) / sum(weights)
    statistic = float(((counts - counts.sum() * shares) ** 2 / (counts.sum() * shares)).sum())
    log_evidence = math.lgamma(concentration) - math.lgamma(concentration + int(counts.sum()))
    for count, share in zip(counts.tolist(), shares.tolist()):
        log_evidence += math.lgamma(concentration * share + count) - math.lgamma(concentration * share)
        log_evidence -= count * math.log(share)
    return {"counts": counts.tolist(), "weights": list(weights), "chiSquare": statistic,
            "pValue": chi_square_p(statistic, len(weights) - 1), "sequentialPValue": min(1.0, math.exp(-log_evidence))}


def treatment(random, entities, events_max, shift, scale):
    """Entities with some events each and a mean of their own; returned as sums by cluster."""
    counts, sums = np.zeros(CLUSTERS), np.zeros(CLUSTERS)
    for _ in range(entities):
        cluster = int(random.integers(CLUSTERS))
        own = random.normal(shift, scale)
        for value in np.round(random.normal(own, scale, int(random.integers(1, events_max + 1))), 6):
            counts[cluster] += 1
            sums[cluster] += value
    return counts, sums, entities


def main():
    random = np.random.default_rng(20260131)
    comparisons = []
    for entities, events_max, shift, scale, control_entities in (
            (150, 1, 10.5, 1, 150), (400, 3, 10.3, 2, 3600), (2000, 5, -4, 1, 2000), (90, 20, 0.2, 3, 800),
            (5000, 1, 1.01, 0.1, 5000)):
        control_shift = shift * 0.97
        pair = (treatment(random, entities, events_max, shift, scale),
                treatment(random, control_entities, events_max, control_shift, scale))
        comparisons.append({
            "treatment": {"counts": pair[0][0].tolist(), "sums": pair[0][1].tolist(), "entities": pair[0][2]},
            "control": {"counts": pair[1][0].tolist(), "sums": pair[1][1].tolist(), "entities": pair[1][2]},
            "expected": compare(*pair)})
    ratios = [sample_ratio([510, 490], [50, 50]), sample_ratio([9_200, 10_800], [50_000, 50_000]),
              sample_ratio([89, 37, 30, 28, 2], [40, 20, 20, 15, 5]), sample_ratio([900, 130], [90_000, 10_000])]
    target = pathlib.Path(__file__).with_name("oracles.json")
    target.write_text(json.dumps({"comparisons": comparisons, "sampleRatios": ratios}) + "\n", encoding="utf-8")
    print(f"oracles: {len(comparisons)} comparisons and {len(ratios)} sample ratios written")


if __name__ == "__main__":
    main()
