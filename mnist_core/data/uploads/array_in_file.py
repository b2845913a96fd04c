"""Arrays in files, described before they are read, and read piece by piece: large ones need not fit into memory."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.dataset_file import LARGEST, BadDatasetFile

CHUNK_BYTES = 1 << 22


@dataclass(frozen=True, eq=False)
class ArrayInFile:
    """What the header of an array says, and how to get at its numbers.

    `name` is the array's own, which tells what it is for; sentences call it `title`. `chunks` begins anew with each
    call and yields 1-D pieces in the order of the file, which together have as many numbers as `shape` says; it raises
    `BadDatasetFile` if the file has other ones.
    """

    name: str
    title: str
    shape: tuple[int, ...]
    dtype: np.dtype
    chunks: Callable[[], Iterator[NDArray]]
    fortran: bool = False

    @classmethod
    def of(cls, name: str, title: str, array: NDArray) -> ArrayInFile:
        """Return a description of an array that is in memory already."""
        flat = np.ascontiguousarray(array).reshape(-1)
        step = max(1, CHUNK_BYTES // max(1, array.itemsize))
        return cls(
            name,
            title,
            array.shape,
            array.dtype,
            lambda: (flat[start : start + step] for start in range(0, flat.size, step)),
        )

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return math.prod(self.shape)

    def shaped(self, flat: NDArray) -> NDArray:
        """Return numbers in the order of the file as an array of this shape."""
        return flat.reshape(self.shape, order="F" if self.fortran else "C")

    def whole(self, largest: int = LARGEST) -> NDArray:
        """Return the whole array. Raises `BadDatasetFile` if it has more than `largest` bytes."""
        if self.size * self.dtype.itemsize > largest:
            raise BadDatasetFile(f"{self.title} unpacks to more than {largest / 1e6:,.0f} MB, which is the most taken.")
        pieces = list(self.chunks())
        return self.shaped(np.concatenate(pieces) if pieces else np.zeros(0, self.dtype))


def npy_array(name: str, title: str, length: int, opened: Callable[[], IO[bytes]]) -> ArrayInFile:
    """Return the array of a .npy file of `length` bytes, of which only the header is read now.

    `opened` opens the file anew. Raises `BadDatasetFile` if the header is damaged or promises more than there is.
    """
    with damage_as_bad_file(title), opened() as stream:
        shape, fortran, dtype = _read_header(stream)
    size = math.prod(shape) * dtype.itemsize
    if min(shape, default=1) < 0 or (size > length and not dtype.hasobject):
        raise BadDatasetFile(f"{title} is damaged or cut off: it declares {size:,} bytes and has fewer.")

    def chunks() -> Iterator[NDArray]:
        with damage_as_bad_file(title), opened() as stream:
            _read_header(stream)
            yield from _pieces(stream, size, dtype, title)

    return ArrayInFile(name, title, shape, dtype, chunks, fortran)


def check_plain(array: ArrayInFile) -> None:
    """Raise `BadDatasetFile` for an array of Python objects or of records, which nothing here reads."""
    if array.dtype.hasobject:
        raise BadDatasetFile(
            f"{array.title} holds pickled Python objects, which are never unpacked here, since that can run programs. "
            "Save it as plain numbers: np.array(y.tolist())."
        )
    if array.dtype.kind == "V" or array.dtype.itemsize == 0:
        raise BadDatasetFile(f"{array.title} has the type {str(array.dtype)[:40]}. Expected are plain numbers.")


def npy_in_memory(name: str, title: str, data: bytes) -> ArrayInFile:
    """Return the array of a .npy file. Raises `BadDatasetFile` if it is damaged."""
    return npy_array(name, title, len(data), lambda: io.BytesIO(data))


@contextmanager
def damage_as_bad_file(title: str) -> Iterator[None]:
    """Turn what damaged bytes raise, almost anything (zlib.error, EOFError, TokenError), into `BadDatasetFile`."""
    try:
        yield
    except BadDatasetFile:
        raise
    except Exception:
        raise BadDatasetFile(f"{title} is damaged or cut off: it cannot be read.") from None


def _read_header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    version = np.lib.format.read_magic(stream)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    return read(stream)


def _pieces(stream: IO[bytes], size: int, dtype: np.dtype, title: str) -> Iterator[NDArray]:
    """Yield `size` bytes as numbers; then the stream must end (and the CRC of a zip's member is checked)."""
    step = max(1, CHUNK_BYTES // dtype.itemsize) * dtype.itemsize
    for start in range(0, size, step):
        wanted = min(step, size - start)
        data = stream.read(wanted)
        if len(data) != wanted:
            raise BadDatasetFile(f"{title} is damaged or cut off: it declares {size:,} bytes and has fewer.")
        yield np.frombuffer(data, dtype)
    if stream.read(1):
        raise BadDatasetFile(f"{title} is damaged: it has more than the {size:,} bytes that it declares.")
