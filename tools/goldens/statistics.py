#!/usr/bin/env python3
"""Writes test/goldens/statistics/*.json: statistics of samples by NumPy and SciPy, local outlier factors by definition.

Local outlier factors are computed from the definition of Breunig et al. (2000), neighbourhoods with all ties, in plain loops;
where no distances tie they are compared with scikit-learn's before they are written.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any, Sequence

try:
    import numpy as np
    import scipy.stats
    from sklearn.neighbors import LocalOutlierFactor
except ImportError as error:
    sys.exit(f"statistics: {error} (Debian: apt-get install python3-sklearn)")

FOLDER = Path(__file__).resolve().parents[2] / "test" / "goldens" / "statistics"
Points = Sequence[Sequence[float]]


def samples() -> dict[str, np.ndarray]:
    random = np.random.default_rng(7)
    return {
        "normal": random.normal(2, 3, 40),
        "skewed": random.exponential(1, 25),
        "far-from-zero": 1e6 + random.normal(0, 1, 30),
        "with-ties": random.integers(0, 4, 21).astype(float),
        "short": np.array([3.0, -1.0, 2.0]),
    }


def describe(sample: np.ndarray) -> dict[str, Any]:
    interval = scipy.stats.t.interval(0.9, len(sample) - 1, sample.mean(), scipy.stats.sem(sample))
    counts, edges = np.histogram(sample, bins=6)
    return {
        "sample": sample.tolist(),
        "mean": sample.mean(),
        "standardError": scipy.stats.sem(sample),
        "interval90": list(interval),
        "quantiles": {str(p): np.quantile(sample, p) for p in (0, 0.1, 0.25, 0.5, 0.75, 0.99, 1)},
        "g1": scipy.stats.skew(sample),
        "G1": scipy.stats.skew(sample, bias=False),
        "histogram": {"edges": edges.tolist(), "counts": counts.tolist()},
    }


def correlation(x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
    result = scipy.stats.pearsonr(x, y)
    line = scipy.stats.linregress(x, y)
    return {
        "x": x.tolist(),
        "y": y.tolist(),
        "r": result.statistic,
        "interval95": list(result.confidence_interval(0.95)),
        "interval80": list(result.confidence_interval(0.8)),
        "slope": line.slope,
        "intercept": line.intercept,
    }


def correlations() -> dict[str, Any]:
    random = np.random.default_rng(8)
    x = random.normal(0, 2, 60)
    return {
        "strong": correlation(x, 3 * x + random.normal(0, 1, 60)),
        "negative": correlation(x, -x + random.normal(0, 4, 60)),
        "four": correlation(x[:4], random.normal(0, 1, 4)),
    }


def outlier_factors(points: Points, k: int) -> list[float]:
    """The definition, for one point after the other."""
    n = len(points)

    def distance(p: int, o: int) -> float:
        return math.sqrt(sum((a - b) ** 2 for a, b in zip(points[p], points[o])))

    def k_distance(p: int) -> float:
        return sorted(distance(p, o) for o in range(n) if o != p)[k - 1]

    bound = [k_distance(p) for p in range(n)]
    near = [[o for o in range(n) if o != p and distance(p, o) <= bound[p]] for p in range(n)]

    def density(p: int) -> float:
        return 1 / (sum(max(bound[o], distance(p, o)) for o in near[p]) / len(near[p]) + 1e-10)

    densities = [density(p) for p in range(n)]
    return [sum(densities[o] for o in near[p]) / len(near[p]) / densities[p] for p in range(n)]


def outliers(points: np.ndarray, k: int, ties: bool) -> dict[str, Any]:
    factors = outlier_factors(points.tolist(), k)
    document: dict[str, Any] = {"neighbours": k, "points": points.tolist(), "factors": factors}
    if not ties:
        peer = LocalOutlierFactor(n_neighbors=k)
        labels = peer.fit_predict(points)
        np.testing.assert_allclose(-peer.negative_outlier_factor_, factors, rtol=1e-9)
        document["outliers"] = (labels < 0).tolist()
        share = LocalOutlierFactor(n_neighbors=k, contamination=0.1).fit_predict(points)
        document["outliersAtContamination0.1"] = (share < 0).tolist()
    return document


def outlier_sets() -> dict[str, Any]:
    random = np.random.default_rng(9)
    clusters = np.concatenate([random.normal(0, 1, (40, 2)), random.normal(8, 0.2, (25, 2)), [[4, 4], [20, -3]]])
    grid = np.array([[x, y] for x in range(5) for y in range(5)] + [[9, 9]], dtype=float)
    doubled = np.concatenate([np.repeat(random.integers(0, 6, (6, 2)), 4, axis=0), [[30, 30], [31, 30]]]).astype(float)
    return {
        "clusters": outliers(clusters, 20, ties=False),
        "three-dimensions": outliers(random.normal(0, 1, (30, 3)) ** 3, 5, ties=False),
        "grid": outliers(grid, 4, ties=True),
        "points upon each other": outliers(doubled, 3, ties=True),
        "all the same": outliers(np.ones((8, 2)), 3, ties=True),
    }


def significant(value: Any) -> Any:
    """All numbers in `value`; a golden must be finite."""
    if isinstance(value, dict):
        return {key: significant(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [significant(inner) for inner in value]
    if isinstance(value, bool):
        return value
    if not math.isfinite(value):
        raise ArithmeticError(f"a golden must be finite, got {value}")
    return int(value) if value == int(value) else float(value)


def write(name: str, content: dict[str, Any]) -> None:
    lines = (f"  {json.dumps(key)}: {json.dumps(significant(value), allow_nan=False)}" for key, value in content.items())
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    write("samples", {name: describe(sample) for name, sample in samples().items()})
    write("correlations", correlations())
    write("outliers", outlier_sets())
