#!/usr/bin/env python3
"""Writes test/goldens/models/*.json: what each network of src/nn/models computes, from PyTorch in float64.

No tensor is stored. Parameters, buffers, inputs and directions come from a formula that both sides know (`numbers`); of
each gradient the file has its norm, some elements and its inner product with a direction.

A network with a million rectifiers has some close to 0, and a float32 result may have them on the other side. So the
inputs are the first, in the order of `attempt`, at which PyTorch itself gives the same in float32, and in float64 with
parameters that differ by 2e-6, at random, several times.

Given names, it writes only those goldens.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Callable

try:
    import numpy as np
    import torch
    import torch.nn.functional as F
except ImportError:
    sys.exit("models: expected PyTorch in this Python, found none (Debian: apt-get install python3-torch)")

from models_networks import Cnn, Fc6, LeNet, Mlp, ResNet, Vgg11

FOLDER = Path(__file__).resolve().parents[2] / "test" / "goldens" / "models"
CLASSES = 10
SAMPLES = 4
ATTEMPTS = 2000
ROUNDING = 2e-6
PERTURBATIONS = 4
ALLOWED = 6e-5


def numbers(name: str, count: int) -> np.ndarray:
    """Numbers in [-1, 1): element i is mix32(fnv1a(name) + i * 0x9e3779b9) / 2^31 - 1, with murmur3's finaliser."""
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x01000193) & 0xFFFFFFFF
    state = (np.uint64(seed) + np.arange(count, dtype=np.uint64) * np.uint64(0x9E3779B9)) & np.uint64(0xFFFFFFFF)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        state ^= state >> np.uint64(shift)
        state = (state * np.uint64(factor)) & np.uint64(0xFFFFFFFF)
    state ^= state >> np.uint64(16)
    return state.astype(np.float64) / 2**31 - 1


def value_of(name: str, shape: tuple[int, ...]) -> torch.Tensor:
    """The tensor of a name, rounded to float32 and widened again."""
    values = numbers(name, int(np.prod(shape)))
    is_input = name.startswith("x/")
    if len(shape) > 1 and not is_input:
        values = values * np.sqrt(6 / np.prod(shape[1:]))
    elif name.endswith("running_var"):
        # Large enough that the activations of a deep residual network do not grow without bound in evaluation.
        values = 4 + values
    elif name.endswith("weight"):
        values = 1 + 0.2 * values
    elif not is_input:
        values = 0.1 * values
    return torch.from_numpy(values.astype(np.float32).astype(np.float64).reshape(shape))


def fill(network: torch.nn.Module, perturbation: int | None = None) -> None:
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            if not name.endswith("num_batches_tracked"):
                value = value_of(name, tuple(tensor.shape))
                if perturbation is not None:
                    noise = torch.from_numpy(numbers(f"{name}/noise/{perturbation}", value.numel()))
                    value = value * (1 + ROUNDING * noise.reshape(value.shape))
                tensor.copy_(value)


def gradients(network: torch.nn.Module, mode: str, x: torch.Tensor, labels: torch.Tensor) -> list[torch.Tensor]:
    network.train(mode == "train")
    network.zero_grad()
    F.cross_entropy(network(x), labels).backward()
    return [parameter.grad.double().clone() for parameter in network.parameters()]


def is_robust(build: Callable[[], torch.nn.Module], x: torch.Tensor, labels: torch.Tensor) -> bool:
    exact, rounded_network = build().double(), build().float()
    for mode in ("train", "evaluate"):
        fill(exact)
        expected = gradients(exact, mode, x, labels)
        fill(rounded_network)
        if differ(expected, gradients(rounded_network, mode, x.float(), labels)):
            return False
        for perturbation in range(PERTURBATIONS):
            fill(exact, perturbation)
            if differ(expected, gradients(exact, mode, x, labels)):
                return False
    return True


def differ(expected: list[torch.Tensor], other: list[torch.Tensor]) -> bool:
    return any((a - b).norm() > ALLOWED * a.norm() for a, b in zip(expected, other))


def rounded(value: float) -> float:
    return float(f"{value:.10g}")


def summary(name: str, tensor: torch.Tensor) -> dict[str, Any]:
    flat = tensor.detach().double().flatten()
    direction = torch.from_numpy(numbers(f"{name}/direction", flat.numel()))
    places = [flat.numel() * k // SAMPLES for k in range(SAMPLES)]
    return {
        "norm": rounded(flat.norm().item()),
        "projection": rounded(torch.dot(flat, direction).item()),
        "samples": [rounded(flat[place].item()) for place in places],
    }


def measure(network: torch.nn.Module, mode: str, x: torch.Tensor, labels: torch.Tensor) -> dict[str, Any]:
    fill(network)
    network.train(mode == "train")
    network.zero_grad()
    scores = network(x)
    loss = F.cross_entropy(scores, labels)
    loss.backward()
    result = {
        "loss": rounded(loss.item()),
        "scores": [rounded(score) for score in scores.flatten().tolist()],
        "gradient": {name: summary(name, parameter.grad) for name, parameter in network.named_parameters()},
    }
    if mode == "train":
        running = [item for item in network.named_buffers() if not item[0].endswith("num_batches_tracked")]
        result["buffers"] = {name: summary(name, buffer) for name, buffer in running}
    return result


def golden(name: str, build: Callable[[], torch.nn.Module], model: dict[str, Any], shape: list[int], batch: int) -> None:
    if len(sys.argv) > 1 and name not in sys.argv[1:]:
        return
    labels = torch.tensor([(7 * index + 3) % CLASSES for index in range(batch)])
    inputs = ((attempt, value_of(f"x/{attempt}", (batch, *shape))) for attempt in range(ATTEMPTS))
    attempt, x = next(((attempt, x) for attempt, x in inputs if is_robust(build, x, labels)), (None, None))
    if x is None:
        sys.exit(f"models: {name}: expected one of {ATTEMPTS} inputs away from every kink, got none")
    network = build().double()
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
        "train": measure(network, "train", x, labels),
        "evaluate": measure(network, "evaluate", x, labels),
    }
    print(name, attempt, flush=True)
    (FOLDER / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")


def resnet(depth: int, shortcut: str) -> tuple[Callable[[], torch.nn.Module], dict[str, Any]]:
    return lambda: ResNet(depth, shortcut, CLASSES), {"name": "resnet", "depth": depth, "shortcut": shortcut}


def main() -> None:
    torch.set_num_threads(1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    if len(sys.argv) == 1:
        for stale in FOLDER.glob("*.json"):
            stale.unlink()
    grey, small, large = [1, 28, 28], [3, 32, 32], [3, 64, 64]
    golden("mlp", lambda: Mlp(784, [32, 24], CLASSES), {"name": "mlp", "hidden": [32, 24]}, grey, 4)
    golden("fc6-narrow", lambda: Fc6(784, 16, CLASSES), {"name": "fc6", "units": 16}, grey, 8)
    golden("fc6", lambda: Fc6(784, 512, CLASSES), {"name": "fc6"}, grey, 8)
    golden("lenet", lambda: LeNet(CLASSES), {"name": "lenet"}, grey, 2)
    golden("cnn", lambda: Cnn(CLASSES, False), {"name": "cnn"}, small, 8)
    golden("cnn-unit-norm", lambda: Cnn(CLASSES, True), {"name": "cnn", "normaliseFeatures": True}, small, 8)
    golden("vgg11-32", lambda: Vgg11(32, CLASSES), {"name": "vgg11"}, small, 8)
    golden("vgg11-64", lambda: Vgg11(64, CLASSES), {"name": "vgg11"}, large, 2)
    golden("resnet8-tiny", *resnet(8, "projection"), [3, 8, 8], 3)
    golden("resnet8-tiny-identity", *resnet(8, "identity"), [3, 8, 8], 3)
    for depth in (20, 32):
        golden(f"resnet{depth}", *resnet(depth, "projection"), small, 2)
    # At 32x32 hardly any input keeps all rectifiers of the deepest two away from their kinks.
    for depth in (44, 56):
        golden(f"resnet{depth}", *resnet(depth, "projection"), [3, 16, 16], 2)
    golden("resnet20-identity", *resnet(20, "identity"), small, 2)
    sizes = {path.name: path.stat().st_size for path in sorted(FOLDER.glob("*.json"))}
    print(f"{len(sizes)} goldens, {sum(sizes.values()) / 1000:.0f} kB, torch {torch.__version__}")


if __name__ == "__main__":
    main()
