"""Goldens of single operators: small tensors, every attribute that changes a derivative, ties and kinks."""

from __future__ import annotations

from typing import Any, Callable, Iterator

import torch
import torch.nn.functional as F

from golden import Golden, RandomTensors, Tensors

WEIGHTED_QUADRATIC = "sum over elements of outputWeight * (output + output * output / 2)"
FIRST_OF_TIES = "among equal maxima of a window, the first in row-major order takes the whole derivative"
ONE_OF_TIES = "among equal maxima, the first along the axis takes the whole derivative (torch.max with an axis)"
ALL_TIES = "equal maxima share the derivative evenly (torch.amax)"
SLOPE_AT_ZERO = "the derivative at exactly 0 is the one of the negative side"


def weighted_quadratic(output: torch.Tensor, tensors: Tensors) -> torch.Tensor:
    return (tensors["outputWeight"] * (output + output.square() / 2)).sum()


def single(
    name: str,
    operator: str,
    function: Callable[[Tensors], torch.Tensor],
    inputs: dict[str, torch.Tensor],
    parameters: dict[str, torch.Tensor] | None = None,
    attributes: dict[str, Any] | None = None,
    convention: str | None = None,
    smooth: bool = True,
) -> Golden:
    """A golden of one operator under a loss that weights every output element and is not linear in it."""
    parameters = parameters or {}
    shape = function({**inputs, **parameters}).shape
    return Golden(
        name=name,
        description=f"{operator} of " + ", ".join(f"{k} {list(v.shape)}" for k, v in {**inputs, **parameters}.items()),
        inputs={**inputs, "outputWeight": RandomTensors(f"{name}/outputWeight").normal(*shape)},
        function=function,
        loss=weighted_quadratic,
        loss_formula=WEIGHTED_QUADRATIC,
        parameters=parameters,
        operator=operator,
        attributes=attributes or {},
        constants=("outputWeight",),
        smooth=smooth,
        convention=convention,
    )


def operator_goldens() -> Iterator[Golden]:
    yield from elementwise()
    yield from binary()
    yield from convolutions()
    yield from max_pools()
    yield from average_pools()
    yield from normalisations()
    yield from reductions()
    yield from maxima()
    yield from movements()


def elementwise() -> Iterator[Golden]:
    functions = {
        "neg": torch.neg, "exp": torch.exp, "erf": torch.erf, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
        "gelu": F.gelu, "relu": F.relu,
    }  # fmt: skip
    for name, function in functions.items():
        yield single(name, name, on_input(function), {"input": RandomTensors(name).normal(3, 7, scale=1.5)})
    for name, function in {"log": torch.log, "sqrt": torch.sqrt}.items():
        positive = RandomTensors(name).normal(3, 7).abs() + 0.25
        yield single(name, name, on_input(function), {"input": positive})
    for slope in (0.01, 0.2):
        name = f"leaky-relu-slope-{slope}"
        leaky = on_input(lambda x, slope=slope: F.leaky_relu(x, slope))
        inputs = {"input": RandomTensors(name).normal(3, 7)}
        yield single(name, "leakyRelu", leaky, inputs, attributes={"negativeSlope": slope})

    with_zeros = {"input": F.relu(RandomTensors("with-zeros").normal(3, 7))}
    kink = {"convention": SLOPE_AT_ZERO, "smooth": False}
    yield single("relu-at-zero", "relu", on_input(F.relu), with_zeros, **kink)
    leaky = on_input(lambda x: F.leaky_relu(x, 0.1))
    yield single("leaky-relu-at-zero", "leakyRelu", leaky, with_zeros, attributes={"negativeSlope": 0.1}, **kink)


def on_input(function: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[Tensors], torch.Tensor]:
    return lambda tensors: function(tensors["input"])


def binary() -> Iterator[Golden]:
    functions = {"add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div}
    shapes = {"add": ((3, 4), (4,)), "sub": ((2, 1, 4), (3, 1)), "mul": ((2, 3, 4), (3, 1)), "div": ((3, 1), (2, 1, 4))}
    for name, function in functions.items():
        random = RandomTensors(name)
        left, right = (random.normal(*shape) for shape in shapes[name])
        if name == "div":
            right = right.sign() * (right.abs() + 0.5)
        yield single(f"{name}-broadcast", name, on_pair(function), {"left": left, "right": right})

    for name, left, right in (
        ("matmul", (3, 4), (4, 5)),
        ("matmul-batched", (2, 3, 4), (2, 4, 5)),
        ("matmul-broadcast-batch", (2, 1, 3, 4), (3, 4, 2)),
    ):
        random = RandomTensors(name)
        inputs = {"left": random.normal(*left), "right": random.normal(*right)}
        yield single(name, "matmul", on_pair(torch.matmul), inputs)


def on_pair(function: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> Callable[[Tensors], torch.Tensor]:
    return lambda tensors: function(tensors["left"], tensors["right"])


def convolutions() -> Iterator[Golden]:
    for image, kernel, stride, padding, bias in (
        ((6, 6), (3, 3), (1, 1), (1, 1), True),
        ((5, 7), (3, 3), (1, 1), (0, 0), False),
        ((7, 7), (3, 3), (2, 2), (1, 1), True),
        ((8, 8), (3, 3), (2, 2), (1, 1), False),
        ((4, 5), (1, 1), (1, 1), (0, 0), True),
        ((5, 6), (1, 1), (2, 2), (0, 0), False),
        ((5, 5), (5, 5), (1, 1), (2, 2), True),
        ((4, 4), (4, 4), (1, 1), (0, 0), True),
        ((7, 5), (2, 3), (2, 1), (1, 0), True),
        ((5, 8), (3, 2), (1, 3), (2, 1), False),
        ((4, 4), (2, 2), (1, 1), (2, 2), False),
        ((8, 7), (3, 3), (3, 2), (0, 1), True),
    ):
        name = f"conv2d-image-{by(image)}-kernel-{by(kernel)}-stride-{by(stride)}-padding-{by(padding)}"
        random = RandomTensors(name)
        parameters = {"weight": random.normal(4, 3, *kernel, scale=0.4)}
        if bias:
            parameters["bias"] = random.normal(4, scale=0.4)

        def convolution(t: Tensors, stride: Any = stride, padding: Any = padding) -> torch.Tensor:
            return F.conv2d(t["input"], t["weight"], t.get("bias"), stride, padding)

        inputs = {"input": random.normal(2, 3, *image)}
        yield single(name, "conv2d", convolution, inputs, parameters, {"stride": stride, "padding": padding})


def by(sizes: tuple[int, int]) -> str:
    return f"{sizes[0]}x{sizes[1]}"


def max_pools() -> Iterator[Golden]:
    for note, image, kernel, stride, padding in (
        ("", (6, 6), (2, 2), (2, 2), (0, 0)),
        ("", (7, 5), (2, 2), (2, 2), (0, 0)),
        ("", (7, 7), (3, 3), (2, 2), (1, 1)),
        ("", (5, 7), (2, 3), (1, 2), (1, 0)),
        ("-negative", (5, 5), (3, 3), (2, 2), (1, 1)),
        ("-ties", (6, 6), (2, 2), (2, 2), (0, 0)),
        ("-ties", (7, 7), (3, 3), (2, 2), (1, 1)),
        ("-ties", (5, 6), (3, 3), (1, 1), (1, 1)),
    ):
        name = f"max-pool{note}-image-{by(image)}-kernel-{by(kernel)}-stride-{by(stride)}-padding-{by(padding)}"
        values = RandomTensors(name).normal(2, 2, *image)
        if note == "-negative":
            values = -values.abs() - 0.5
        if note == "-ties":
            values = F.relu(values - 0.5)
        pool = on_input(lambda x, k=kernel, s=stride, p=padding: F.max_pool2d(x, k, s, p))
        attributes = {"kernelSize": kernel, "stride": stride, "padding": padding}
        ties = {"convention": FIRST_OF_TIES, "smooth": False} if note == "-ties" else {}
        yield single(name, "maxPool2d", pool, {"input": values}, attributes=attributes, **ties)


def average_pools() -> Iterator[Golden]:
    for image, kernel, stride, padding, both in (
        ((6, 6), (2, 2), (2, 2), (0, 0), False),
        ((7, 7), (3, 3), (2, 2), (1, 1), True),
        ((5, 6), (3, 2), (1, 2), (1, 1), True),
    ):
        for include in (True, False) if both else (True,):
            suffix = "" if not both else f"-{'including' if include else 'excluding'}-padding"
            name = f"average-pool-kernel-{by(kernel)}-stride-{by(stride)}-padding-{by(padding)}{suffix}"
            pool = on_input(lambda x, k=kernel, s=stride, p=padding, i=include: F.avg_pool2d(x, k, s, p, False, i))
            attributes = {"kernelSize": kernel, "stride": stride, "padding": padding, "countIncludePad": include}
            inputs = {"input": RandomTensors(name).normal(2, 2, *image)}
            yield single(name, "averagePool2d", pool, inputs, attributes=attributes)


def normalisations() -> Iterator[Golden]:
    for note, shape, epsilon in (
        ("2d", (4, 3, 2, 3), 1e-5),
        ("1d", (8, 4), 1e-5),
        ("large-epsilon", (5, 3, 2, 2), 0.1),
    ):
        name = f"batch-norm-train-{note}"
        random = RandomTensors(name)
        parameters = {"weight": random.normal(shape[1], mean=1, scale=0.3), "bias": random.normal(shape[1])}

        def normalise(t: Tensors, epsilon: float = epsilon) -> torch.Tensor:
            return F.batch_norm(t["input"], None, None, t["weight"], t["bias"], training=True, eps=epsilon)

        inputs = {"input": random.normal(*shape, mean=0.5, scale=1.5)}
        yield single(name, "batchNorm", normalise, inputs, parameters, {"epsilon": epsilon})

    for operator, name, function in (
        ("softmax", "softmax", torch.softmax),
        ("logSoftmax", "log-softmax", torch.log_softmax),
        ("logSumExp", "logsumexp", torch.logsumexp),
    ):
        # Around 100, exp() overflows in float32 unless the maximum is subtracted first.
        for note, shape, mean in (("", (4, 5), 0), ("-axis-1-of-3", (2, 3, 4), 0), ("-around-100", (3, 4), 100)):
            inputs = {"input": RandomTensors(name + note).normal(*shape, mean=mean)}
            along = on_input(lambda x, f=function: f(x, 1))
            yield single(name + note, operator, along, inputs, attributes={"axis": 1})


def reductions() -> Iterator[Golden]:
    for operator, function in (("sum", torch.sum), ("mean", torch.mean)):
        for axes, keep in (((1,), False), ((0, 2), True)):
            name = f"{operator}-axes-{'-'.join(map(str, axes))}{'-kept' if keep else ''}"
            reduce = on_input(lambda x, f=function, axes=axes, keep=keep: f(x, axes, keepdim=keep))
            attributes = {"axes": axes, "keepDimensions": keep}
            yield single(name, operator, reduce, {"input": RandomTensors(name).normal(2, 3, 4)}, attributes=attributes)


def maxima() -> Iterator[Golden]:
    distinct = {"input": RandomTensors("maxima").normal(2, 4, 3)}
    tied = {"input": RandomTensors("tied-maxima").integers(3, 2, 4, 3).double() / 2}
    amax = on_input(lambda x: torch.amax(x, 1))
    first = on_input(lambda x: torch.max(x, 1).values)
    both = on_input(lambda x: torch.amax(x, (0, 2), keepdim=True))
    one_axis = {"axes": [1], "keepDimensions": False}
    yield single("max-axis-1", "max", amax, distinct, attributes=one_axis)
    yield single("max-ties-shared", "max", amax, tied, attributes=one_axis, convention=ALL_TIES, smooth=False)
    yield single("max-ties-first", "max", first, tied, attributes=one_axis, convention=ONE_OF_TIES, smooth=False)
    two_axes = {"axes": [0, 2], "keepDimensions": True}
    yield single("max-axes-0-2-ties-shared", "max", both, tied, attributes=two_axes, convention=ALL_TIES, smooth=False)


def movements() -> Iterator[Golden]:
    """Operators that only move, repeat or choose elements."""
    random = RandomTensors("movements")
    matrix, cube = {"input": random.normal(3, 8)}, {"input": random.normal(2, 3, 4)}

    steps = {"starts": [0, 1], "ends": [3, 8], "steps": [2, 3]}
    yield single("slice-steps", "slice", on_input(lambda x: x[0:3:2, 1:8:3]), matrix, attributes=steps)
    ends = {"starts": [0, 2], "ends": [3, 6], "steps": [1, 1]}
    yield single("slice", "slice", on_input(lambda x: x[:, 2:6]), matrix, attributes=ends)
    pads = {"before": [0, 1, 2], "after": [1, 0, 3], "value": 0.5}
    yield single("pad", "pad", on_input(lambda x: F.pad(x, (2, 3, 1, 0, 0, 1), value=0.5)), cube, attributes=pads)
    axes = {"permutation": [2, 0, 1]}
    yield single("transpose", "transpose", on_input(lambda x: x.permute(2, 0, 1)), cube, attributes=axes)

    parts = {"first": random.normal(2, 3), "second": random.normal(2, 1), "third": random.normal(2, 4)}
    axis = {"axis": 1}
    yield single("concat", "concat", lambda t: torch.cat([t[part] for part in parts], 1), parts, attributes=axis)
    yield single("concat-with-itself", "concat", on_input(lambda x: torch.cat([x, x], 1)), cube, attributes=axis)

    scores = {"input": random.normal(6, 5), "label": torch.tensor([0, 4, 2, 2, 1, 4])}
    yield single("gather-label", "gatherLabel", lambda t: t["input"][torch.arange(6), t["label"]], scores)

    choice = {"condition": random.normal(3, 4) > 0, "left": random.normal(3, 4), "right": random.normal(4)}
    yield single("where-broadcast", "where", lambda t: torch.where(t["condition"], t["left"], t["right"]), choice)
