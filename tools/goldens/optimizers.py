#!/usr/bin/env python3
"""Writes test/goldens/optimizers/*.json: ten updates of each rule on a small problem, by torch.optim in float64."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Callable, Iterator

try:
    import torch
except ImportError:
    sys.exit("optimizers: expected PyTorch in this Python, found none (Debian: apt-get install python3-torch)")

from golden import RandomTensors, encode_all, representable, significant, write

FOLDER = Path(__file__).resolve().parents[2] / "test" / "goldens" / "optimizers"
EXAMPLES, INPUTS, CLASSES, STEPS = 8, 4, 3, 10

Parameters = dict[str, torch.Tensor]
Rule = Callable[[list[torch.Tensor]], torch.optim.Optimizer]


def problem() -> tuple[Parameters, dict[str, torch.Tensor]]:
    """Cross-entropy of an affine classifier."""
    random = RandomTensors("optimizers")
    start = {"weight": random.normal(CLASSES, INPUTS), "bias": random.normal(CLASSES)}
    inputs = {"input": random.normal(EXAMPLES, INPUTS), "label": random.integers(CLASSES, EXAMPLES)}
    return {k: representable(v) for k, v in start.items()}, {k: representable(v) for k, v in inputs.items()}


def rules() -> Iterator[tuple[str, dict[str, Any], Rule]]:
    sgd, adam, rmsprop = torch.optim.SGD, torch.optim.Adam, torch.optim.RMSprop
    yield "sgd", {}, lambda p: sgd(p, lr=1)
    yield "momentum", {"momentum": 0.9}, lambda p: sgd(p, lr=1, momentum=0.9)
    yield "nesterov", {"momentum": 0.8, "nesterov": True}, lambda p: sgd(p, lr=1, momentum=0.8, nesterov=True)
    yield "adam", {}, lambda p: adam(p, lr=1)
    other = {"beta1": 0.5, "beta2": 0.9, "epsilon": 1e-3}
    yield "adam-options", other, lambda p: adam(p, lr=1, betas=(0.5, 0.9), eps=1e-3)
    yield "rmsprop", {}, lambda p: rmsprop(p, lr=1)
    other = {"alpha": 0.9, "epsilon": 1e-3, "momentum": 0.5}
    yield "rmsprop-options", other, lambda p: rmsprop(p, lr=1, alpha=0.9, eps=1e-3, momentum=0.5)
    # SAM is not in torch.optim: the ascent is written out in `run`, the descent is torch's.
    yield "sam", {"rho": 0.5, "momentum": 0.9}, lambda p: sgd(p, lr=1, momentum=0.9)


def run(name: str, options: dict[str, Any], rule: Rule) -> dict[str, Any]:
    start, inputs = problem()
    theta = {k: v.clone().requires_grad_() for k, v in start.items()}
    optimizer = rule(list(theta.values()))
    learning_rates = [round(0.3 / (1 + step / 4), 4) for step in range(STEPS)]

    def gradients() -> tuple[float, list[torch.Tensor]]:
        scores = torch.nn.functional.linear(inputs["input"], theta["weight"], theta["bias"])
        loss = torch.nn.functional.cross_entropy(scores, inputs["label"])
        return loss.item(), list(torch.autograd.grad(loss, list(theta.values())))

    losses, trajectory = [], []
    for learning_rate in learning_rates:
        loss, gradient = gradients()
        if "rho" in options:
            norm = torch.cat([g.flatten() for g in gradient]).norm()
            ascent = [options["rho"] * g / norm for g in gradient]
            with torch.no_grad():
                for t, step in zip(theta.values(), ascent):
                    t += step
            gradient = gradients()[1]
            with torch.no_grad():
                for t, step in zip(theta.values(), ascent):
                    t -= step
        for t, g in zip(theta.values(), gradient):
            t.grad = g
        optimizer.param_groups[0]["lr"] = learning_rate
        optimizer.step()
        losses.append(significant(loss))
        trajectory.append(encode_all(theta, "float64"))
    return {
        "name": name,
        "torch": torch.__version__,
        "options": options,
        "learningRates": learning_rates,
        "inputs": encode_all(inputs),
        "parameters": encode_all(start),
        "losses": losses,
        "trajectory": trajectory,
    }


def main() -> None:
    torch.set_num_threads(1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    written = {write(FOLDER, run(*rule)) for rule in rules()}
    for stale in set(FOLDER.glob("*.json")) - written:
        stale.unlink()
    print(f"{len(written)} goldens, torch {torch.__version__}")


if __name__ == "__main__":
    main()
