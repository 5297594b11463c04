#!/usr/bin/env python3
"""Writes test/goldens/curvature/*.json: Hessian and gradient covariance of two networks, from PyTorch in float64.

Parameters, images and vectors come from the formula of models.py. LeNet has sixteen images, each away from every kink by the
test of models.py; ResNet-8 has batch normalisation in train mode, so its images are chosen together.

- a Hessian-vector product, by differentiating the gradient again
- the trace of LeNet's Hessian, no estimate: LeNet is piecewise linear in each single parameter, so its trace is that of the
  Gauss-Newton matrix, which takes one backward pass for each image and class; the diagonal of two layers is computed element by
  element as well, and must agree
- the trace of blocks of ResNet-8's Hessian that belong to one parameter, one diagonal element after the other; its whole trace with
  batch statistics would take a product for each of 77,850 parameters
- z'Hz for three vectors z of signs: the samples of Hutchinson's estimate, each exact
- the five eigenvalues of largest absolute value, by Lanczos with full reorthogonalisation, to residuals of 1e-9
- of the covariance of single gradients, 1/(N-1), in evaluation: trace, and a product, from one gradient after the other

Given names, it writes only those goldens. It takes minutes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Callable

import models
from models import CLASSES, is_robust, numbers, rounded, summary, value_of
from models_networks import LeNet, ResNet

import numpy as np
import torch
import torch.nn.functional as F

FOLDER = Path(__file__).resolve().parents[2] / "test" / "goldens" / "curvature"
EIGENVALUES = 5
RESIDUAL = 1e-9
LONGEST_KRYLOV = 400
FORMS = 3
# Both convolution and batch normalisation, at the bottom, in the middle and at the top.
BLOCKS = ("conv1.weight", "bn1.weight", "layer2.0.bn1.weight", "layer3.0.bn2.bias", "fc.bias")


class Curvature:
    """Loss, gradient and Hessian of a network at one point: the gradient's graph is built once and kept."""

    def __init__(self, network: torch.nn.Module, mode: str, x: torch.Tensor, labels: torch.Tensor) -> None:
        models.fill(network)
        network.train(mode == "train")
        self.parameters = dict(network.named_parameters())
        self.loss = F.cross_entropy(network(x), labels)
        leaves = list(self.parameters.values())
        self.gradient = torch.autograd.grad(self.loss, leaves, create_graph=True)

    def product(self, vector: list[torch.Tensor]) -> list[torch.Tensor]:
        leaves = list(self.parameters.values())
        return list(torch.autograd.grad(self.gradient, leaves, vector, retain_graph=True))

    def flat_product(self, vector: np.ndarray) -> np.ndarray:
        parts, start = [], 0
        for parameter in self.parameters.values():
            part = torch.from_numpy(vector[start : start + parameter.numel()].copy())
            parts.append(part.reshape(parameter.shape))
            start += parameter.numel()
        return torch.cat([part.flatten() for part in self.product(parts)]).numpy()

    def quadratic_form(self, number: int) -> float:
        """z'Hz for signs of the formula's numbers; 0 counts as positive."""
        named = self.parameters.items()
        signs = [torch.where(value_of(f"x/{key}/signs/{number}", value.shape) < 0, -1.0, 1.0).double() for key, value in named]
        return sum(torch.sum(z * part).item() for z, part in zip(signs, self.product(signs)))

    def layer_trace(self, name: str) -> float:
        """Part of the trace that belongs to one parameter, one diagonal element after the other."""
        parameter = self.parameters[name]
        gradient = self.gradient[list(self.parameters).index(name)]
        total = 0.0
        for index, element in enumerate(gradient.flatten()):
            (row,) = torch.autograd.grad(element, parameter, retain_graph=True)
            total += row.flatten()[index].item()
        return total


def piecewise_linear_trace(network: torch.nn.Module, x: torch.Tensor, curvature: Curvature) -> float:
    """1/N sum_i sum_c p_c |J_i^T (e_c - p)|^2, by parameter; two of them are held against their own diagonals."""
    totals = {name: 0.0 for name in curvature.parameters}
    leaves = list(curvature.parameters.values())
    for image in x.split(1):
        scores = network(image)
        p = scores.detach().softmax(1)
        for label in range(CLASSES):
            direction = F.one_hot(torch.tensor([label]), CLASSES) - p
            slopes = torch.autograd.grad(scores, leaves, direction, retain_graph=True)
            for name, slope in zip(totals, slopes):
                totals[name] += p[0, label].item() * slope.square().sum().item() / len(x)
    for name in ("conv1.weight", "fc3.weight"):
        difference = abs(curvature.layer_trace(name) - totals[name])
        if difference > 1e-9 * totals[name]:
            sys.exit(f"curvature: {name}: expected the trace of its diagonal, {totals[name]}, got {difference} more or less")
    return sum(totals.values())


def leading_eigenvalues(product: Callable[[np.ndarray], np.ndarray], size: int) -> list[float]:
    """The eigenvalues of largest absolute value, largest first."""
    basis = [numbers("lanczos", size)]
    basis[0] /= np.linalg.norm(basis[0])
    alphas: list[float] = []
    betas: list[float] = []
    while len(alphas) < LONGEST_KRYLOV:
        next_vector = product(basis[-1])
        alphas.append(float(next_vector @ basis[-1]))
        for _ in range(2):
            for vector in basis:
                next_vector -= (next_vector @ vector) * vector
        betas.append(float(np.linalg.norm(next_vector)))
        tridiagonal = np.diag(alphas) + np.diag(betas[:-1], 1) + np.diag(betas[:-1], -1)
        values, vectors = np.linalg.eigh(tridiagonal)
        order = np.argsort(-np.abs(values))[:EIGENVALUES]
        residuals = np.abs(betas[-1] * vectors[-1, order])
        if len(alphas) > EIGENVALUES and np.all(residuals <= RESIDUAL * np.abs(values[order])):
            return [float(values[index]) for index in order]
        basis.append(next_vector / betas[-1])
    sys.exit(f"curvature: expected {EIGENVALUES} eigenvalues within {LONGEST_KRYLOV} products, got residuals {residuals}")


def hessian(name: str, network: torch.nn.Module, mode: str, x: torch.Tensor, labels: torch.Tensor) -> dict[str, Any]:
    curvature = Curvature(network, mode, x, labels)
    shapes = {key: tuple(value.shape) for key, value in curvature.parameters.items()}
    vector = [value_of(f"x/{key}/vector", shape) for key, shape in shapes.items()]
    product = dict(zip(shapes, curvature.product(vector)))
    size = sum(value.numel() for value in curvature.parameters.values())
    eigenvalues = leading_eigenvalues(curvature.flat_product, size)
    print(name, eigenvalues, flush=True)
    return {
        "mode": mode,
        "loss": rounded(curvature.loss.item()),
        "gradient": {key: summary(key, value) for key, value in zip(shapes, curvature.gradient)},
        "product": {key: summary(key, value) for key, value in product.items()},
        "eigenvalues": [rounded(value) for value in eigenvalues],
        "quadraticForms": [rounded(curvature.quadratic_form(number)) for number in range(FORMS)],
    } | traces(network, mode, x, curvature)


def traces(network: torch.nn.Module, mode: str, x: torch.Tensor, curvature: Curvature) -> dict[str, Any]:
    if mode == "evaluate":
        return {"trace": rounded(piecewise_linear_trace(network, x, curvature))}
    return {"blockTraces": {key: rounded(curvature.layer_trace(key)) for key in BLOCKS}}


def covariance(network: torch.nn.Module, x: torch.Tensor, labels: torch.Tensor) -> dict[str, Any]:
    names = [key for key, _ in network.named_parameters()]
    shapes = [tuple(value.shape) for _, value in network.named_parameters()]
    vector = torch.cat([value_of(f"x/{key}/vector", shape).flatten() for key, shape in zip(names, shapes)])
    rows = []
    for index in range(len(labels)):
        single = Curvature(network, "evaluate", x[index : index + 1], labels[index : index + 1])
        rows.append(torch.cat([part.detach().flatten() for part in single.gradient]))
    centred = torch.stack(rows) - torch.stack(rows).mean(0)
    divisor = len(labels) - 1
    product = centred.T @ (centred @ vector) / divisor
    parts = product.split([int(np.prod(shape)) for shape in shapes])
    return {
        "mode": "evaluate",
        "trace": rounded((centred.square().sum() / divisor).item()),
        "product": {key: summary(key, part) for key, part in zip(names, parts)},
    }


def golden(
    name: str, build: Callable[[], torch.nn.Module], model: dict[str, Any], shape: list[int], mode: str, inputs: list[str], batch: int
) -> None:
    each = batch // len(inputs)
    labels = torch.tensor([(7 * index + 3) % CLASSES for index in range(batch)])
    x = torch.cat([value_of(key, (each, *shape)) for key in inputs])
    network = build().double()
    content = {
        "name": name,
        "torch": torch.__version__,
        "model": model,
        "inputShape": shape,
        "batch": batch,
        "inputs": inputs,
        "classes": CLASSES,
        "labels": labels.tolist(),
        "hessian": hessian(name, network, mode, x, labels),
        "covariance": covariance(network, x, labels),
    }
    (FOLDER / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")


def robust_inputs(name: str, build: Callable[[], torch.nn.Module], shape: list[int], batch: int, together: bool) -> list[str]:
    """Names of inputs away from every kink: one for the whole batch, or one for each image."""
    found: list[str] = []
    each = batch if together else 1
    for attempt in range(models.ATTEMPTS):
        key = f"x/{attempt}"
        first = len(found)
        labels = torch.tensor([(7 * index + 3) % CLASSES for index in range(first, first + each)])
        if is_robust(build, value_of(key, (each, *shape)), labels):
            found.append(key)
            if len(found) * each == batch:
                print(name, found, flush=True)
                return found
    sys.exit(f"curvature: {name}: expected {batch} images away from every kink, got {len(found) * each}")


def main() -> None:
    torch.set_num_threads(1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:]
    cases = [
        ("lenet", lambda: LeNet(CLASSES), {"name": "lenet"}, [1, 28, 28], "evaluate", 16),
        ("resnet8", lambda: ResNet(8, "projection", CLASSES), {"name": "resnet", "depth": 8}, [3, 8, 8], "train", 8),
    ]
    for name, build, model, shape, mode, batch in cases:
        if not wanted or name in wanted:
            inputs = robust_inputs(name, build, shape, batch, together=mode == "train")
            golden(name, build, model, shape, mode, inputs, batch)


if __name__ == "__main__":
    main()
