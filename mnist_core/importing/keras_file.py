"""Reads `.keras` and `.h5` files without Keras. The file is not trusted, and no code in it is run.

A `.keras` file is a zip archive of `config.json` (the layers), `metadata.json` and `model.weights.h5`. An `.h5` file,
as older versions of Keras saved it, is HDF5 with the layers in an attribute. A file may name any Python class and
contain code, an archive may unpack to any size, and HDF5 can link to other files on this machine. So only numbers and
JSON of a bounded size are read.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import UserError
from mnist_core.importing import LARGEST_IMPORT
from mnist_core.text.sentence import sentence

LARGEST_CONFIG = 1_000_000
CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
HDF5_LAYERS, HDF5_WEIGHTS = "model_config", "model_weights"
_CHUNK = 1 << 20
_HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_MOST_MEMBERS = 1000
"""Groups and arrays in the weights. Keras writes about twenty, and a few hundred with an optimizer's state."""
_OPTIMIZER = ("optimizer", "optimizer_weights")
_BAD_WEIGHTS = "The weights in the file are not plain numbers, or point to other places, which are never followed."
SAVE_HINT = sentence("Save the whole network with model.save('network.keras').")
_LONGEST_VERSION = 20
_BFLOAT16 = np.dtype("V2")
"""HDF5 has no bfloat16; Keras writes its two bytes as an opaque type."""


class BadKerasFile(UserError):
    """A file without a network that this app supports. The text says what was expected."""


@dataclass(frozen=True, eq=False)
class KerasFile:
    """The contents of a file that Keras saved: `config` from JSON, and `weights` by their paths in HDF5.

    `hdf5` says whether the whole file is HDF5; then the paths of weights contain the names of layers. `saved_by` is the
    version of Keras that the file states: "Keras 3.15.1", or "an unknown version of Keras".
    """

    config: dict[str, Any]
    weights: dict[str, NDArray]
    hdf5: bool
    saved_by: str


def read_keras_file(data: bytes) -> KerasFile:
    """Read the bytes of a `.keras` or `.h5` file. Raises `BadKerasFile` if it is neither, too large or damaged."""
    if len(data) > LARGEST_IMPORT:
        raise BadKerasFile(
            "The file is larger than {most:.0f} MB, more than any network of this app.", most=LARGEST_IMPORT / 1e6
        )
    return _read_hdf5(data) if data.startswith(_HDF5_SIGNATURE) else _read_archive(data)


# -- the archive -------------------------------------------------------------------------------------


def _read_archive(data: bytes) -> KerasFile:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _require_keras_archive(archive.namelist())
            config = _read_member(archive, CONFIG, LARGEST_CONFIG)
            weights = _read_member(archive, WEIGHTS, LARGEST_IMPORT)
            version = _read_member(archive, METADATA, LARGEST_CONFIG) if METADATA in archive.namelist() else b"{}"
    except BadKerasFile:
        raise
    except Exception:  # zipfile raises almost anything for damaged bytes: zlib.error, EOFError, NotImplementedError
        raise BadKerasFile("This is not a .keras file, or it is damaged. {hint}", hint=SAVE_HINT) from None
    try:
        with h5py.File(io.BytesIO(weights)) as file:
            arrays = _arrays(file)
    except BadKerasFile:
        raise
    except Exception:  # so does h5py
        raise BadKerasFile("The file is damaged: its {weights} cannot be read.", weights=WEIGHTS) from None
    saved_by = _saved_by(_parse_json(version, METADATA).get("keras_version"))
    return KerasFile(_parse_json(config, CONFIG), arrays, False, saved_by)


_OTHER_ARCHIVES = {
    "data.pkl": sentence("This is a PyTorch file, which only PyTorch can read"),
    "saved_model.pb": sentence("This is a SavedModel of TensorFlow"),
    ".npy": sentence("This is an npz file of NumPy: it holds arrays, not layers"),
}
"""Other zip archives, by the ending of a member's name."""


def _require_keras_archive(members: list[str]) -> None:
    if CONFIG in members and WEIGHTS in members:
        return
    for ending, words in _OTHER_ARCHIVES.items():
        if any(name.endswith(ending) for name in members):
            raise BadKerasFile(
                "{words}. The app expects a network that was saved with Keras. {hint}",
                words=words,
                hint=SAVE_HINT,
            )
    missing = CONFIG if CONFIG not in members else WEIGHTS
    raise BadKerasFile(
        "This is not a .keras file: it is an archive without {missing}. {hint}",
        missing=missing,
        hint=SAVE_HINT,
    )


def _read_member(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """Return a member's bytes. Raises `BadKerasFile` beyond `limit` bytes, whatever size the archive declares."""
    parts, size = [], 0
    if archive.getinfo(name).file_size <= limit:
        with archive.open(name) as member:
            while (part := member.read(_CHUNK)) and size <= limit:
                parts.append(part)
                size += len(part)
        if size <= limit:
            return b"".join(parts)
    raise BadKerasFile(
        "{name} in the file unpacks to more than {limit:.0f} MB, more than any network of this app.",
        name=name,
        limit=limit / 1e6,
    )


def _parse_json(text: bytes | str, name: str) -> dict[str, Any]:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise BadKerasFile("The file is damaged: its {name} cannot be read.", name=name)
    return parsed


def _saved_by(version: Any) -> str:
    known = isinstance(version, str) and version and len(version) <= _LONGEST_VERSION and version.isascii()
    return f"Keras {version}" if known else "an unknown version of Keras"


# -- HDF5 --------------------------------------------------------------------------------------------


def _read_hdf5(data: bytes) -> KerasFile:
    """Read a file that is HDF5 as a whole. The version of Keras comes first, because every error message states it."""
    saved_by = "an unknown version of Keras"
    try:
        with h5py.File(io.BytesIO(data)) as file:
            saved_by = _saved_by(_text_attribute(file.attrs, "keras_version"))
            config = _text_attribute(file.attrs, HDF5_LAYERS)
            arrays = _arrays(file)
    except BadKerasFile as error:
        raise BadKerasFile("{error} The file is HDF5, saved by {saved_by}.", error=error, saved_by=saved_by) from None
    except Exception:
        raise BadKerasFile(
            "The file is HDF5, saved by {saved_by}, and damaged: it cannot be read. Save it again where "
            "it came from: keras.models.load_model('network.h5').save('network.keras').",
            saved_by=saved_by,
        ) from None
    if config is None:
        raise BadKerasFile(
            "The file is HDF5, saved by {saved_by}, and holds weights without the layers that they "
            "belong to, as model.save_weights writes them, or no network at all. {hint}",
            saved_by=saved_by,
            hint=SAVE_HINT,
        )
    return KerasFile(_parse_json(config, HDF5_LAYERS), arrays, True, saved_by)


def _text_attribute(attributes: h5py.AttributeManager, name: str) -> str | None:
    """Return an attribute that is a string of a bounded length, or None if there is no such attribute."""
    if name not in attributes:
        return None
    handle = attributes.get_id(name)
    is_text = h5py.check_string_dtype(handle.dtype) is not None or handle.dtype.kind == "S"
    if handle.shape != () or not is_text or handle.dtype.itemsize > LARGEST_CONFIG:
        return None
    value = attributes[name]
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text if len(text) <= LARGEST_CONFIG else None


def _arrays(file: h5py.File) -> dict[str, NDArray]:
    """Return all arrays except the optimizer's, by their paths. Raises `BadKerasFile` for links and other types."""
    paths, size = _array_paths(file)
    if size > LARGEST_IMPORT:
        raise BadKerasFile("The weights unpack to more than {most:.0f} MB.", most=LARGEST_IMPORT / 1e6)
    return {path: _array(file[path]) for path in paths if path.split("/")[0] not in _OPTIMIZER}


def _array_paths(file: h5py.File) -> tuple[list[str], int]:
    """Return the paths of all arrays, and their total size in bytes."""
    groups: list[tuple[str, h5py.Group]] = [("", file)]
    paths, members, size = [], 0, 0
    while groups:
        prefix, group = groups.pop()
        for name in group:
            members += 1  # groups may contain each other, endlessly
            if members > _MOST_MEMBERS or type(group.get(name, getlink=True)) is not h5py.HardLink:
                raise BadKerasFile(_BAD_WEIGHTS)
            member = group[name]
            if isinstance(member, h5py.Group):
                groups.append((f"{prefix}{name}/", member))
            elif member.external or member.is_virtual or not _is_plain(member.dtype):
                raise BadKerasFile(_BAD_WEIGHTS)
            else:
                size += member.size * member.dtype.itemsize
                paths.append(prefix + name)
    return paths, size


def _is_plain(dtype: np.dtype) -> bool:
    return dtype.kind in "fiu" or dtype == _BFLOAT16


def _array(member: h5py.Dataset) -> NDArray:
    values = np.asarray(member[()])
    if values.dtype == _BFLOAT16:  # the upper half of a float32
        return (values.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
    return values
