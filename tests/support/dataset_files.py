"""Dataset files, also hostile ones that announce more than they hold."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def npz(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def npy(array: NDArray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def zipped(files: Mapping[str, bytes], announced: Mapping[str, int] = {}) -> bytes:
    """A zip of files, some of which it says to be of another size than they are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        for name, size in announced.items():
            archive.getinfo(name).file_size = size
    return buffer.getvalue()


def announcing(shapes: Mapping[str, tuple[int, ...]], kinds: Mapping[str, str] = {}, **arrays: NDArray) -> bytes:
    """An npz file with some arrays, and with others of these shapes, of which it has no more than the header.

    `kinds` are types of the latter, bytes (`|u1`) by default.
    """
    headers, sizes = {}, {}
    for name, shape in shapes.items():
        kind, header = kinds.get(name, "|u1"), io.BytesIO()
        np.lib.format.write_array_header_1_0(header, {"descr": kind, "fortran_order": False, "shape": shape})
        headers[f"{name}.npy"] = header.getvalue()
        sizes[f"{name}.npy"] = len(header.getvalue()) + int(np.prod(shape)) * np.dtype(kind).itemsize
    return zipped(headers | {f"{name}.npy": npy(array) for name, array in arrays.items()}, sizes)


def picture(image: NDArray[np.uint8], kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, kind, **options)
    return buffer.getvalue()


def png_of(width: int, height: int) -> bytes:
    """The first bytes of a PNG that says it is that large, and holds nothing."""
    head = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    chunks = [(13, head), (0, b"IDAT")]
    data = b"".join(size.to_bytes(4, "big") + part + zlib.crc32(part).to_bytes(4, "big") for size, part in chunks)
    return b"\x89PNG\r\n\x1a\n" + data


def jpeg_of(width: int, height: int) -> bytes:
    """A JPEG of 8 × 8 pixels that says it is that large."""
    data = picture(np.full((8, 8), 200, np.uint8), "JPEG")
    size = (8).to_bytes(2, "big") * 2
    at = data.index(b"\xff\xc0") + 5  # after the marker, its length and the depth
    assert data[at : at + 4] == size
    return data[:at] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + data[at + 4 :]
