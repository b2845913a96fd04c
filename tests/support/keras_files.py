"""Keras files with any contents, written without Keras."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import h5py
import numpy as np

from tests.support.dataset_files import zipped

Layer = dict[str, Any]


def dense(units: int, activation: str = "relu", **options: Any) -> Layer:
    return layer("Dense", units=units, activation=activation, **options)


def layer(kind: str, **config: Any) -> Layer:
    return {"module": "keras.layers", "class_name": kind, "config": {"name": kind.lower()} | config}


def sequential(layers: Sequence[Layer], shape: Sequence[int] = (784,)) -> Layer:
    first = layer("InputLayer", batch_shape=[None, *shape])
    return {"module": "keras", "class_name": "Sequential", "config": {"name": "model", "layers": [first, *layers]}}


def keras_file(
    layers: Sequence[Layer],
    shape: Sequence[int] = (784,),
    change: Callable[[h5py.File], object] = lambda _file: None,
    announced: Mapping[str, int] = {},
    **members: bytes,
) -> bytes:
    """A `.keras` file of layers in a row; `change` is done to its weights, and `members` take the place of others."""
    parts = {
        "metadata.json": json.dumps({"keras_version": "3.15.1"}).encode(),
        "config.json": json.dumps(sequential(layers, shape)).encode(),
        "model.weights.h5": _weights(layers, int(np.prod(shape)), change),
    }
    names = {"metadata": "metadata.json", "config": "config.json", "weights": "model.weights.h5"}
    return zipped(parts | {names[name]: content for name, content in members.items()}, announced)


def _weights(layers: Sequence[Layer], inputs: int, change: Callable[[h5py.File], object]) -> bytes:
    random, dense_layers = np.random.default_rng(0), [it for it in layers if it["class_name"] == "Dense"]
    with h5py.File(buffer := io.BytesIO(), "w") as file:
        for number, it in enumerate(dense_layers):
            units = it["config"]["units"]
            group = file.create_group(f"layers/dense{f'_{number}' if number else ''}/vars")
            group["0"] = random.normal(0, 0.1, (inputs, units)).astype(np.float32)
            group["1"] = random.normal(0, 0.1, units).astype(np.float32)
            inputs = units
        change(file)
    return buffer.getvalue()
