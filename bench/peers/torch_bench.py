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
from typing import Any, Callable, Iterable

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    print(f"torch_bench: expected PyTorch in {sys.executable}, found none", file=sys.stderr)
    sys.exit(3)

WIDTHS = (784, 512, 512, 10)
BATCH = 100
LEARNING_RATE = 0.1
IMAGES = 60_000
INTERPOLATION_POINTS = 10
CHUNKS = (1_000, 5_000, 10_000)
MATRIX = 1_024
SEED = 1


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


class MlpStep:
    """One SGD step of the MLP: forward, backward and update on a batch of 100."""

    warm_up = 10

    def __init__(self) -> None:
        self.images, self.labels = random_images(60 * BATCH)
        self.reset()
        steps = {"torch.optim.SGD": self.optimizer_step, "no_grad update": self.manual_step}
        for _ in range(self.warm_up):
            for step in steps.values():
                step()
        self.variant, trial = fastest(steps, rounds=15)
        self.work = steps[self.variant]
        self.details = {"variant": self.variant, "trialMedians": trial, "batch": BATCH, "widths": WIDTHS}

    def reset(self) -> None:
        """The initial parameters again: a fitted network would be timed on gradients that underflow."""
        self.parameters = [p.requires_grad_() for p in initial_parameters()]
        self.optimizer = torch.optim.SGD(self.parameters, lr=LEARNING_RATE)
        self.steps = 0

    def loss(self) -> torch.Tensor:
        start = self.steps * BATCH % len(self.images)
        self.steps += 1
        batch = slice(start, start + BATCH)
        return F.cross_entropy(scores(self.parameters, self.images[batch]), self.labels[batch])

    def optimizer_step(self) -> None:
        self.optimizer.zero_grad(set_to_none=True)
        self.loss().backward()
        self.optimizer.step()

    def manual_step(self) -> None:
        gradients = torch.autograd.grad(self.loss(), self.parameters)
        with torch.no_grad():
            for parameter, gradient in zip(self.parameters, gradients):
                parameter.sub_(gradient, alpha=LEARNING_RATE)


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


MEASURES = {"mlp-step": MlpStep, "interpolation": Interpolation, "matmul": Matmul}
DEFAULT_REPEATS = {"mlp-step": 50, "interpolation": 3, "matmul": 20}
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
        times = [seconds(measure.work) for _ in range(repeats)]
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
    repeats = command.get("repeats", DEFAULT_REPEATS[name])
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
    results = {name: bench.measure(name, repeats or DEFAULT_REPEATS[name]) for name in MEASURES}
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
