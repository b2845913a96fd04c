"""Arrays in files: the header is read first, the numbers chunk by chunk, because large arrays may exceed the memory."""

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
    """The header of an array, and a function that reads its numbers.

    `name` is the array's name in the file, and `title` its name in sentences. Each call of `chunks` yields the numbers
    from the beginning, in the order of the file, as 1-D arrays with as many elements in total as `shape` says. It
    raises `BadDatasetFile` if the file has more or fewer.
    """

    name: str
    title: str
    shape: tuple[int, ...]
    dtype: np.dtype
    chunks: Callable[[], Iterator[NDArray]]
    fortran: bool = False

    @classmethod
    def of(cls, name: str, title: str, array: NDArray) -> ArrayInFile:
        """Describe an array that is already in memory."""
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
        """The number of elements."""
        return math.prod(self.shape)

    def shaped(self, flat: NDArray) -> NDArray:
        """Give numbers in the order of the file the shape of the array."""
        return flat.reshape(self.shape, order="F" if self.fortran else "C")

    def whole(self, largest: int = LARGEST) -> NDArray:
        """Return the whole array. Raises `BadDatasetFile` if it has more than `largest` bytes."""
        if self.size * self.dtype.itemsize > largest:
            raise BadDatasetFile(
                f"{self.title} unpacks to more than {largest / 1e6:,.0f} MB, the largest size that is accepted."
            )
        chunks = list(self.chunks())
        return self.shaped(np.concatenate(chunks) if chunks else np.zeros(0, self.dtype))


def npy_array(name: str, title: str, length: int, open_file: Callable[[], IO[bytes]]) -> ArrayInFile:
    """Return the array in a .npy file of `length` bytes; only the header is read now.

    `open_file` opens the file from the beginning. Raises `BadDatasetFile` if the header is damaged, or declares more
    bytes than the file has.
    """
    with damage_as_bad_file(title), open_file() as stream:
        shape, fortran, dtype = _read_header(stream)
    size = math.prod(shape) * dtype.itemsize
    if min(shape, default=1) < 0 or (size > length and not dtype.hasobject):
        raise BadDatasetFile(f"{title} is damaged or cut off: it declares {size:,} bytes and has fewer.")

    def chunks() -> Iterator[NDArray]:
        with damage_as_bad_file(title), open_file() as stream:
            _read_header(stream)
            yield from _read_chunks(stream, size, dtype, title)

    return ArrayInFile(name, title, shape, dtype, chunks, fortran)


def check_plain(array: ArrayInFile) -> None:
    """Raise `BadDatasetFile` for an array of Python objects or records, which are not supported."""
    if array.dtype.hasobject:
        raise BadDatasetFile(
            f"{array.title} holds pickled Python objects, which are never unpacked here, since that can run programs. "
            "Save it as plain numbers: np.array(y.tolist())."
        )
    if array.dtype.kind == "V" or array.dtype.itemsize == 0:
        raise BadDatasetFile(f"{array.title} has the type {str(array.dtype)[:40]}. The app expects plain numbers.")


def npy_in_memory(name: str, title: str, data: bytes) -> ArrayInFile:
    """Return the array of a .npy file. Raises `BadDatasetFile` if it is damaged."""
    return npy_array(name, title, len(data), lambda: io.BytesIO(data))


@contextmanager
def damage_as_bad_file(title: str) -> Iterator[None]:
    """Raise `BadDatasetFile` in place of any error that damaged bytes cause (zlib.error, EOFError, TokenError, …)."""
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


def _read_chunks(stream: IO[bytes], size: int, dtype: np.dtype, title: str) -> Iterator[NDArray]:
    """Yield `size` bytes as numbers. Raises `BadDatasetFile` unless the stream ends there, where zip checks its CRC."""
    step = max(1, CHUNK_BYTES // dtype.itemsize) * dtype.itemsize
    for start in range(0, size, step):
        wanted = min(step, size - start)
        data = stream.read(wanted)
        if len(data) != wanted:
            raise BadDatasetFile(f"{title} is damaged or cut off: it declares {size:,} bytes and has fewer.")
        yield np.frombuffer(data, dtype)
    if stream.read(1):
        raise BadDatasetFile(f"{title} is damaged: it has more than the {size:,} bytes that it declares.")
