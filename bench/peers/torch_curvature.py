"""Curvature in plain PyTorch, for torch_bench.py: what PyHessian does, on the networks and sizes of bench/curvature.ts.

PyHessian takes a new gradient with a graph for every product, stops a power iteration when the eigenvalue changes by less
than the tolerance, and a trace when its running mean does; so do these.
"""

from __future__ import annotations

from typing import Any, Callable

import torch
import torch.nn.functional as F

TOLERANCE = 1e-3
MAX_ITERATIONS = 100
SEED = 1


def flat_product(left: list[torch.Tensor], right: list[torch.Tensor]) -> torch.Tensor:
    return sum((a * b).sum() for a, b in zip(left, right))


class Curvature:
    """A network in train mode, random images of its size, and the mean loss over all of them in chunks."""

    warm_up = 0

    def __init__(self, network: torch.nn.Module, shape: tuple[int, ...], count: int, chunk: int, train: bool) -> None:
        torch.manual_seed(SEED)
        self.network = network.train(train)
        for parameter in network.parameters():
            if parameter.dim() > 1:
                torch.nn.init.kaiming_normal_(parameter, nonlinearity="relu")
        self.parameters = list(network.parameters())
        self.images = torch.rand(count, *shape).split(chunk)
        self.labels = torch.randint(10, (count,)).split(chunk)
        self.count = count
        self.details: dict[str, Any] = {"images": count, "chunk": chunk}

    def reset(self) -> None:
        pass

    def losses(self) -> Any:
        return (F.cross_entropy(self.network(x), y, reduction="sum") / self.count for x, y in zip(self.images, self.labels))

    def gradient(self) -> list[torch.Tensor]:
        total = [torch.zeros_like(p) for p in self.parameters]
        for loss in self.losses():
            for sum_, part in zip(total, torch.autograd.grad(loss, self.parameters)):
                sum_ += part
        return total

    def product(self, v: list[torch.Tensor]) -> list[torch.Tensor]:
        total = [torch.zeros_like(p) for p in self.parameters]
        for loss in self.losses():
            gradient = torch.autograd.grad(loss, self.parameters, create_graph=True)
            for sum_, part in zip(total, torch.autograd.grad(gradient, self.parameters, grad_outputs=v)):
                sum_ += part
        return total

    def signs(self) -> list[torch.Tensor]:
        return [torch.randint_like(p, 2) * 2 - 1 for p in self.parameters]

    def eigenvalue(self) -> float:
        v = [torch.randn_like(p) for p in self.parameters]
        value = None
        for step in range(MAX_ITERATIONS):
            length = flat_product(v, v).sqrt() + 1e-6
            v = [part / length for part in v]
            hv = self.product(v)
            before, value = value, flat_product(hv, v).item()
            self.details["products"] = step + 1
            if before is not None and abs(value - before) / (abs(before) + 1e-6) < TOLERANCE:
                break
            v = hv
        return value

    def trace_of_one(self, x: torch.Tensor, y: torch.Tensor) -> float:
        values: list[float] = []
        mean = 0.0
        for _ in range(MAX_ITERATIONS):
            v = self.signs()
            gradient = torch.autograd.grad(F.cross_entropy(self.network(x), y), self.parameters, create_graph=True)
            values.append(flat_product(torch.autograd.grad(gradient, self.parameters, grad_outputs=v), v).item())
            before, mean = mean, sum(values) / len(values)
            if abs(mean - before) / (abs(before) + 1e-6) < TOLERANCE:
                break
        return mean


class Gradient(Curvature):
    def work(self) -> None:
        self.gradient()


class Product(Curvature):
    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.v = self.signs()

    def work(self) -> None:
        self.product(self.v)


class Eigenvalue(Curvature):
    def work(self) -> None:
        self.eigenvalue()


class Traces(Curvature):
    """Times a few examples and answers for 1,000."""

    timed_examples = 4
    factor = 1_000 / timed_examples

    def work(self) -> None:
        for x, y in zip(self.images[: self.timed_examples], self.labels[: self.timed_examples]):
            self.trace_of_one(x, y)


def measures(networks: dict[str, tuple[Callable[[], torch.nn.Module], tuple[int, int, int]]]) -> dict[str, Callable[[], Any]]:
    def make(kind: type[Curvature], name: str, count: int, chunk: int, train: bool) -> Callable[[], Curvature]:
        build, shape = networks[name]
        return lambda: kind(build(), shape, count, chunk, train)

    sizes = {"mlp": (10_000, 1_000), "lenet": (2_000, 250), "resnet20": (100, 100)}
    found: dict[str, Callable[[], Any]] = {}
    for name, size in sizes.items():
        found[f"{name}-gradient"] = make(Gradient, name, *size, True)
        found[f"{name}-hessian-product"] = make(Product, name, *size, True)
    found["mlp-eigenvalue"] = make(Eigenvalue, "mlp", *sizes["mlp"], False)
    found["lenet-traces"] = make(Traces, "lenet", 8, 1, False)
    return found
