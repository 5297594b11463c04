#!/usr/bin/env python3
"""Writes test/goldens/onnx/: networks as ONNX files exported by PyTorch, and what PyTorch computes of them in float64.

Parameters come from the formula of models.py and stand in the file; inputs come from the formula as well, away from every kink by
the test of models.py (token numbers: the numbers of the formula, spread over the vocabulary). All values are of the mean
cross-entropy, in evaluation: loss, gradient, a Hessian-vector product, the eigenvalue of largest absolute value, and the Hessian
trace of each example. Traces are sums over the Jacobian for networks that are piecewise linear in each parameter alone, and whole
Hessians for transformers. Those with batch normalisation also have loss, gradient and running statistics in train mode.

Given names, it writes only those.
"""

from __future__ import annotations

import json
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

import numpy as np
import torch
import torch.nn.functional as F
from scipy.sparse.linalg import LinearOperator, eigsh

from models import differ, fill, gradients, numbers, PERTURBATIONS, rounded, summary, value_of
from onnx_modules import MobileNetV2, ResNet18, SmoothCnn, TextTransformer, Upsampler, VisionTransformer, Vgg
from per_example import flat, trace_by_jacobian

FOLDER = Path(__file__).resolve().parents[2] / "test" / "goldens" / "onnx"
CLASSES = 5
WORDS = 11
ATTEMPTS = 300


@dataclass
class Network:
    name: str
    build: Callable[[], torch.nn.Module]
    shape: list[int]
    batch: int
    opset: int
    tokens: bool = False
    piecewise: bool = True
    batch_norm: bool = False
    folded: bool = False


NETWORKS = (
    Network("resnet18", lambda: ResNet18(3, CLASSES), [3, 24, 24], 4, 13),
    Network("vgg11", lambda: Vgg(4, CLASSES), [3, 16, 16], 3, 11),
    Network("mobilenet-v2", lambda: MobileNetV2(CLASSES), [3, 16, 16], 4, 12),
    Network("smooth-cnn", lambda: SmoothCnn(CLASSES), [3, 16, 16], 4, 15, piecewise=False, batch_norm=True),
    Network("upsampler", lambda: Upsampler(CLASSES), [3, 8, 8], 3, 13),
    Network("vision-transformer", lambda: VisionTransformer(8, CLASSES, 8), [3, 8, 8], 3, 17, piecewise=False),
    Network("vision-transformer-folded", lambda: VisionTransformer(8, CLASSES, 8), [3, 8, 8], 3, 16, piecewise=False, folded=True),
    Network("text-transformer", lambda: TextTransformer(WORDS, 6, 8, CLASSES), [6], 3, 14, tokens=True, piecewise=False),
)


def input_of(network: Network, name: str) -> torch.Tensor:
    if network.tokens:
        values = numbers(name, network.batch * network.shape[0]).reshape(network.batch, -1)
        return torch.from_numpy(np.floor((values + 1) / 2 * WORDS).astype(np.int64))
    return value_of(name, (network.batch, *network.shape))


def is_robust(network: Network, x: torch.Tensor, labels: torch.Tensor) -> bool:
    exact, single = network.build().double(), network.build().float()
    for mode in ("train", "evaluate") if network.batch_norm else ("evaluate",):
        fill(exact)
        expected = gradients(exact, mode, x, labels)
        fill(single)
        if differ(expected, gradients(single, mode, x if network.tokens else x.float(), labels)):
            return False
        for perturbation in range(PERTURBATIONS):
            fill(exact, perturbation)
            if differ(expected, gradients(exact, mode, x, labels)):
                return False
    return True


def export(network: Network, path: Path) -> None:
    module = network.build()
    fill(module)
    module.eval()
    x = input_of(network, "x/0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module, (x if network.tokens else x.float(),), str(path), opset_version=network.opset,
            input_names=["x"], output_names=["scores"], dynamic_axes={"x": {0: "batch"}, "scores": {0: "batch"}},
            do_constant_folding=network.folded,
            training=torch.onnx.TrainingMode.EVAL if network.folded else torch.onnx.TrainingMode.PRESERVE,
        )  # fmt: skip


def product_of(module: torch.nn.Module, x: torch.Tensor, labels: torch.Tensor) -> Callable[[torch.Tensor], torch.Tensor]:
    parameters = list(module.parameters())
    gradient = flat(torch.autograd.grad(F.cross_entropy(module(x), labels), parameters, create_graph=True))

    def product(v: torch.Tensor) -> torch.Tensor:
        parts = torch.autograd.grad(gradient @ v, parameters, retain_graph=True, allow_unused=True)
        return flat([torch.zeros_like(p) if part is None else part for p, part in zip(parameters, parts)]).detach()

    return product


def top_eigenvalue(size: int, product: Callable[[torch.Tensor], torch.Tensor]) -> float:
    operator = LinearOperator((size, size), matvec=lambda v: product(torch.from_numpy(v.ravel())).numpy(), dtype=np.float64)
    return eigsh(operator, k=1, which="LM", tol=1e-9, v0=numbers("start", size))[0][0]


def trace_by_products(module: torch.nn.Module, x: torch.Tensor, label: torch.Tensor) -> float:
    size = sum(parameter.numel() for parameter in module.parameters())
    product = product_of(module, x, label)
    return sum(product(unit)[index].item() for index, unit in enumerate(torch.eye(size, dtype=torch.float64)))


def summaries(module: torch.nn.Module, vector: torch.Tensor) -> dict[str, Any]:
    parts = vector.split([parameter.numel() for parameter in module.parameters()])
    return {name: summary(name, part) for (name, _), part in zip(module.named_parameters(), parts)}


def evaluated(network: Network, module: torch.nn.Module, x: torch.Tensor, labels: torch.Tensor) -> dict[str, Any]:
    fill(module)
    module.eval()
    parameters = list(module.parameters())
    loss = F.cross_entropy(module(x), labels)
    gradient = flat(torch.autograd.grad(loss, parameters))
    product = product_of(module, x, labels)
    direction = torch.cat([value_of(f"x/{name}/vector", (p.numel(),)) for name, p in module.named_parameters()])
    trace = trace_by_jacobian if network.piecewise else trace_by_products
    traces = [trace(module, x[index : index + 1], labels[index : index + 1]) for index in range(len(x))]
    return {
        "loss": rounded(loss.item()),
        "gradientNorm": rounded(gradient.norm().item()),
        "gradient": summaries(module, gradient),
        "product": summaries(module, product(direction)),
        "eigenvalue": rounded(top_eigenvalue(len(gradient), product)),
        "traces": [rounded(value) for value in traces],
    }


def trained(module: torch.nn.Module, x: torch.Tensor, labels: torch.Tensor) -> dict[str, Any]:
    fill(module)
    module.train()
    loss = F.cross_entropy(module(x), labels)
    gradient = flat(torch.autograd.grad(loss, list(module.parameters())))
    running = [item for item in module.named_buffers() if not item[0].endswith("num_batches_tracked")]
    buffers = {name: summary(name, buffer) for name, buffer in running}
    return {"loss": rounded(loss.item()), "gradient": summaries(module, gradient), "buffers": buffers}


def write(network: Network) -> None:
    labels = torch.tensor([(3 * index + 1) % CLASSES for index in range(network.batch)])
    inputs = ((f"x/{attempt}", input_of(network, f"x/{attempt}")) for attempt in range(ATTEMPTS))
    name, x = next(((name, x) for name, x in inputs if is_robust(network, x, labels)), (None, None))
    if x is None:
        sys.exit(f"onnx_networks: {network.name}: expected one of {ATTEMPTS} inputs away from every kink, got none")
    module = network.build().double()
    content = {
        "name": network.name,
        "torch": torch.__version__,
        "opset": network.opset,
        "inputShape": network.shape,
        "batch": network.batch,
        "input": name,
        "classes": CLASSES,
        "labels": labels.tolist(),
        "words": WORDS if network.tokens else None,
        "parameters": {key: list(value.shape) for key, value in module.named_parameters()},
        "evaluate": evaluated(network, module, x, labels),
        "train": trained(module, x, labels) if network.batch_norm else None,
    }
    path = FOLDER / f"{network.name}.onnx"
    export(network, path)
    (FOLDER / f"{network.name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")
    print(network.name, name, f"{path.stat().st_size / 1000:.0f} kB", flush=True)


def main() -> None:
    torch.set_num_threads(1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for network in NETWORKS:
        if len(sys.argv) == 1 or network.name in sys.argv[1:]:
            write(network)


if __name__ == "__main__":
    main()
