"""Writes mnist1d.json: examples made by the published MNIST-1D code from random numbers that the test can repeat.

Usage: python3 mnist1d.py PATH, where PATH holds the package `mnist1d` (https://github.com/greydanus/mnist1d).
Only `mnist1d/transform.py` and the function `get_templates` of `mnist1d/data.py` are used. Needs NumPy and SciPy.
"""

import importlib.util
import json
import math
import pathlib
import re
import sys

import numpy as np

source = pathlib.Path(sys.argv[1]) / "mnist1d"
specification = importlib.util.spec_from_file_location("transform", source / "transform.py")
recipe = importlib.util.module_from_spec(specification)
specification.loader.exec_module(recipe)
# data.py imports a downloader, which is not needed here: only the function itself is taken.
templates_code = re.search(r"^def get_templates\(\):\n(?:[ \t]+.*\n|\n)+", (source / "data.py").read_text(), re.M).group()
names = {"np": np}
exec(templates_code, names)

drawn = 0


def uniform():
    """The same sequence as `goldenStream` of the test: multiples of the golden ratio, modulo 1."""
    global drawn
    drawn += 1
    return (drawn * 0.6180339887498949) % 1


np.random.rand = uniform
np.random.choice = lambda bound: math.floor(uniform() * bound)
np.random.randn = lambda *shape: np.array([2 * uniform() - 1 for _ in range(math.prod(shape))]).reshape(shape)


class Arguments:
    template_len, padding, final_seq_length = 12, [36, 60], 40
    scale_coeff, max_translation, shear_scale = 0.4, 48, 0.75
    corr_noise_scale, iid_noise_scale = 0.25, 2e-2


templates = names["get_templates"]()
examples = []
for label in (0, 1, 4, 7):
    values, _ = recipe.transform(templates["x"][label], templates["t"], Arguments)
    examples.append({"label": label, "values": [round(float(value), 12) for value in values]})
(pathlib.Path(__file__).parent / "mnist1d.json").write_text(json.dumps(examples) + "\n")
