#!/usr/bin/env python3
"""Writes test/goldens/arrays: files of arrays as NumPy and PyTorch write them, and what is in them (arrays.json)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

try:
    import numpy as np
    import torch
except ImportError:
    sys.exit("arrays: expected PyTorch and NumPy in this Python (Debian: apt-get install python3-torch)")

from tensor_files import save_safetensors

FOLDER = Path(__file__).resolve().parents[2] / "test" / "goldens" / "arrays"

HALVES = [0.0, -0.0, 1.0, -2.5, 65504.0, 6.103515625e-05, 5.960464477539063e-08, 0.333251953125]


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(7)
    x = generator.normal(size=(12, 5)).astype(np.float32)
    y = np.arange(12) % 3
    np.savez(FOLDER / "stored.npz", x=x, y=y)
    # Channels last, as TensorFlow has them, under the names of MedMNIST.
    images = generator.integers(0, 256, size=(10, 6, 5, 3), dtype=np.uint8)
    labels = (np.arange(10) % 2).astype(np.uint8)[:, None]
    np.savez_compressed(
        FOLDER / "deflated.npz", train_images=images[:8], train_labels=labels[:8], test_images=images[8:], test_labels=labels[8:]
    )
    half = torch.tensor(HALVES)
    tensors = {
        "x": torch.from_numpy(x).double(),
        "y": torch.from_numpy(y),
        "half": half.half(),
        "brain": half.bfloat16(),
        "bytes": torch.tensor([0, 255], dtype=torch.uint8),
        "flags": torch.tensor([True, False]),
    }
    save_safetensors(tensors, FOLDER / "arrays.safetensors", {"format": "pt"})
    np.savez(FOLDER / "halves.npz", half=half.half().numpy(), scalar=np.float64(3.5))
    expected = {
        "x": x.astype(float).ravel().tolist(),
        "y": y.tolist(),
        "images": images.transpose(0, 3, 1, 2).ravel().tolist(),
        "half": half.half().double().tolist(),
        "brain": half.bfloat16().double().tolist(),
    }
    (FOLDER / "arrays.json").write_text(json.dumps(expected) + "\n")


if __name__ == "__main__":
    main()
