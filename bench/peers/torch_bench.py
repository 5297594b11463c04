#!/usr/bin/env python3
"""The PyTorch side of `npm run bench`: the same work as Thalweg's, written the plain way, as fast as that goes.

    torch_bench.py run [--threads N] [--repeats N]    measures everything, prints one JSON document
    torch_bench.py serve [--threads N]                answers commands, so that the caller can interleave two sides

`serve` first prints {"peer": "torch", "version", "threads", "blas", ...}. Then every line on standard input, such as
{"measure": "mlp-step", "repeats": 20}, is answered by one line: {"measure", "unit": "seconds", "repeats", "median",
"min", "seconds": [...], ...}, or {"error": "..."}. It ends at end of input. Preparation and warm-up are not timed.

The BLAS library decides these times more than anything else. Debian's python3-torch alone brings the reference BLAS
(one thread, no vectors), which is no fair peer: `referenceBlas` says so. `apt-get install libopenblas0-openmp` replaces
it; the pthread build of OpenBLAS competes with PyTorch's own threads and its times scatter widely.

Exit codes: 0 done, 2 wrong use, 3 PyTorch is not installed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any, Callable, Iterable

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    print(f"torch_bench: expected PyTorch in {sys.executable}, found none", file=sys.stderr)
    sys.exit(3)

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools" / "goldens"))
import torch_curvature  # noqa: E402
from models_networks import Cnn, Fc6, LeNet, Mlp, ResNet, Vgg11  # noqa: E402

WIDTHS = (784, 512, 512, 10)
BATCH = 100
LEARNING_RATE = 0.01
IMAGES = 60_000
INTERPOLATION_POINTS = 10
CHUNKS = (1_000, 5_000, 10_000)
MATRIX = 1_024
SEED = 1
EVALUATED = 1_000
EVALUATION_CHUNK = 250
GREY, COLOUR = (1, 28, 28), (3, 32, 32)
NETWORKS: dict[str, tuple[Callable[[], torch.nn.Module], tuple[int, int, int]]] = {
    "mlp": (lambda: Mlp(784, [512, 512], 10), GREY),
    "fc6": (lambda: Fc6(784, 512, 10), GREY),
    "lenet": (lambda: LeNet(10), GREY),
    "cnn": (lambda: Cnn(10, False), COLOUR),
    "vgg11": (lambda: Vgg11(32, 10), COLOUR),
    "resnet20": (lambda: ResNet(20, "projection", 10), COLOUR),
    "resnet56": (lambda: ResNet(56, "projection", 10), COLOUR),
}


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def fastest(candidates: dict[Any, Callable[[], Any]], rounds: int) -> tuple[Any, dict[str, float]]:
    """Times the candidates in turn; returns the key of the smallest median and all medians."""
    times: dict[Any, list[float]] = {key: [] for key in candidates}
    for _ in range(rounds):
        for key, work in candidates.items():
            times[key].append(seconds(work))
    medians = {key: statistics.median(values) for key, values in times.items()}
    return min(medians, key=medians.__getitem__), {str(key): value for key, value in medians.items()}


def random_images(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Uniform pixels in the shape of MNIST, and uniform labels."""
    generator = torch.Generator().manual_seed(SEED)
    return torch.rand(count, WIDTHS[0], generator=generator), torch.randint(WIDTHS[-1], (count,), generator=generator)


def initial_parameters() -> list[torch.Tensor]:
    """Weights and biases in turn: weights from N(0, 2/fan-in), biases zero."""
    generator = torch.Generator().manual_seed(SEED)
    parameters = []
    for fan_in, width in zip(WIDTHS, WIDTHS[1:]):
        parameters.append(torch.randn(width, fan_in, generator=generator) * (2 / fan_in) ** 0.5)
        parameters.append(torch.zeros(width))
    return parameters


def scores(parameters: list[torch.Tensor], images: torch.Tensor) -> torch.Tensor:
    hidden = images
    for layer in range(0, len(parameters) - 2, 2):
        hidden = torch.relu_(F.linear(hidden, parameters[layer], parameters[layer + 1]))
    return F.linear(hidden, parameters[-2], parameters[-1])


class NetworkMeasure:
    """A network of tools/goldens/models_networks.py on random images of its size."""

    warm_up = 1

    def __init__(self, name: str, count: int) -> None:
        self.build, self.shape = NETWORKS[name]
        generator = torch.Generator().manual_seed(SEED)
        self.images = torch.rand(count, *self.shape, generator=generator)
        self.labels = torch.randint(WIDTHS[-1], (count,), generator=generator)
        trials = {"contiguous": self.work_in(torch.contiguous_format)}
        if self.shape[0] > 1:
            trials["channels last"] = self.work_in(torch.channels_last)
        for work in trials.values():
            work()
        self.variant, medians = fastest(trials, rounds=3)
        self.work = trials[self.variant]
        self.details = {"variant": self.variant, "trialMedians": medians}

    def reset(self) -> None:
        pass

    def work_in(self, memory_format: torch.memory_format) -> Callable[[], Any]:
        raise NotImplementedError


class Step(NetworkMeasure):
    """One SGD step: forward, backward and update on a batch of 100."""

    def __init__(self, name: str) -> None:
        super().__init__(name, BATCH)

    def work_in(self, memory_format: torch.memory_format) -> Callable[[], Any]:
        torch.manual_seed(SEED)
        network = self.build().to(memory_format=memory_format)
        images = self.images.contiguous(memory_format=memory_format)
        optimizer = torch.optim.SGD(network.parameters(), lr=LEARNING_RATE)

        def step() -> None:
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(network(images), self.labels).backward()
            optimizer.step()

        return step


class Evaluation(NetworkMeasure):
    """Mean loss and accuracy of 1,000 images with running statistics, in chunks."""

    def __init__(self, name: str) -> None:
        super().__init__(name, EVALUATED)

    def work_in(self, memory_format: torch.memory_format) -> Callable[[], Any]:
        torch.manual_seed(SEED)
        network = self.build().to(memory_format=memory_format).eval()
        chunks = [part.contiguous(memory_format=memory_format) for part in self.images.split(EVALUATION_CHUNK)]
        labels = self.labels.split(EVALUATION_CHUNK)

        @torch.no_grad()
        def evaluate() -> tuple[float, float]:
            loss = correct = 0.0
            for x, y in zip(chunks, labels):
                found = network(x)
                loss += F.cross_entropy(found, y, reduction="sum").item()
                correct += (found.argmax(1) == y).sum().item()
            return loss / EVALUATED, correct / EVALUATED

        return evaluate


class Interpolation:
    """Mean loss of 60,000 images at 10 points between the parameters before and after one SGD step, one by one."""

    warm_up = 0  # one pass takes seconds, so it is warmed up once, when it is made

    def __init__(self) -> None:
        self.images, self.labels = random_images(IMAGES)
        self.start = initial_parameters()
        leaves = [p.clone().requires_grad_() for p in self.start]
        loss = F.cross_entropy(scores(leaves, self.images[:BATCH]), self.labels[:BATCH])
        self.end = [p - LEARNING_RATE * g for p, g in zip(self.start, torch.autograd.grad(loss, leaves))]
        half = IMAGES // 2
        self.chunk, trial = fastest({c: lambda c=c: self.loss_at(0.5, c, half) for c in CHUNKS}, rounds=3)
        self.details = {"chunk": self.chunk, "trialMedians": trial, "images": IMAGES, "points": INTERPOLATION_POINTS}
        self.work()

    def reset(self) -> None:
        pass

    @torch.no_grad()
    def loss_at(self, alpha: float, chunk: int, count: int) -> float:
        parameters = [torch.lerp(p, q, alpha) for p, q in zip(self.start, self.end)]
        total = 0.0
        for first in range(0, count, chunk):
            part = slice(first, first + chunk)
            total += F.cross_entropy(scores(parameters, self.images[part]), self.labels[part], reduction="sum").item()
        return total / count

    def work(self) -> None:
        alphas = (k / INTERPOLATION_POINTS for k in range(1, INTERPOLATION_POINTS + 1))
        self.details["losses"] = [self.loss_at(alpha, self.chunk, IMAGES) for alpha in alphas]


class Matmul:
    """A product of two square float32 matrices of size 1024."""

    warm_up = 3

    def __init__(self) -> None:
        generator = torch.Generator().manual_seed(SEED)
        self.left, self.right = (torch.randn(MATRIX, MATRIX, generator=generator) for _ in range(2))
        self.product = torch.empty(MATRIX, MATRIX)
        self.details = {"size": MATRIX}

    def reset(self) -> None:
        pass

    def work(self) -> None:
        torch.mm(self.left, self.right, out=self.product)


MEASURES: dict[str, Callable[[], Any]] = {
    **{f"{name}-step": partial(Step, name) for name in NETWORKS},
    **{f"{name}-evaluation": partial(Evaluation, name) for name in NETWORKS},
    **torch_curvature.measures(NETWORKS),
    "interpolation": Interpolation,
    "matmul": Matmul,
}
DEFAULT_REPEATS = {"mlp-step": 50, "matmul": 20}
OPERATIONS = {"matmul": 2 * MATRIX**3}


class Bench:
    """Prepares a measure when it is first asked for and keeps it."""

    def __init__(self) -> None:
        self.prepared: dict[str, Any] = {}

    def measure(self, name: str, repeats: int) -> dict[str, Any]:
        if name not in self.prepared:
            self.prepared[name] = MEASURES[name]()
        measure = self.prepared[name]
        measure.reset()
        for _ in range(measure.warm_up):
            measure.work()
        factor = getattr(measure, "factor", 1)
        times = [seconds(measure.work) * factor for _ in range(repeats)]
        median, smallest = statistics.median(times), min(times)
        result = {"measure": name, "unit": "seconds", "repeats": repeats, "median": median, "min": smallest}
        if name in OPERATIONS:
            rates = {"median": OPERATIONS[name] / median / 1e9, "max": OPERATIONS[name] / smallest / 1e9}
            result["gigaflopsPerSecond"] = rates
        return {**result, **measure.details, "seconds": times}


def description() -> dict[str, Any]:
    """The handshake: versions, threads, and the BLAS library."""
    blas = blas_libraries()
    mkl = torch.backends.mkl.is_available()
    reference = not mkl and bool(blas) and all(name.startswith("libblas.so") for name in blas)
    return {
        "peer": "torch",
        "version": torch.__version__,
        "python": sys.version.split()[0],
        "threads": torch.get_num_threads(),
        "blas": "MKL" if mkl else ", ".join(blas) or "unknown",
        "referenceBlas": reference,
        "measures": list(MEASURES),
    }


def blas_libraries() -> list[str]:
    """The BLAS libraries loaded in this process (Linux); empty where that cannot be read or BLAS is built in."""
    try:
        with open("/proc/self/maps", encoding="utf-8") as maps:
            names = {os.path.basename(line.strip()) for line in maps if "/" in line}
    except OSError:
        return []
    return sorted(name for name in names if re.match(r"lib(\w*blas|blis|\w*atlas|mkl_)", name))


def parse_command(line: str) -> tuple[str, int]:
    try:
        command = json.loads(line)
    except ValueError:
        command = None
    name = command.get("measure") if isinstance(command, dict) else None
    if not isinstance(name, str) or name not in MEASURES:
        raise ValueError(f"torch_bench: expected {{\"measure\": {' | '.join(MEASURES)}}}, got {line.strip()}")
    repeats = command.get("repeats", DEFAULT_REPEATS.get(name, 3))
    if type(repeats) is not int or repeats < 1:
        raise ValueError(f"torch_bench: expected repeats to be an integer of at least 1, got {json.dumps(repeats)}")
    return name, repeats


def answer(line: str, bench: Bench) -> dict[str, Any]:
    try:
        name, repeats = parse_command(line)
    except ValueError as error:
        return {"error": str(error)}
    return bench.measure(name, repeats)


def serve(lines: Iterable[str]) -> None:
    bench = Bench()
    print(json.dumps(description()), flush=True)
    for line in lines:
        if line.strip():
            print(json.dumps(answer(line, bench)), flush=True)


def run(repeats: int | None) -> None:
    bench = Bench()
    results = {name: bench.measure(name, repeats or DEFAULT_REPEATS.get(name, 3)) for name in MEASURES}
    print(json.dumps({**description(), "results": results}))


def positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a positive integer, got {text}")
    return int(text)


def main() -> None:
    parser = argparse.ArgumentParser(description="Times PyTorch for `npm run bench`.")
    parser.add_argument("mode", choices=("run", "serve"))
    parser.add_argument("--threads", type=positive, default=os.cpu_count(), help="default: all processors")
    parser.add_argument("--repeats", type=positive, help="for every measure of `run`; default: one of its own for each")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.mode == "serve":
        serve(sys.stdin)
    else:
        run(options.repeats)


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(130)
