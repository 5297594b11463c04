"""Goldens of whole networks under the mean cross-entropy."""

from __future__ import annotations

from typing import Callable, Iterator

import torch
import torch.nn.functional as F

from golden import Golden, RandomTensors, Tensors

# Activations this close to a kink of ReLU or max-pool would make a float32 result depend on rounding.
SMALLEST_MARGIN = 1e-3
MLP_WIDTHS = (12, 16, 10, 5)
MLP_ACTIVATIONS = {"relu": F.relu, "tanh": torch.tanh, "gelu": F.gelu}
CROSS_ENTROPY = "mean over examples of logsumexp(output) - output[label]"


def cross_entropy(scores: torch.Tensor, tensors: Tensors) -> torch.Tensor:
    return F.cross_entropy(scores, tensors["label"], reduction="mean")


def network_goldens() -> Iterator[Golden]:
    for activation in MLP_ACTIVATIONS:
        yield with_margin(lambda attempt, activation=activation: mlp(activation, attempt))
    yield with_margin(conv_network)


def with_margin(build: Callable[[int], tuple[Golden, float]]) -> Golden:
    """The first golden, in the order of its random seeds, whose point is far enough from every kink."""
    for attempt in range(1000):
        golden, margin = build(attempt)
        if margin >= SMALLEST_MARGIN:
            return golden
    raise ArithmeticError(f"{golden.name}: no seed keeps every activation {SMALLEST_MARGIN} away from a kink")


def mlp(activation: str, attempt: int) -> tuple[Golden, float]:
    random = RandomTensors(f"mlp-{activation}", attempt)
    layers = range(1, len(MLP_WIDTHS))
    parameters = {}
    for layer, fan_in, width in zip(layers, MLP_WIDTHS, MLP_WIDTHS[1:]):
        parameters[f"linear{layer}.weight"] = random.normal(width, fan_in, scale=(2 / fan_in) ** 0.5)
        parameters[f"linear{layer}.bias"] = random.normal(width, scale=0.1)

    def before_activations(tensors: Tensors) -> list[torch.Tensor]:
        outputs: list[torch.Tensor] = []
        hidden = tensors["input"]
        for layer in layers:
            outputs.append(F.linear(hidden, tensors[f"linear{layer}.weight"], tensors[f"linear{layer}.bias"]))
            hidden = MLP_ACTIVATIONS[activation](outputs[-1])
        return outputs

    golden = Golden(
        name=f"mlp-{activation}",
        description=f"MLP {'-'.join(map(str, MLP_WIDTHS))} with {activation} after the hidden layers, batch 8",
        inputs={"input": random.normal(8, MLP_WIDTHS[0]), "label": random.integers(MLP_WIDTHS[-1], 8)},
        parameters=parameters,
        function=lambda tensors: before_activations(tensors)[-1],
        loss=cross_entropy,
        loss_formula=CROSS_ENTROPY,
    )
    if activation != "relu":
        return golden, SMALLEST_MARGIN
    return golden, min(distance_to_zero(a) for a in before_activations(golden.tensors)[:-1])


def conv_network(attempt: int) -> tuple[Golden, float]:
    random = RandomTensors("conv-network", attempt)
    parameters = {
        "conv1.weight": random.normal(6, 3, 3, 3, scale=(2 / 27) ** 0.5),
        "bn1.weight": random.normal(6, scale=0.2, mean=1),
        "bn1.bias": random.normal(6, scale=0.2),
        "conv2.weight": random.normal(8, 6, 3, 3, scale=(2 / 54) ** 0.5),
        "bn2.weight": random.normal(8, scale=0.2, mean=1),
        "bn2.bias": random.normal(8, scale=0.2),
        "linear.weight": random.normal(4, 8, scale=8**-0.5),
        "linear.bias": random.normal(4, scale=0.1),
    }

    def batch_norm(x: torch.Tensor, tensors: Tensors, layer: str, running: Tensors | None = None) -> torch.Tensor:
        mean, variance = (None, None) if running is None else (running[f"{layer}.running_{s}"] for s in ("mean", "var"))
        weight, bias = tensors[f"{layer}.weight"], tensors[f"{layer}.bias"]
        return F.batch_norm(x, mean, variance, weight, bias, training=True, momentum=0.1, eps=1e-5)

    def before_relu(tensors: Tensors, running: Tensors | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        first = batch_norm(F.conv2d(tensors["input"], tensors["conv1.weight"], padding=1), tensors, "bn1", running)
        pooled = F.max_pool2d(F.relu(first), 2)
        second = F.conv2d(pooled, tensors["conv2.weight"], stride=2, padding=1)
        return first, batch_norm(second, tensors, "bn2", running)

    def scores(tensors: Tensors) -> torch.Tensor:
        pooled = F.avg_pool2d(F.relu(before_relu(tensors)[1]), 2)
        return F.linear(pooled.flatten(1), tensors["linear.weight"], tensors["linear.bias"])

    def running_statistics(tensors: Tensors) -> dict[str, torch.Tensor]:
        running = {}
        for layer, channels in (("bn1", 6), ("bn2", 8)):
            running[f"{layer}.running_mean"] = torch.zeros(channels, dtype=torch.float64)
            running[f"{layer}.running_var"] = torch.ones(channels, dtype=torch.float64)
        before_relu(tensors, running)
        return running

    golden = Golden(
        name="conv-network",
        description=(
            "conv 3x3 stride 1 padding 1 (3 to 6 channels, no bias), batch norm in train mode (epsilon 1e-5), ReLU, "
            "max-pool 2x2, conv 3x3 stride 2 padding 1 (6 to 8 channels, no bias), batch norm in train mode, ReLU, "
            "average-pool 2x2, flatten, linear (8 to 4). state: running statistics after one forward pass from mean 0, "
            "variance 1, with momentum 0.1 and the unbiased batch variance"
        ),
        inputs={"input": random.normal(6, 3, 8, 8), "label": random.integers(4, 6)},
        parameters=parameters,
        function=scores,
        loss=cross_entropy,
        loss_formula=CROSS_ENTROPY,
        state=running_statistics,
    )
    first, second = before_relu(golden.tensors)
    return golden, min(distance_to_zero(first), distance_to_zero(second), distance_to_tie(F.relu(first)))


def distance_to_zero(x: torch.Tensor) -> float:
    return x.abs().min().item()


def distance_to_tie(x: torch.Tensor) -> float:
    """Smallest gap between the two largest values of a 2x2 window that is not all zeros."""
    windows = F.unfold(x.flatten(0, 1).unsqueeze(1), 2, stride=2).transpose(1, 2).reshape(-1, 4)
    largest = windows.topk(2, dim=1).values
    gaps = (largest[:, 0] - largest[:, 1])[largest[:, 0] > 0]
    return gaps.min().item()
