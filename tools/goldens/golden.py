"""One golden: a scalar loss with its gradient and a Hessian-vector product, computed by PyTorch in float64."""

from __future__ import annotations

import json
import math
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Mapping

import torch

Tensors = Mapping[str, torch.Tensor]

TENSOR_KEYS = (
    "inputs", "parameters", "vector", "gradient", "hessianVectorProduct", "parameterHessianVectorProduct", "state",
)  # fmt: skip
SIGNIFICANT_DIGITS = 12
FINITE_DIFFERENCE_STEP = 1e-6
FINITE_DIFFERENCE_TOLERANCE = 1e-6


class RandomTensors:
    """A stream of random tensors seeded by a golden's name, so that adding a golden changes no other one."""

    def __init__(self, name: str, attempt: int = 0) -> None:
        self.generator = torch.Generator().manual_seed(zlib.crc32(f"{name}/{attempt}".encode()))

    def normal(self, *shape: int, scale: float = 1.0, mean: float = 0.0) -> torch.Tensor:
        return mean + scale * torch.randn(shape, generator=self.generator, dtype=torch.float64)

    def integers(self, high: int, *shape: int) -> torch.Tensor:
        return torch.randint(high, shape, generator=self.generator)


def representable(values: torch.Tensor) -> torch.Tensor:
    """Rounds to 4 decimals, then to the nearest float32; returned in float64. Labels and conditions are left alone."""
    return values.mul(1e4).round().div(1e4).float().double() if values.is_floating_point() else values


@dataclass
class Golden:
    """A function of named tensors. Every floating tensor is differentiated, except those named in `constants`.

    `function` gives the output; `loss` maps (output, tensors) to a scalar. `smooth` is false where the function has a
    kink at the given point (ties, ReLU at 0); the derivatives then follow PyTorch's convention, stated in `convention`.
    """

    name: str
    description: str
    inputs: dict[str, torch.Tensor]
    function: Callable[[Tensors], torch.Tensor]
    loss: Callable[[torch.Tensor, Tensors], torch.Tensor]
    loss_formula: str
    parameters: dict[str, torch.Tensor] = field(default_factory=dict)
    operator: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    constants: tuple[str, ...] = ()
    smooth: bool = True
    convention: str | None = None
    state: Callable[[Tensors], dict[str, torch.Tensor]] | None = None

    def __post_init__(self) -> None:
        self.inputs = {k: representable(v) for k, v in self.inputs.items()}
        self.parameters = {k: representable(v) for k, v in self.parameters.items()}

    @property
    def tensors(self) -> dict[str, torch.Tensor]:
        return {**self.inputs, **self.parameters}

    @property
    def differentiable(self) -> list[str]:
        return [k for k, v in self.tensors.items() if v.is_floating_point() and k not in self.constants]

    def value(self, tensors: Tensors) -> torch.Tensor:
        return self.loss(self.function(tensors), tensors)

    def derivatives(self, at: Tensors, vector: Tensors) -> tuple[torch.Tensor, Tensors, Tensors]:
        """Loss, gradient and Hessian-vector product by double backward; `vector` and the product have the same keys."""
        leaves = {k: at[k].clone().requires_grad_() for k in self.differentiable}
        loss = self.value({**at, **leaves})
        gradient = dict(zip(leaves, torch.autograd.grad(loss, list(leaves.values()), create_graph=True)))
        slope = sum((gradient[k] * vector[k]).sum() for k in vector)
        along = torch.autograd.grad(slope, [leaves[k] for k in vector], allow_unused=True)
        product = {k: torch.zeros_like(leaves[k]) if p is None else p for k, p in zip(vector, along)}
        return loss.detach(), {k: g.detach() for k, g in gradient.items()}, product


def document(golden: Golden) -> dict[str, Any]:
    """The JSON document of a golden; its layout is described in README.md."""
    random = RandomTensors(f"{golden.name}/vector")
    vector = {k: representable(random.normal(*golden.tensors[k].shape)) for k in golden.differentiable}
    loss, gradient, product = golden.derivatives(golden.tensors, vector)
    if golden.smooth:
        check_by_finite_differences(golden, vector, gradient, product)

    head: dict[str, Any] = {"name": golden.name, "description": golden.description, "torch": torch.__version__}
    if golden.operator is not None:
        head |= {"operator": golden.operator, "attributes": golden.attributes}
    if golden.convention is not None:
        head["convention"] = golden.convention
    body = {
        "lossFormula": golden.loss_formula,
        "inputs": encode_all(golden.inputs),
        "parameters": encode_all(golden.parameters),
        "vector": encode_all(vector),
        "loss": significant(loss.item()),
    }
    if golden.operator is not None:
        body["output"] = encode(golden.function(golden.tensors), "float64")
    body |= {"gradient": encode_all(gradient, "float64"), "hessianVectorProduct": encode_all(product, "float64")}
    if golden.operator is None:
        of_parameters = golden.derivatives(golden.tensors, {k: vector[k] for k in golden.parameters})[2]
        body["parameterHessianVectorProduct"] = encode_all(of_parameters, "float64")
    if golden.state is not None:
        body["state"] = encode_all(golden.state(golden.tensors), "float64")
    return head | body


def check_by_finite_differences(golden: Golden, vector: Tensors, gradient: Tensors, product: Tensors) -> None:
    """Compares gradient·vector and the Hessian-vector product with central differences along the vector."""

    def moved(sign: int) -> Tensors:
        step = sign * FINITE_DIFFERENCE_STEP
        return {k: t + step * vector[k] if k in vector else t for k, t in golden.tensors.items()}

    (ahead, gradient_ahead, _), (behind, gradient_behind, _) = (golden.derivatives(moved(s), vector) for s in (1, -1))
    width = 2 * FINITE_DIFFERENCE_STEP
    slope = sum((gradient[k] * vector[k]).sum() for k in vector)
    close(golden.name, "gradient along the vector", slope, (ahead - behind) / width)
    difference = torch.cat([((gradient_ahead[k] - gradient_behind[k]) / width).flatten() for k in vector])
    close(golden.name, "Hessian-vector product", torch.cat([product[k].flatten() for k in vector]), difference)


def close(name: str, what: str, actual: torch.Tensor, expected: torch.Tensor) -> None:
    error = (actual - expected).norm().item()
    scale = max(1.0, expected.norm().item())
    if not error <= FINITE_DIFFERENCE_TOLERANCE * scale:
        raise ArithmeticError(f"{name}: {what} is {error:.3g} from its finite difference of norm {scale:.3g}")


def encode_all(tensors: Tensors, dtype: str | None = None) -> dict[str, Any]:
    return {k: encode(t, dtype) for k, t in tensors.items()}


def encode(tensor: torch.Tensor, dtype: str | None = None) -> dict[str, Any]:
    """`dtype` defaults to what the tensor stands for: floats are float32 data written with 4 decimals."""
    flat = tensor.detach().flatten().tolist()
    if tensor.is_floating_point():
        digits = (lambda x: round(x, 4)) if dtype is None else significant
        return {"dtype": dtype or "float32", "shape": list(tensor.shape), "data": [shortest(digits(x)) for x in flat]}
    kind = "bool" if tensor.dtype is torch.bool else "int64"
    return {"dtype": kind, "shape": list(tensor.shape), "data": [int(x) for x in flat]}


def significant(x: float) -> float:
    if not math.isfinite(x):
        raise ArithmeticError(f"a golden must be finite, got {x}")
    return float(f"{x:.{SIGNIFICANT_DIGITS}g}")


def shortest(x: float) -> float | int:
    """Integral values without a decimal point; no negative zero."""
    return int(x) if x == int(x) else x


def write(folder: Path, content: Mapping[str, Any]) -> Path:
    """Writes one JSON file with one line for each tensor, so that differences between versions can be read."""
    lines = []
    for key, value in content.items():
        if key in TENSOR_KEYS and value:
            inner = ",\n".join(f"    {json.dumps(k)}: {compact(v)}" for k, v in value.items())
            lines.append(f"  {json.dumps(key)}: {{\n{inner}\n  }}")
        else:
            lines.append(f"  {json.dumps(key)}: {compact(value)}")
    path = folder / f"{content['name']}.json"
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    return path


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
