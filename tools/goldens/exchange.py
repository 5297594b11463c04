#!/usr/bin/env python3
"""Writes test/goldens/exchange: what PyTorch saves for Thalweg, and what it computes of it (golden.json).

- `data.npz`: examples; `fc6.safetensors`, `fc6-half.npz`: a state_dict with batch normalisation, in float32 and float16;
- `trajectory/*.npz`: every step of a small training, saved by the snippet of docs/pytorch.md, which is run as it stands there;
- `plain/*.safetensors`: the same checkpoints without anything of their batches;
- `golden.json`: losses along the segments between checkpoints, cosines, distances.

With a file as its argument it loads a checkpoint of Thalweg by the five lines of docs/pytorch.md and prints the loss.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

try:
    import numpy as np
    import torch
    import torch.nn.functional as F
except ImportError:
    sys.exit("exchange: expected PyTorch and NumPy in this Python (Debian: apt-get install python3-torch)")

from models_networks import Fc6, Mlp
from tensor_files import save_safetensors

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "test" / "goldens" / "exchange"
PAGE = (ROOT / "docs" / "pytorch.md").read_text()
COUNT, INPUTS, CLASSES, BATCH = 60, 8, 3, 20
ALPHAS = [index / 10 for index in range(11)]


def snippet(beginning: str) -> str:
    """The block of Python on the page that begins with a line."""
    return next(code for code in re.findall(r"```python\n(.*?)```", PAGE, re.S) if code.startswith(beginning))


def examples() -> tuple[torch.Tensor, torch.Tensor]:
    generator = np.random.default_rng(5)
    labels = np.arange(COUNT) % CLASSES
    centres = generator.normal(size=(CLASSES, INPUTS))
    inputs = centres[labels] + generator.normal(size=(COUNT, INPUTS))
    return torch.from_numpy(inputs.astype(np.float32)), torch.from_numpy(labels)


def loss_of(model: torch.nn.Module, state: dict[str, torch.Tensor], x: torch.Tensor, y: torch.Tensor) -> float:
    """Mean cross-entropy in float64, in evaluation."""
    model = model.double().eval()
    model.load_state_dict({name: tensor.double() for name, tensor in state.items()}, strict=True)
    with torch.no_grad():
        return float(F.cross_entropy(model(x.double()), y))


def weights(x: torch.Tensor, y: torch.Tensor) -> dict[str, object]:
    torch.manual_seed(3)
    model = Fc6(INPUTS, 6, CLASSES)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(20):  # running statistics that are not those of the beginning
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
    state = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    save_safetensors(state, FOLDER / "fc6.safetensors", {"format": "pt"})
    half = {name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in state.items()}
    np.savez(FOLDER / "fc6-half.npz", **{f"module.{name}": tensor.numpy() for name, tensor in half.items()})
    return {"loss": loss_of(model, state, x, y), "halfLoss": loss_of(model, half, x, y)}


def trajectory(x: torch.Tensor, y: torch.Tensor) -> dict[str, object]:
    space: dict[str, object] = {}
    exec(snippet("import os, numpy"), space)
    save_step = space["save_step"]
    torch.manual_seed(4)
    model = Mlp(INPUTS, [10], CLASSES)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    order = torch.cat([torch.randperm(COUNT) for _ in range(2)]).split(BATCH)
    states, gradients, losses = [], [], []
    for folder in ("trajectory", "plain"):
        (FOLDER / folder).mkdir(parents=True, exist_ok=True)
    for step, indices in enumerate([*order, None]):
        state = {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}
        states.append(state)
        save_safetensors(state, FOLDER / "plain" / f"epoch{step * 5}.safetensors")
        if indices is None:
            save_step(FOLDER / "trajectory", step, model)
            break
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x[indices]), y[indices])
        loss.backward()
        save_step(FOLDER / "trajectory", step, model, loss, indices)
        gradients.append(torch.cat([p.grad.double().ravel() for p in model.parameters()]))
        losses.append(float(loss))
        optimizer.step()
    flat = [torch.cat([tensor.double().ravel() for tensor in state.values()]) for state in states]
    mixed = lambda a, b, alpha: {name: (1 - alpha) * a[name].double() + alpha * b[name].double() for name in a}
    segments = [[loss_of(model, mixed(a, b, alpha), x, y) for alpha in ALPHAS] for a, b in zip(states, states[1:])]
    cosine = lambda a, b: float(a @ b / (a.norm() * b.norm()))
    steps = [b - a for a, b in zip(flat, flat[1:])]
    return {
        "batchLosses": losses,
        "segments": segments,
        "gradientCosines": [cosine(a, b) for a, b in zip(gradients, gradients[1:])],
        "gradientNorms": [float(g.norm()) for g in gradients],
        "stepCosines": [cosine(a, b) for a, b in zip(steps, steps[1:])],
        "distances": [float((theta - flat[0]).norm()) for theta in flat],
        "indices": [indices.tolist() for indices in order],
    }


def load_checkpoint(path: str | Path) -> float:
    x, y = examples()
    model = Mlp(INPUTS, [10], CLASSES)
    exec(snippet("raw ="), {"path": path, "json": json, "torch": torch, "model": model})
    return loss_of(model, dict(model.state_dict()), x, y)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    x, y = examples()
    np.savez(FOLDER / "data.npz", x=x.numpy(), y=y.numpy())
    golden = {"torch": torch.__version__, "weights": weights(x, y), "trajectory": trajectory(x, y)}
    # Thalweg wrote it: test/run/weights.test.ts says how, and compares it with what it writes today.
    golden["thalweg"] = {"loss": load_checkpoint(FOLDER / "thalweg.safetensors")}
    (FOLDER / "golden.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    print(json.dumps({"loss": load_checkpoint(sys.argv[1])})) if len(sys.argv) > 1 else main()
