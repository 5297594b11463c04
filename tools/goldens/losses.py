#!/usr/bin/env python3
"""Writes test/goldens/losses/*.json: losses of each example with gradient and Hessian-vector product, PyTorch in float64."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any, Callable, Iterator

try:
    import torch
except ImportError:
    sys.exit("losses: expected PyTorch in this Python, found none (Debian: apt-get install python3-torch)")

from torch.nn import functional as F

from golden import Golden, RandomTensors, Tensors, document, write

FOLDER = Path(__file__).resolve().parents[2] / "test" / "goldens" / "losses"
EXAMPLES, CLASSES = 6, 5
EPSILON = 1e-7  # keras.config.epsilon()

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def one_hot(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return F.one_hot(labels, scores.shape[1]).to(scores.dtype)


def tempered(temperature: float) -> Loss:
    return lambda s, y: F.cross_entropy(s / temperature, y, reduction="none")


def hinge(margin: float) -> Loss:
    # F.multi_margin_loss is this divided by the number of classes, but has no second derivative.
    def loss(s: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        violation = F.relu(margin + s - s.gather(1, y[:, None])) * (1 - one_hot(s, y))
        reference = F.multi_margin_loss(s.detach(), y, margin=margin, reduction="none") * s.shape[1]
        torch.testing.assert_close(violation.sum(1).detach(), reference)
        return violation.sum(1)

    return loss


def gcdf(sigma: float, s: torch.Tensor, y: torch.Tensor, norm: torch.Tensor) -> torch.Tensor:
    distance = (s - s.gather(1, y[:, None])) / (norm[:, None] * sigma * math.sqrt(2))
    return (torch.special.ndtr(distance) * (1 - one_hot(s, y))).sum(1)


def kullback_leibler(s: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    # keras.losses.kl_divergence
    target = one_hot(s, y).clip(EPSILON, 1)
    return (target * (target / s.softmax(1).clip(EPSILON, 1)).log()).sum(1)


def log_loss(s: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return F.nll_loss(s.softmax(1).clip(EPSILON, 1 - EPSILON).log(), y, reduction="none")


def log_loss_gradient(s: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return (s.softmax(1) - one_hot(s, y)).square().sum(1)


def squared_error(over: str) -> Loss:
    return lambda s, y: getattr(F.mse_loss(s, one_hot(s, y), reduction="none"), over)(1)


def golden(name: str, operator: str, attributes: dict[str, Any], loss: Loss, scale: float) -> Golden:
    random = RandomTensors(name)
    inputs = {
        "scores": random.normal(EXAMPLES, CLASSES, scale=scale),
        "label": random.integers(CLASSES, EXAMPLES),
        "outputWeight": random.normal(EXAMPLES),
    }
    if attributes.pop("featureNorm", False):
        inputs["featureNorm"] = random.normal(EXAMPLES).abs() + 0.5
    return Golden(
        name=name,
        description=f"{operator} of scores [{EXAMPLES}, {CLASSES}] of standard deviation {scale:g}",
        inputs=inputs,
        function=lambda t: loss(t["scores"], t["label"], *([t["featureNorm"]] if "featureNorm" in t else [])),
        loss=lambda output, t: (t["outputWeight"] * output).sum(),
        loss_formula="sum over examples of outputWeight * output",
        operator=operator,
        attributes=attributes,
        constants=("outputWeight",),
    )


def goldens() -> Iterator[Golden]:
    unit = lambda sigma: lambda s, y: gcdf(sigma, s, y, torch.ones(len(y), dtype=s.dtype))  # noqa: E731
    normed = lambda sigma: lambda s, y, norm: gcdf(sigma, s, y, norm)  # noqa: E731
    yield golden("cross-entropy", "cross-entropy", {"temperature": 1}, tempered(1), 2)
    yield golden("cross-entropy-temperature-4", "cross-entropy", {"temperature": 4}, tempered(4), 2)
    yield golden("cross-entropy-temperature-0.25", "cross-entropy", {"temperature": 0.25}, tempered(0.25), 1)
    yield golden("hinge-1", "hinge", {"margin": 1}, hinge(1), 2)
    yield golden("hinge-0", "hinge", {"margin": 0}, hinge(0), 2)
    yield golden("gcdf-1", "gcdf", {"sigma": 1}, unit(1), 2)
    yield golden("gcdf-0.5", "gcdf", {"sigma": 0.5}, unit(0.5), 1)
    yield golden("gcdf-8-norms", "gcdf", {"sigma": 8, "featureNorm": True}, normed(8), 4)
    yield golden("kullback-leibler", "kullback-leibler", {}, kullback_leibler, 1)
    yield golden("kullback-leibler-clipped", "kullback-leibler", {}, kullback_leibler, 15)
    yield golden("log-loss", "log-loss", {}, log_loss, 1)
    yield golden("log-loss-clipped", "log-loss", {}, log_loss, 15)
    yield golden("log-loss-gradient", "log-loss-gradient", {}, log_loss_gradient, 2)
    yield golden("squared-error-sum", "squared-error", {"classes": "sum"}, squared_error("sum"), 1)
    yield golden("squared-error-mean", "squared-error", {"classes": "mean"}, squared_error("mean"), 1)


def main() -> None:
    torch.set_num_threads(1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    written = {write(FOLDER, document(golden)) for golden in goldens()}
    for stale in set(FOLDER.glob("*.json")) - written:
        stale.unlink()
    print(f"{len(written)} goldens, torch {torch.__version__}")


if __name__ == "__main__":
    main()
