"""The layers of a saved network in a row, by an allow-list: every class in them is known, and they form one chain.

A model within a model is taken apart. What a layer does is not judged here, see `folding`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from numpy.typing import NDArray

from mnist_core.importing.saved_model import WEIGHTS_OF_HDF5, BadKerasFile, SavedModel

MODELS = ("Sequential", "Functional", "Model")
NO_EFFECT = (
    *("Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise", "SpatialDropout1D", "ActivityRegularization"),
    *("RandomBrightness", "RandomContrast", "RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom"),
)
"""Layers that act in training only: once a network is trained, they hand on what they get."""
KNOWN = (
    *("InputLayer", "Dense", "Flatten", "Reshape", "Activation", "ReLU", "LeakyReLU", "ELU", "Softmax"),
    *("Rescaling", "Normalization", "BatchNormalization", "UnitNormalization", "LayerNormalization"),
    *NO_EFFECT,
)
EXPECTED = (
    "Expected are Dense layers in a row that read 28 × 28 pixels and have one output for each class at the end; "
    "Flatten, activations, Rescaling, Normalization, BatchNormalization and Dropout may come between. Train such a "
    "network, or look at this one where it was made."
)
_NAMESPACES = ("keras", "tf_keras", "tensorflow")
_CONTAINERS = ("layers", "_layer_checkpoint_dependencies")
"""What the group of a model's layers is called in the weights; the second by Keras 2.12 alone."""
_MOST_LAYERS, _DEEPEST = 200, 8
_MOST_SHOWN = 60


@dataclass(frozen=True)
class PlainLayer:
    """One layer: its class, its settings, and where its weights are: `path` in an archive, by `names` in HDF5."""

    kind: str
    config: dict[str, Any]
    path: tuple[str, ...] = ()
    names: tuple[str, str] = ("", "")
    build_shape: Any = None

    @property
    def title(self) -> str:
        """What it is called in a sentence: "the layer 'dense_1' (Dense)"."""
        return f"the layer {shown(self.config.get('name', 'without a name'))} ({self.kind})"

    def weights(self, model: SavedModel, names: tuple[str, ...]) -> list[NDArray]:
        """Return its first weights, of which Keras calls the first `names[0]`. Raises `BadKerasFile` without them."""
        arrays = self._by_name(model) if model.hdf5 else self._by_number(model, names)
        try:
            return [arrays[name] for name in names]
        except KeyError:
            raise BadKerasFile(f"The weights in the file do not fit its layers: {self.title} has none.") from None

    def _by_number(self, model: SavedModel, names: tuple[str, ...]) -> dict[str, NDArray]:
        for container in _CONTAINERS:
            prefix = "".join(f"{container}/{part}/" for part in self.path) + "vars/"
            found = {name: model.weights.get(f"{prefix}{number}") for number, name in enumerate(names)}
            if any(array is not None for array in found.values()):
                return {name: array for name, array in found.items() if array is not None}
        return {}

    def _by_name(self, model: SavedModel) -> dict[str, NDArray]:
        """Return the weights that HDF5 keeps in the group of this layer, or of the model in the network that it is in.

        Their paths end in the layer's own name and the weight's, as in "model_weights/dense/sequential/dense/kernel:0".
        """
        outer, own = self.names
        found = {}
        for path, array in model.weights.items():
            parts = path.split("/")
            if parts[:2] == [WEIGHTS_OF_HDF5, outer] and parts[-2] == own:
                found[parts[-1].removesuffix(":0")] = array
        return found


def shown(value: Any) -> str:
    """Return what a file says, short enough for a sentence, whatever it is."""
    return repr(value)[:_MOST_SHOWN]


def plain_layers(model: SavedModel) -> list[PlainLayer]:
    """Return the layers in the order in which an image passes them. Raises `BadKerasFile` unless all are known."""
    found = []
    for layer in _walk(model.config, (), "", 0):
        found.append(layer)
        if len(found) > _MOST_LAYERS:
            raise BadKerasFile(f"The network has more than {_MOST_LAYERS} layers. {EXPECTED}")
    return found


def _walk(model: dict[str, Any], path: tuple[str, ...], outer: str, depth: int) -> Iterator[PlainLayer]:
    kind, layers = _text(model, "class_name"), _layers_of(model)
    if depth > _DEEPEST:
        raise BadKerasFile(f"The network has more than {_DEEPEST} models within each other. {EXPECTED}")
    for layer in layers:
        _check_class(layer)
    if kind != "Sequential":
        _check_chain(model["config"], layers)
    used: Counter[str] = Counter()
    for layer in layers:
        kind, config = layer["class_name"], layer["config"]
        key = _in_weights(kind)
        place = (*path, f"{key}_{used[key]}" if used[key] else key)
        used[key] += 1
        name = _text(config, "name") if isinstance(config, dict) else _text(layer, "name")
        if kind in MODELS:
            yield from _walk(layer, place, outer or name, depth + 1)
        else:
            build = layer.get("build_config")
            shape = build.get("input_shape") if isinstance(build, dict) else None
            yield PlainLayer(kind, config, place, (outer or name, name), shape)


def _layers_of(model: dict[str, Any]) -> list[dict[str, Any]]:
    kind, module = _text(model, "class_name"), _text(model, "module")
    if kind not in MODELS or module.split(".")[0] not in ("", *_NAMESPACES):
        raise BadKerasFile(
            f"The file holds a {shown(model.get('class_name'))}, not a Sequential or Functional model of Keras. "
            f"{EXPECTED}"
        )
    config = model.get("config")
    layers = config.get("layers") if isinstance(config, dict) else config  # a list alone was written before Keras 2.3
    if not isinstance(layers, list) or not all(
        isinstance(it, dict) and isinstance(it.get("config"), dict | list) for it in layers
    ):
        raise BadKerasFile("The file is damaged: it lists no layers.")
    return layers


def _check_class(layer: dict[str, Any]) -> None:
    """Refuse a layer that is not one of Keras's own that a network of this app may consist of."""
    kind, module, registered = _text(layer, "class_name"), _text(layer, "module"), layer.get("registered_name")
    if kind == "Lambda" or (kind not in MODELS and "__lambda__" in json.dumps(layer)):
        raise BadKerasFile("The file holds a Lambda: code that somebody has written, which is never run here.")
    if module.split(".")[0] not in ("", *_NAMESPACES) or registered not in (None, kind):
        raise BadKerasFile(f"The file holds a layer of somebody's own making, {shown(registered or kind)}. {EXPECTED}")
    if kind not in (*KNOWN, *MODELS):
        name = layer["config"].get("name") if isinstance(layer["config"], dict) else None
        called = f", called {shown(name)}" if name else ""
        raise BadKerasFile(f"The network has a layer of the kind {shown(kind)}{called}. {EXPECTED}")
    if kind not in MODELS and not isinstance(layer["config"], dict):
        raise BadKerasFile("The file is damaged: it lists no layers.")


def _check_chain(config: Any, layers: list[dict[str, Any]]) -> None:
    """Refuse a Functional model in which a layer's input is anything but the output of the layer before it."""
    names = [layer.get("name") for layer in layers]
    follows = all(_source(layer) == before.get("name") is not None for before, layer in pairwise(layers))
    ends = isinstance(config, dict) and layers and _names_in(config.get("output_layers")) == names[-1:]
    if not follows or not ends:
        raise BadKerasFile(f"The layers do not follow each other one by one. {EXPECTED}")


def _source(layer: dict[str, Any]) -> Any:
    """Return the name of the one layer whose output this one gets; None if there are several, or none."""
    try:
        (node,) = layer["inbound_nodes"]
        if isinstance(node, dict):
            (tensor,) = node["args"]
            return tensor["config"]["keras_history"][0]
        (tensor,) = node  # as Keras 2 writes it
        return tensor[0]
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def _names_in(outputs: Any) -> list[Any]:
    """Return the names in [name, 0, 0] or in [[name, 0, 0], ...]."""
    if not isinstance(outputs, list):
        return []
    several = outputs if outputs and isinstance(outputs[0], list) else [outputs]
    return [it[0] for it in several if it]


def _in_weights(kind: str) -> str:
    """Return the name that Keras gives the weights of a layer of that class: "batch_normalization"."""
    kind = "Functional" if kind == "Model" else kind
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", kind)).lower()


def _text(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""
