#!/usr/bin/env python3
"""Writes test/goldens/derivatives/*.json: losses, gradients and Hessian-vector products from PyTorch in float64."""

from __future__ import annotations

import sys
from pathlib import Path

try:
    import torch
except ImportError:
    sys.exit("derivatives: expected PyTorch in this Python, found none (Debian: apt-get install python3-torch)")

from golden import document, write
from networks import network_goldens
from operators import operator_goldens
from operators_elsewhere import elsewhere_goldens

FOLDER = Path(__file__).resolve().parents[2] / "test" / "goldens" / "derivatives"
LARGEST_FILE = 300_000
LARGEST_TOTAL = 1_000_000


def main() -> None:
    torch.set_num_threads(1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    sizes = {}
    for golden in (*network_goldens(), *operator_goldens(), *elsewhere_goldens()):
        if f"{golden.name}.json" in sizes:
            sys.exit(f"derivatives: expected distinct names, got {golden.name} twice")
        path = write(FOLDER, document(golden))
        sizes[path.name] = path.stat().st_size
    for stale in FOLDER.glob("*.json"):
        if stale.name not in sizes:
            stale.unlink()
    if max(sizes.values()) > LARGEST_FILE or sum(sizes.values()) > LARGEST_TOTAL:
        sys.exit(f"derivatives: expected files below {LARGEST_FILE} bytes, {LARGEST_TOTAL} in all; got {sizes}")
    print(f"{len(sizes)} goldens, {sum(sizes.values()) / 1000:.0f} kB, torch {torch.__version__}")


if __name__ == "__main__":
    main()
