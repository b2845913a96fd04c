"""What is inside a `.keras` file, judged without Keras: nothing in it is run, and nothing foreign is believed.

A `.keras` file is a zip archive of `config.json` (the layers), `metadata.json` and `model.weights.h5`. Any class of
Python may be named in the first, code may be hidden in it, and HDF5 can point to other files on this machine.
Therefore only what is known is let through, and what Keras gets to see is written anew by `repack`.
"""

from __future__ import annotations

import io
import json
import zipfile
from itertools import pairwise
from typing import Any, NamedTuple

import h5py

from mnist_core.config import CHOICES, LIMITS
from mnist_core.data import IMAGE_SIZE, PIXELS
from mnist_core.errors import UserError
from mnist_core.export.formats import LARGEST_IMPORT

LARGEST_CONFIG = 1_000_000
CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
_CHUNK = 1 << 20
_LAYERS = ("InputLayer", "Flatten", "Dense", "Dropout")
_ACTIVATIONS = CHOICES["activation"]
_EXPECTED = (
    "Expected is a network as this app makes them: 784 pixels, one to three dense layers of the same number of units "
    f"with {', '.join(_ACTIVATIONS[:-1])} or {_ACTIVATIONS[-1]}, perhaps dropout, "
    "and a last one with softmax and as many units as the dataset has classes."
)
_FOREIGN_WEIGHTS = "The weights in the file are no plain numbers, or point to other places, which are never followed."
_MOST_MEMBERS = 1000
"""Groups and arrays in the weights; Keras writes some twenty, and a few hundred with an optimizer's state."""
_MOST_NAMED, _MOST_SHOWN = 5, 60
_INPUT_SHAPES = ([None, PIXELS], [None, IMAGE_SIZE, IMAGE_SIZE], [None, IMAGE_SIZE, IMAGE_SIZE, 1])


class BadKerasFile(UserError):
    """A file that is no network of this app's kind; the text says what was expected."""


class Sketch(NamedTuple):
    """What a network looks like: hidden layers of the same number of units, one activation, perhaps dropout."""

    hidden_units: int
    hidden_layers: int
    activation: str
    dropout: float


def check(data: bytes, classes: int) -> tuple[Sketch, bytes]:
    """Return what the network in a `.keras` file looks like, and its weights as HDF5.

    Raises `BadKerasFile` unless it is a network of this app's kind that tells so many classes apart.
    """
    if len(data) > LARGEST_IMPORT:
        raise BadKerasFile(f"The file is larger than {LARGEST_IMPORT / 1e6:.0f} MB, more than any network of this app.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            config = _read(archive, CONFIG, LARGEST_CONFIG)
            weights = _read(archive, WEIGHTS, LARGEST_IMPORT)
    except BadKerasFile:
        raise
    except Exception:  # damaged bytes make zipfile raise almost anything: zlib.error, EOFError, NotImplementedError
        raise BadKerasFile(
            "This is not a .keras file, or it is damaged. Save the network with model.save('network.keras')."
        ) from None
    sketch = _sketch(_parsed(config), classes)
    _check_weights(weights)
    return sketch, weights


def repack(sketch: Sketch, weights: bytes, classes: int) -> bytes:
    """Return a `.keras` file in which everything but the weights is of our own making."""
    layers: list[dict[str, Any]] = [_layer("InputLayer", batch_shape=[None, PIXELS], dtype="float32")]
    for _ in range(sketch.hidden_layers):
        layers.append(_layer("Dense", units=sketch.hidden_units, activation=sketch.activation))
    layers.append(_layer("Dense", units=classes, activation="softmax"))
    config = {
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": "imported", "layers": layers},
        "registered_name": None,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(CONFIG, json.dumps(config))
        archive.writestr(METADATA, json.dumps({"keras_version": "3.0.0"}))
        archive.writestr(WEIGHTS, weights)
    return buffer.getvalue()


def _layer(class_name: str, **config: Any) -> dict[str, Any]:
    return {"module": "keras.layers", "class_name": class_name, "config": config, "registered_name": None}


def _read(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """Return a member's bytes, unpacked no further than `limit`, whatever size the archive declares."""
    if name not in archive.namelist():
        raise BadKerasFile(f"This is not a .keras file: it is an archive without {name}.")
    parts, size = [], 0
    if archive.getinfo(name).file_size <= limit:
        with archive.open(name) as member:
            while (part := member.read(_CHUNK)) and size <= limit:
                parts.append(part)
                size += len(part)
        if size <= limit:
            return b"".join(parts)
    raise BadKerasFile(
        f"{name} in the file unpacks to more than {limit / 1e6:.0f} MB, more than any network of this app."
    )


def _parsed(config: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(config)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise BadKerasFile(f"The file is damaged: its {CONFIG} cannot be read.")
    return parsed


def _sketch(model: dict[str, Any], classes: int) -> Sketch:
    """Read the layers by an allow-list: every class and every function in them is known, and they form one chain."""
    kind = _text(model, "class_name")
    if kind not in ("Sequential", "Functional") or not _text(model, "module").startswith("keras"):
        raise BadKerasFile(f"The file holds a {kind!r}, not a Sequential or Functional model of Keras.")
    config = model.get("config")
    layers = config.get("layers") if isinstance(config, dict) else None
    if not isinstance(layers, list) or not all(
        isinstance(it, dict) and isinstance(it.get("config"), dict) for it in layers
    ):
        raise BadKerasFile(f"The file is damaged: its {CONFIG} lists no layers.")
    for layer in layers:
        _check_class(layer)
    if kind == "Functional":
        _check_chain(layers)
    return _dense_sketch(layers, classes)


def _check_class(layer: dict[str, Any]) -> None:
    """Refuse a layer that is not one of Keras's own four that a network of this app may consist of."""
    kind, module, registered = _text(layer, "class_name"), _text(layer, "module"), layer.get("registered_name")
    if kind == "Lambda" or "__lambda__" in json.dumps(layer):
        raise BadKerasFile("The file holds a Lambda: code that somebody has written, which is never run here.")
    if not f"{module}.".startswith(("keras.layers.", "keras.src.layers.")) or registered not in (None, kind):
        raise BadKerasFile(
            f"The file holds a layer of somebody's own making, {_shown(registered or kind)}. {_EXPECTED}"
        )
    if kind not in _LAYERS:
        raise BadKerasFile(f"The network has a layer of the kind {_shown(kind)}. {_EXPECTED}")


def _check_chain(layers: list[dict[str, Any]]) -> None:
    """Refuse a Functional model in which a layer's input is anything but the output of the layer before it."""
    for before, layer in pairwise(layers):
        try:
            (node,) = layer["inbound_nodes"]
            (tensor,) = node["args"]
            source = tensor["config"]["keras_history"][0]
        except (KeyError, TypeError, ValueError, IndexError):
            source = None
        if source is None or source != before.get("name"):
            raise BadKerasFile(f"The layers do not follow each other one by one. {_EXPECTED}")


def _dense_sketch(layers: list[dict[str, Any]], classes: int) -> Sketch:
    shape = _input_shape(layers)
    if shape not in _INPUT_SHAPES:
        raise BadKerasFile(f"The network takes inputs of the shape {_shown(shape)}, not 784 pixels. {_EXPECTED}")
    by_kind = {kind: [it["config"] for it in layers if it["class_name"] == kind] for kind in _LAYERS}
    for dense in by_kind["Dense"]:
        if dense.get("use_bias") is not True or dense.get("lora_rank") or dense.get("quantization_config"):
            raise BadKerasFile(f"A dense layer is of an unusual kind (no bias, LoRA or quantised). {_EXPECTED}")
    *hidden, last = [(dense.get("units"), dense.get("activation")) for dense in by_kind["Dense"]] or [(None, None)]
    if last != (classes, "softmax"):
        raise BadKerasFile(f"The last layer has {_words([last])}, the dataset {classes} classes. {_EXPECTED}")
    if len({repr(it) for it in hidden}) != 1 or len(hidden) > LIMITS["hidden_layers"].high:
        raise BadKerasFile(f"The hidden layers are {_words(hidden)}. {_EXPECTED}")
    units, activation = hidden[0]
    if type(units) is not int or not 1 <= units <= LIMITS["hidden_units"].high or activation not in _ACTIVATIONS:
        raise BadKerasFile(f"The hidden layers are {_words(hidden)}. {_EXPECTED}")
    return Sketch(units, len(hidden), activation, _dropout(by_kind["Dropout"]))


def _input_shape(layers: list[dict[str, Any]]) -> Any:
    """Return the shape that the first layer states; an image must be flattened before it meets a dense layer."""
    kinds = [layer["class_name"] for layer in layers]
    first = layers[0]["config"] if layers else {}
    shape = first.get("batch_shape") or first.get("batch_input_shape")
    images = isinstance(shape, list) and len(shape) > 2
    flattened = "Flatten" in kinds and "Dense" in kinds and kinds.index("Flatten") < kinds.index("Dense")
    if kinds.count("InputLayer") > 1 or (images and not flattened):
        return "unknown"
    return shape


def _dropout(layers: list[dict[str, Any]]) -> float:
    """Return the rate of the dropout layers, 0 without; it plays no part once a network is trained."""
    rate = layers[0].get("rate") if layers else 0.0
    low, high = LIMITS["dropout"]
    return float(rate) if isinstance(rate, int | float) and low <= rate <= high else 0.0


def _words(layers: list[Any]) -> str:
    few = layers[:_MOST_NAMED]
    return ", ".join(f"{_shown(units)} units with {_shown(activation)}" for units, activation in few) or "missing"


def _shown(value: Any) -> str:
    """Return what a file says, short enough for a sentence, whatever it is."""
    return repr(value)[:_MOST_SHOWN]


def _text(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _check_weights(data: bytes) -> None:
    """Refuse HDF5 that points elsewhere or unpacks to more than it may. Raises `BadKerasFile`."""
    try:
        with h5py.File(io.BytesIO(data)) as file:
            size = _size(file)
    except BadKerasFile:
        raise
    except Exception:  # h5py as well raises almost anything for damaged bytes
        raise BadKerasFile(f"The file is damaged: its {WEIGHTS} cannot be read.") from None
    if size > LARGEST_IMPORT:
        raise BadKerasFile(f"The weights unpack to more than {LARGEST_IMPORT / 1e6:.0f} MB. {_EXPECTED}")


def _size(file: h5py.File) -> int:
    """Return how many bytes all arrays unpack to; only plain numbers inside this very file are let through."""
    groups, seen, size = [file], 0, 0
    while groups:
        group = groups.pop()
        for name in group:
            seen += 1  # groups may contain each other, without end
            if seen > _MOST_MEMBERS or type(group.get(name, getlink=True)) is not h5py.HardLink:
                raise BadKerasFile(_FOREIGN_WEIGHTS)
            member = group[name]
            if isinstance(member, h5py.Group):
                groups.append(member)
            elif member.external or member.is_virtual or member.dtype.kind not in "fiu":
                raise BadKerasFile(_FOREIGN_WEIGHTS)
            else:
                size += member.size * member.dtype.itemsize
    return size
