"""Goldens of operators that networks trained elsewhere contain: groups, transposed convolutions, pools, normalisations."""

from __future__ import annotations

from typing import Iterator

import torch
import torch.nn.functional as F

from golden import Golden, RandomTensors
from operators import FIRST_OF_TIES, on_input, single

BOUNDS = "clamp passes the derivative at its bounds"


def elsewhere_goldens() -> Iterator[Golden]:
    yield from grouped_convolutions()
    yield from transposed_convolutions()
    yield from pools()
    yield from activations()
    yield from normalisations()
    yield from indexed()


def grouped_convolutions() -> Iterator[Golden]:
    for note, channels, out, groups, kernel, stride, padding, dilation in (
        ("depthwise", 4, 4, 4, (3, 3), (1, 1), (1, 1), (1, 1)),
        ("depthwise-multiplied-stride", 3, 6, 3, (3, 2), (2, 1), (1, 0), (1, 1)),
        ("grouped", 4, 6, 2, (3, 3), (1, 2), (1, 1), (1, 1)),
        ("dilated", 2, 3, 1, (3, 3), (1, 1), (2, 2), (2, 2)),
        ("grouped-dilated", 4, 4, 2, (2, 3), (1, 1), (0, 2), (2, 3)),
    ):
        name = f"conv2d-{note}"
        random = RandomTensors(name)
        parameters = {"weight": random.normal(out, channels // groups, *kernel, scale=0.4), "bias": random.normal(out)}
        attributes = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}

        def convolution(t, stride=stride, padding=padding, dilation=dilation, groups=groups):
            return F.conv2d(t["input"], t["weight"], t["bias"], stride, padding, dilation, groups)

        inputs = {"input": random.normal(2, channels, 5, 6)}
        yield single(name, "conv2d", convolution, inputs, parameters, attributes)


    name = "conv3d-grouped"
    random = RandomTensors(name)
    parameters = {"weight": random.normal(4, 1, 2, 3, 2, scale=0.4), "bias": random.normal(4)}
    attributes = {"stride": (2, 1, 1), "padding": (1, 1, 0), "dilation": (1, 1, 2), "groups": 2}

    def over_boxes(t):
        return F.conv3d(t["input"], t["weight"], t["bias"], (2, 1, 1), (1, 1, 0), (1, 1, 2), 2)

    yield single(name, "conv3d", over_boxes, {"input": random.normal(2, 2, 3, 3, 4)}, parameters, attributes)


def transposed_convolutions() -> Iterator[Golden]:
    for note, channels, out, groups, kernel, stride, padding, extra, dilation in (
        ("plain", 3, 2, 1, (3, 3), (1, 1), (0, 0), (0, 0), (1, 1)),
        ("stride-padding-extra", 2, 3, 1, (3, 3), (2, 2), (1, 1), (1, 1), (1, 1)),
        ("dilated-extra", 2, 2, 1, (3, 2), (1, 2), (0, 1), (1, 2), (2, 3)),
        ("grouped", 4, 6, 2, (2, 3), (2, 1), (0, 1), (1, 0), (1, 1)),
    ):
        name = f"conv-transpose2d-{note}"
        random = RandomTensors(name)
        parameters = {"weight": random.normal(channels, out // groups, *kernel, scale=0.4), "bias": random.normal(out)}
        attributes = {
            "stride": stride, "padding": padding, "outputPadding": extra, "dilation": dilation, "groups": groups,
        }  # fmt: skip

        def transposed(t, stride=stride, padding=padding, extra=extra, dilation=dilation, groups=groups):
            return F.conv_transpose2d(t["input"], t["weight"], t["bias"], stride, padding, extra, groups, dilation)

        inputs = {"input": random.normal(2, channels, 3, 4)}
        yield single(name, "convTranspose2d", transposed, inputs, parameters, attributes)


def pools() -> Iterator[Golden]:
    for note, image, kernel, stride, padding, dilation, ceil in (
        ("ceil", (6, 7), (3, 2), (2, 2), (1, 0), (1, 1), True),
        ("ceil-drops-last", (4, 4), (2, 2), (3, 3), (1, 1), (1, 1), True),
        ("dilated", (7, 6), (3, 2), (1, 2), (1, 1), (2, 3), False),
        ("dilated-ceil", (6, 6), (2, 2), (3, 2), (0, 1), (2, 2), True),
    ):
        name = f"max-pool-{note}"
        pool = on_input(lambda x, k=kernel, s=stride, p=padding, d=dilation, c=ceil: F.max_pool2d(x, k, s, p, d, c))
        attributes = {"kernelSize": kernel, "stride": stride, "padding": padding, "dilation": dilation, "ceilMode": ceil}
        yield single(name, "maxPool2d", pool, {"input": RandomTensors(name).normal(2, 2, *image)}, attributes=attributes)
    for include in (True, False):
        name = f"average-pool-ceil-{'including' if include else 'excluding'}-padding"
        pool = on_input(lambda x, i=include: F.avg_pool2d(x, (3, 2), (2, 3), (1, 1), True, i))
        attributes = {
            "kernelSize": (3, 2), "stride": (2, 3), "padding": (1, 1), "ceilMode": True, "countIncludePad": include,
        }  # fmt: skip
        yield single(
            name, "averagePool2d", pool, {"input": RandomTensors(name).normal(2, 2, 6, 5)}, attributes=attributes
        )
    tied = {"input": F.relu(RandomTensors("global-max-pool").normal(2, 3, 3, 3) - 0.5).round()}
    largest = on_input(lambda x: F.adaptive_max_pool2d(x, 1))
    yield single("global-max-pool-ties", "globalMaxPool", largest, tied, convention=FIRST_OF_TIES, smooth=False)


def activations() -> Iterator[Golden]:
    functions = {
        "elu": F.elu, "selu": F.selu, "celu": F.celu, "softplus": F.softplus, "mish": F.mish, "silu": F.silu,
        "softsign": F.softsign, "asinh": torch.asinh, "atan": torch.atan,
        "sinh": torch.sinh, "tan": torch.tan,
        "geluTanh": lambda x: F.gelu(x, approximate="tanh"),
        # PyTorch has no second derivatives of its own functions for these two.
        "hardSigmoid": lambda x: torch.clamp(x / 6 + 0.5, 0, 1),
        "hardSwish": lambda x: x * torch.clamp(x / 6 + 0.5, 0, 1),
    }  # fmt: skip
    for name, function in functions.items():
        scale = 0.4 if name == "tan" else 1.5
        yield single(name, name, on_input(function), {"input": RandomTensors(name).normal(3, 7, scale=scale)})
    weight = {"weight": RandomTensors("prelu/weight").normal(3)}
    inputs = {"input": RandomTensors("prelu").normal(2, 3, 4)}
    yield single("prelu", "prelu", lambda t: F.prelu(t["input"], t["weight"]), inputs, weight)

    at_bounds = {"input": RandomTensors("at-bounds").integers(7, 3, 7).double() - 3}
    clamp = on_input(lambda x: torch.clamp(x, -1, 2))
    bounds = {"low": -1, "high": 2}
    yield single("clip-at-bounds", "clip", clamp, at_bounds, attributes=bounds, convention=BOUNDS, smooth=False)


def normalisations() -> Iterator[Golden]:
    random = RandomTensors("layer-norm")
    parameters = {"weight": random.normal(3, 4, mean=1, scale=0.3), "bias": random.normal(3, 4)}
    yield single(
        "layer-norm", "layerNorm", lambda t: F.layer_norm(t["input"], (3, 4), t["weight"], t["bias"]),
        {"input": random.normal(2, 3, 4)}, parameters, {"axis": -2},
    )  # fmt: skip
    random = RandomTensors("group-norm")
    parameters = {"weight": random.normal(4, mean=1, scale=0.3), "bias": random.normal(4)}
    inputs = {"input": random.normal(2, 4, 2, 3)}
    yield single(
        "group-norm", "groupNorm", lambda t: F.group_norm(t["input"], 2, t["weight"], t["bias"]),
        inputs, parameters, {"groups": 2},
    )  # fmt: skip
    yield single(
        "instance-norm", "instanceNorm", lambda t: F.instance_norm(t["input"], None, None, t["weight"], t["bias"]),
        inputs, parameters,
    )  # fmt: skip
    # For even sizes PyTorch's window has one more channel in front than ONNX's.
    for size in (3, 5):
        name = f"local-response-norm-{size}"
        respond = on_input(lambda x, size=size: F.local_response_norm(x, size, 0.5, 0.75, 2))
        attributes = {"size": size, "alpha": 0.5, "beta": 0.75, "bias": 2}
        inputs = {"input": RandomTensors(name).normal(2, 5, 2, 2)}
        yield single(name, "localResponseNorm", respond, inputs, attributes=attributes)


def indexed() -> Iterator[Golden]:
    with_zeros = {"input": RandomTensors("prod").integers(3, 3, 5).double() - 1 + 0.0}
    product = on_input(lambda x: torch.prod(x, 1))
    yield single("prod-with-zeros", "product", product, with_zeros, attributes={"axes": [1], "keepDimensions": False})
    sums = {"input": RandomTensors("cumsum").normal(2, 4)}
    yield single("cumsum", "cumulativeSum", on_input(lambda x: torch.cumsum(x, 1)), sums, attributes={"axis": 1})
    random = RandomTensors("gather-elements")
    inputs = {"input": random.normal(4, 3), "indices": torch.tensor([[0, 2, 2], [1, 1, 0]])}
    yield single(
        "gather-elements", "gatherElements", lambda t: torch.gather(t["input"], 1, t["indices"]), inputs,
        attributes={"axis": 1},
    )  # fmt: skip
    inputs = {"input": random.normal(3, 4), "indices": torch.tensor([[0, 2], [2, 0]]), "updates": random.normal(2, 2)}
    yield single(
        "scatter-add", "scatterAdd", lambda t: t["input"].scatter_add(0, t["indices"], t["updates"]), inputs,
        attributes={"axis": 0},
    )  # fmt: skip
    top = on_input(lambda x: torch.topk(x, 2, 1).values)
    yield single("top-k", "topK", top, {"input": RandomTensors("top-k").normal(3, 5)}, attributes={"axis": 1, "k": 2})
    for equation, shapes in (
        ("bhqd,bhkd->bhqk", ((2, 2, 3, 2), (2, 2, 4, 2))),
        ("ij,kj->ik", ((2, 3), (4, 3))),
        ("iij,jk->ki", ((3, 3, 2), (2, 2))),
        ("...i,...i", ((2, 1, 3), (4, 3))),
    ):
        name = "einsum-" + equation.replace(",", "-").replace("->", "-to-").replace("...", "dots")
        random = RandomTensors(name)
        inputs = {"left": random.normal(*shapes[0]), "right": random.normal(*shapes[1])}
        yield single(
            name, "einsum", lambda t, equation=equation: torch.einsum(equation, t["left"], t["right"]), inputs,
            attributes={"equation": equation},
        )  # fmt: skip
