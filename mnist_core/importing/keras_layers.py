"""The layers in a Keras file, in the order in which they are applied.

Only known classes of layers are allowed, and they must form one chain. Nested models are flattened. `convert_layers`
decides whether a layer's settings are supported.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import UserError
from mnist_core.importing.keras_file import HDF5_WEIGHTS, BadKerasFile, KerasFile
from mnist_core.text.sentence import sentence

MODELS = ("Sequential", "Functional", "Model")
TRAINING_ONLY = (
    *("Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise", "SpatialDropout1D", "ActivityRegularization"),
    *("RandomBrightness", "RandomContrast", "RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom"),
)
"""Layers that act in training only; in inference they return their input."""
KNOWN_LAYERS = (
    *("InputLayer", "Conv2D", "MaxPooling2D", "Dense", "Flatten", "Reshape"),
    *("Activation", "ReLU", "LeakyReLU", "ELU", "Softmax"),
    *("Rescaling", "Normalization", "BatchNormalization", "UnitNormalization", "LayerNormalization"),
    *TRAINING_ONLY,
)
EXPECTED = sentence(
    "The app expects Dense layers in a row that read 28 × 28 pixels and end with one output for each class; "
    "Flatten, activations, Rescaling, Normalization, BatchNormalization and Dropout may come between. Convolutional "
    "layers may come first if they are those of this app. Train such a network, or use this one where it was made."
)
_NAMESPACES = ("keras", "tf_keras", "tensorflow")
_CONTAINERS = ("layers", "_layer_checkpoint_dependencies")
"""Names of the group of a model's layers in the weights file. Only Keras 2.12 writes the second."""
_MOST_LAYERS, _MOST_NESTING = 200, 8
_LONGEST_REPR = 60


class UnsupportedLayer(UserError):
    """A layer that this app's networks cannot have. The text continues a sentence that begins with the layer's name."""


@dataclass(frozen=True)
class KerasLayer:
    """One layer: its class, its settings, and where the file keeps its weights.

    `path` leads to its group in a `.keras` file. In HDF5, `hdf5_names` are the name of the outermost layer or nested
    model that holds it, and its own.
    """

    class_name: str
    config: dict[str, Any]
    path: tuple[str, ...] = ()
    hdf5_names: tuple[str, str] = ("", "")
    build_shape: Any = None

    @property
    def title(self) -> str:
        """Its name in a sentence: "the layer 'dense_1' (Dense)"."""
        return sentence("the layer {layer}", layer=self.label)

    @property
    def label(self) -> str:
        """Its name with its kind: "'dense_1' (Dense)"."""
        return f"{short_repr(self.config.get('name', 'without a name'))} ({self.class_name})"

    def numbers(self, setting: str, default: float | None = None) -> NDArray[np.float64]:
        """Return a setting that is a number or nested lists of numbers. Raises `UnsupportedLayer` otherwise."""
        value = self.config.get(setting, default)
        try:
            return np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            raise UnsupportedLayer("has {value} where a number was expected", value=short_repr(value)) from None

    def number(self, setting: str, default: float | None = None) -> float:
        """Return a setting that is one number. Raises `UnsupportedLayer` otherwise."""
        numbers = self.numbers(setting, default)
        if numbers.size != 1:
            value = self.config.get(setting, default)
            raise UnsupportedLayer("has {value} where one number was expected", value=short_repr(value))
        return float(numbers.reshape(()))

    def require_plain(self, kernel: NDArray) -> None:
        """Raise `UnsupportedLayer` unless the layer's kernel is all there is to it, in floating-point numbers."""
        if self.config.get("lora_rank") or self.config.get("quantization_config") or kernel.dtype.kind != "f":
            raise UnsupportedLayer("is quantised, or adapted by LoRA")

    def weights(self, file: KerasFile, names: tuple[str, ...]) -> list[NDArray]:
        """Return the weights with these names, given in Keras's order. Raises `BadKerasFile` if one is missing."""
        arrays = self._hdf5_weights(file) if file.hdf5 else self._numbered_weights(file, names)
        try:
            return [arrays[name] for name in names]
        except KeyError:
            raise BadKerasFile(
                "The weights in the file do not fit its layers: {title} has none.", title=self.title
            ) from None

    def _numbered_weights(self, file: KerasFile, names: tuple[str, ...]) -> dict[str, NDArray]:
        """Return the weights in a `.keras` file, which numbers them in Keras's order."""
        for container in _CONTAINERS:
            prefix = "".join(f"{container}/{part}/" for part in self.path) + "vars/"
            found = {name: file.weights.get(f"{prefix}{number}") for number, name in enumerate(names)}
            if any(array is not None for array in found.values()):
                return {name: array for name, array in found.items() if array is not None}
        return {}

    def _hdf5_weights(self, file: KerasFile) -> dict[str, NDArray]:
        """Return the weights in an HDF5 file, by their names.

        Their paths end in the names of layer and weight: "model_weights/dense/sequential/dense/kernel:0".
        """
        outer, own = self.hdf5_names
        found = {}
        for path, array in file.weights.items():
            parts = path.split("/")
            if parts[:2] == [HDF5_WEIGHTS, outer] and parts[-2] == own:
                found[parts[-1].removesuffix(":0")] = array
        return found


def short_repr(value: Any) -> str:
    """Return the `repr` of any value from a file, cut short enough for a sentence."""
    return repr(value)[:_LONGEST_REPR]


def layers_in_order(file: KerasFile) -> list[KerasLayer]:
    """Return the layers in the order in which they are applied.

    Raises `BadKerasFile` unless all are of known classes and form one chain.
    """
    layers = []
    for layer in _flattened(file.config, (), "", 0):
        layers.append(layer)
        if len(layers) > _MOST_LAYERS:
            raise BadKerasFile(
                "The network has more than {most} layers. {expected}", most=_MOST_LAYERS, expected=EXPECTED
            )
    return layers


def _flattened(model: dict[str, Any], path: tuple[str, ...], outer: str, depth: int) -> Iterator[KerasLayer]:
    """Yield the layers of a model, with those of the models nested in it; `outer` is the outermost nested model."""
    class_name, layers = _text(model, "class_name"), _layer_configs(model)
    if depth > _MOST_NESTING:
        raise BadKerasFile(
            "The network has more than {most} levels of nested models. {expected}",
            most=_MOST_NESTING,
            expected=EXPECTED,
        )
    for layer in layers:
        _check_class(layer)
    if class_name != "Sequential":
        _check_chain(model["config"], layers)
    used: Counter[str] = Counter()
    for layer in layers:
        group = _weights_group(layer["class_name"])
        layer_path = (*path, f"{group}_{used[group]}" if used[group] else group)
        used[group] += 1
        name = _layer_name(layer)
        if layer["class_name"] in MODELS:
            yield from _flattened(layer, layer_path, outer or name, depth + 1)
        else:
            hdf5_names = (outer or name, name)
            yield KerasLayer(layer["class_name"], layer["config"], layer_path, hdf5_names, _build_shape(layer))


def _layer_name(layer: dict[str, Any]) -> str:
    return _text(layer["config"] if isinstance(layer["config"], dict) else layer, "name")


def _build_shape(layer: dict[str, Any]) -> Any:
    build = layer.get("build_config")
    return build.get("input_shape") if isinstance(build, dict) else None


def _layer_configs(model: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what Keras wrote of each layer of a model. Raises `BadKerasFile` if it is not a model of Keras."""
    class_name, module = _text(model, "class_name"), _text(model, "module")
    if class_name not in MODELS or module.split(".")[0] not in ("", *_NAMESPACES):
        raise BadKerasFile(
            "The file holds a {kind}, not a Sequential or Functional model of Keras. {expected}",
            kind=short_repr(model.get("class_name")),
            expected=EXPECTED,
        )
    config = model.get("config")
    layers = config.get("layers") if isinstance(config, dict) else config  # before Keras 2.3, a list alone
    if not isinstance(layers, list) or not all(
        isinstance(it, dict) and isinstance(it.get("config"), dict | list) for it in layers
    ):
        raise BadKerasFile("The file is damaged: it lists no layers.")
    return layers


def _check_class(layer: dict[str, Any]) -> None:
    """Raise `BadKerasFile` for a layer that is not one of Keras's own, or not of a known class."""
    class_name, module, registered = _text(layer, "class_name"), _text(layer, "module"), layer.get("registered_name")
    if class_name == "Lambda" or (class_name not in MODELS and "__lambda__" in json.dumps(layer)):
        raise BadKerasFile("The file holds a Lambda: code that somebody has written, which is never run here.")
    if module.split(".")[0] not in ("", *_NAMESPACES) or registered not in (None, class_name):
        raise BadKerasFile(
            "The file holds a custom layer, {layer}. {expected}",
            layer=short_repr(registered or class_name),
            expected=EXPECTED,
        )
    if class_name not in (*KNOWN_LAYERS, *MODELS):
        name = layer["config"].get("name") if isinstance(layer["config"], dict) else None
        called = sentence(", called {name}", name=short_repr(name)) if name else ""
        raise BadKerasFile(
            "The network has a layer of the kind {class_name}{called}. {expected}",
            class_name=short_repr(class_name),
            called=called,
            expected=EXPECTED,
        )
    if class_name not in MODELS and not isinstance(layer["config"], dict):
        raise BadKerasFile("The file is damaged: it lists no layers.")


def _check_chain(config: Any, layers: list[dict[str, Any]]) -> None:
    """Raise `BadKerasFile` unless each layer of a Functional model gets the output of the layer before it, alone."""
    names = [layer.get("name") for layer in layers]
    follows = all(_input_layer(layer) == before.get("name") is not None for before, layer in pairwise(layers))
    ends = isinstance(config, dict) and layers and _layer_names(config.get("output_layers")) == names[-1:]
    if not follows or not ends:
        raise BadKerasFile("The layers do not form a single sequence. {expected}", expected=EXPECTED)


def _input_layer(layer: dict[str, Any]) -> Any:
    """Return the name of the layer whose output this one gets; None unless it is exactly one."""
    try:
        (node,) = layer["inbound_nodes"]
        if isinstance(node, dict):
            (tensor,) = node["args"]
            return tensor["config"]["keras_history"][0]
        (tensor,) = node  # as Keras 2 writes it
        return tensor[0]
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def _layer_names(outputs: Any) -> list[Any]:
    """Return the names in [name, 0, 0] or in [[name, 0, 0], ...]."""
    if not isinstance(outputs, list):
        return []
    references = outputs if outputs and isinstance(outputs[0], list) else [outputs]
    return [reference[0] for reference in references if reference]


def _weights_group(class_name: str) -> str:
    """Return the name of a layer's group in a `.keras` file, its class in snake case: "batch_normalization"."""
    class_name = "Functional" if class_name == "Model" else class_name
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", class_name)).lower()


def _text(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""
