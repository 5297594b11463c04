#!/usr/bin/env python3
"""Writes test/goldens/per-example/*.json: Hessian traces and gradients of single examples, from PyTorch in float64.

Networks, parameters and inputs are those of models.py, in evaluation; inputs are again away from every kink. Hessian traces of the tiny
network are those of whole Hessians by double backward; those of larger ones are sums over Jacobians, `tr(J' H J)` with one
backward pass for each class, and are held against Hutchinson's estimate before they are written. The tiny network also has the joint
histogram of parameters and gradient elements, by NumPy.

Given names, it writes only those goldens.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any, Callable

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    sys.exit("per_example: expected PyTorch in this Python, found none (Debian: apt-get install python3-torch)")

import numpy as np

from models import ATTEMPTS, CLASSES, fill, is_robust, rounded, summary, value_of
from models_networks import LeNet, Mlp, ResNet

FOLDER = Path(__file__).resolve().parents[2] / "test" / "goldens" / "per-example"
PROBES = 200
GRADIENT_BINS, GRADIENT_RANGE = 9, 0.25
PARAMETER_BINS, PARAMETER_RANGE = 7, 0.8


def flat(tensors: Any) -> torch.Tensor:
    return torch.cat([tensor.flatten() for tensor in tensors])


def trace_by_hessian(network: torch.nn.Module, x: torch.Tensor, label: torch.Tensor) -> float:
    parameters = list(network.parameters())
    gradient = flat(torch.autograd.grad(F.cross_entropy(network(x), label), parameters, create_graph=True))
    total = 0.0
    for k in range(len(gradient)):
        row = torch.autograd.grad(gradient[k], parameters, retain_graph=True, allow_unused=True)
        total += flat([torch.zeros_like(p) if r is None else r for p, r in zip(parameters, row)])[k].item()
    return total


def trace_by_jacobian(network: torch.nn.Module, x: torch.Tensor, label: torch.Tensor) -> float:
    parameters = list(network.parameters())
    scores = network(x)[0]
    jacobian = torch.stack([flat(torch.autograd.grad(score, parameters, retain_graph=True)) for score in scores])
    p = scores.detach().softmax(0)
    hessian = torch.diag(p) - torch.outer(p, p)
    exact = (jacobian * (hessian @ jacobian)).sum()
    check_by_hutchinson(network, x, label, exact.item())
    return exact.item()


def check_by_hutchinson(network: torch.nn.Module, x: torch.Tensor, label: torch.Tensor, exact: float) -> None:
    parameters = list(network.parameters())
    gradient = flat(torch.autograd.grad(F.cross_entropy(network(x), label), parameters, create_graph=True))
    generator = torch.Generator().manual_seed(1)
    values = []
    for _ in range(PROBES):
        v = torch.randint(2, gradient.shape, generator=generator).double() * 2 - 1
        product = flat(torch.autograd.grad(gradient @ v, parameters, retain_graph=True))
        values.append((product @ v).item())
    mean = sum(values) / PROBES
    error = math.sqrt(sum((value - mean) ** 2 for value in values) / (PROBES - 1) / PROBES)
    if abs(mean - exact) > 4 * error:
        raise ArithmeticError(f"trace {exact} is far from its estimate {mean} with standard error {error}")


def gradients(network: torch.nn.Module, x: torch.Tensor, labels: torch.Tensor) -> list[dict[str, torch.Tensor]]:
    """The gradient of each example's loss, by name."""
    names = [name for name, _ in network.named_parameters()]
    losses = [F.cross_entropy(network(x[i : i + 1]), labels[i : i + 1]) for i in range(len(x))]
    return [dict(zip(names, torch.autograd.grad(loss, list(network.parameters())))) for loss in losses]


def clipped(values: np.ndarray, bins: int, limit: float) -> tuple[np.ndarray, np.ndarray]:
    """Numbers with those outside at the limits, and edges of the bins; none of them so close to an edge that rounding decides."""
    edges = np.linspace(-limit, limit, bins + 1)
    if np.abs(values[:, None] - edges).min() < 1e-6:
        sys.exit(f"per_example: expected no number within 1e-6 of an edge of {bins} bins, choose another range than {limit}")
    return np.clip(values, -limit, limit), edges


def joint_histogram(network: torch.nn.Module, rows: torch.Tensor) -> dict[str, Any]:
    """Elements of the gradients of all examples beside their parameters, counted by NumPy."""
    own = flat(network.parameters()).detach().numpy()
    parameters, parameter_edges = clipped(own, PARAMETER_BINS, PARAMETER_RANGE)
    elements, edges = clipped(rows.flatten().numpy(), GRADIENT_BINS, GRADIENT_RANGE)
    cells, _, _ = np.histogram2d(np.tile(parameters, len(rows)), elements, bins=(parameter_edges, edges))
    return {
        "bins": GRADIENT_BINS,
        "range": GRADIENT_RANGE,
        "parameterBins": PARAMETER_BINS,
        "parameterRange": PARAMETER_RANGE,
        "cells": cells.astype(int).flatten().tolist(),
        "parameters": np.histogram(parameters, parameter_edges)[0].tolist(),
        "gradientOutliers": rounded(float((rows.abs() > GRADIENT_RANGE).double().mean())),
        "parameterOutliers": rounded(float((np.abs(own) > PARAMETER_RANGE).mean())),
    }


def golden(
    name: str,
    build: Callable[[], torch.nn.Module],
    model: dict[str, Any],
    shape: list[int],
    batch: int,
    trace: Callable[[torch.nn.Module, torch.Tensor, torch.Tensor], float],
) -> None:
    if len(sys.argv) > 1 and name not in sys.argv[1:]:
        return
    labels = torch.tensor([(7 * index + 3) % CLASSES for index in range(batch)])
    inputs = ((attempt, value_of(f"x/{attempt}", (batch, *shape))) for attempt in range(ATTEMPTS))
    attempt, x = next(((attempt, x) for attempt, x in inputs if is_robust(build, x, labels)), (None, None))
    if x is None:
        sys.exit(f"per_example: {name}: expected one of {ATTEMPTS} inputs away from every kink, got none")
    network = build().double().eval()
    fill(network)
    singles = gradients(network, x, labels)
    rows = torch.stack([flat(single.values()) for single in singles])
    mean = rows.mean(0)
    trace_of_covariance = rows.var(0, unbiased=True).sum().item()
    content = {
        "name": name,
        "torch": torch.__version__,
        "model": model,
        "inputShape": shape,
        "batch": batch,
        "input": f"x/{attempt}",
        "classes": CLASSES,
        "labels": labels.tolist(),
        "parameters": {key: list(value.shape) for key, value in network.named_parameters()},
        "hessianTraces": [rounded(trace(network, x[i : i + 1], labels[i : i + 1])) for i in range(batch)],
        "squaredGradientNorms": [rounded(row.dot(row).item()) for row in rows],
        "covarianceTrace": rounded(trace_of_covariance),
        "squaredMeanGradientNorm": rounded(mean.dot(mean).item()),
        "largestVariance": rounded(rows.var(0, unbiased=True).max().item()),
        "variance": {
            key: summary(key, torch.stack([single[key] for single in singles]).var(0, unbiased=True))
            for key in singles[0]
        },
    } | ({"jointHistogram": joint_histogram(network, rows)} if name == "mlp-tiny" else {})
    (FOLDER / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")
    print(name, attempt, flush=True)


def main() -> None:
    torch.set_num_threads(1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    tiny, grey = [1, 4, 4], [1, 28, 28]
    golden("mlp-tiny", lambda: Mlp(16, [6, 5], CLASSES), {"name": "mlp", "hidden": [6, 5]}, tiny, 6, trace_by_hessian)
    golden("mlp", lambda: Mlp(784, [32, 24], CLASSES), {"name": "mlp", "hidden": [32, 24]}, grey, 6, trace_by_jacobian)
    golden("lenet", lambda: LeNet(CLASSES), {"name": "lenet"}, grey, 3, trace_by_jacobian)
    resnet = {"name": "resnet", "depth": 8, "shortcut": "projection"}
    golden("resnet8-tiny", lambda: ResNet(8, "projection", CLASSES), resnet, [3, 8, 8], 2, trace_by_jacobian)


if __name__ == "__main__":
    main()
