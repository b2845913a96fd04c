"""Converts images of any form to (n, 28, 28) uint8, 0 background to 255 ink, if the conversion is unambiguous."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.dataset import IMAGE_SIZE
from mnist_core.data.dataset_file import BadDatasetFile
from mnist_core.data.uploads.array_in_file import ArrayInFile, check_plain
from mnist_core.data.uploads.resize_images import SMALLEST_SIDE, resize_images

TOLERANCE = 0.01
"""Computed values may exceed the intended range by this fraction of it."""
_CHANNELS = (3, 4)
_GREY = "The app expects grey images: of an array x with colours last, x.mean(axis=-1) is grey."


class ConvertedImages(NamedTuple):
    """Images (n, 28, 28) uint8, and a sentence on each change that was made."""

    images: NDArray[np.uint8]
    notes: list[str]


def looks_like_images(shape: tuple[int, ...]) -> bool:
    """Whether an array of this shape can hold images: rows of pixels that form squares, or more than two axes."""
    if len(shape) == 2:
        return shape[1] >= SMALLEST_SIDE**2 and math.isqrt(shape[1]) ** 2 == shape[1]
    return len(shape) > 2


def convert_images(source: ArrayInFile) -> ConvertedImages:
    """Convert the images in an array. Raises `BadDatasetFile`, which says what was expected."""
    check_plain(source)
    if not source.size:
        raise BadDatasetFile(f"{source.title} has the shape {source.shape}: it is empty.")
    _check_shape(source)
    values, values_note = _as_bytes(source)
    grey, shape_note = _as_grey_images(source.shaped(values), source.title)
    images, size_note = resize_images(grey)
    return ConvertedImages(images, [note for note in (shape_note, values_note, size_note) if note])


def _check_shape(source: ArrayInFile) -> None:
    """Raise `BadDatasetFile` for a shape that cannot be images, before any numbers are read."""
    shape = source.shape
    squeezed = (*shape[:1], *(size for size in shape[1:] if size != 1))
    if len(squeezed) <= 4 and (looks_like_images(squeezed) or _are_columns(squeezed)):
        return
    raise BadDatasetFile(
        f"{source.title} has the shape {shape}. The app expects grey images of 28 × 28 pixels: the shape (n, 28, 28), "
        "(n, 28, 28, 1), (n, 1, 28, 28) or (n, 784)."
    )


def _are_columns(shape: tuple[int, ...]) -> bool:
    """Whether this is (784, n), one image per column, and n cannot be the pixels of a square."""
    return len(shape) == 2 and shape[0] == IMAGE_SIZE**2 and not looks_like_images(shape)


def _as_bytes(source: ArrayInFile) -> tuple[NDArray[np.uint8], str]:
    """Return all numbers as bytes, in the order of the file, and a sentence on what was changed, or ""."""
    factor, shift, note = _scaling(source)
    result = np.empty(source.size, np.uint8)
    done = 0
    for chunk in source.chunks():
        scaled = chunk if factor == 1 and chunk.dtype.kind in "iu" else chunk * factor + shift
        if scaled.dtype.kind == "f":
            scaled = np.rint(np.clip(scaled, 0, 255))
        result[done : done + chunk.size] = scaled
        done += chunk.size
    return result, note


def _scaling(source: ArrayInFile) -> tuple[float, float, str]:
    """Return the factor and the shift that bring the numbers to 0 to 255, and a sentence on that, or "".

    Raises `BadDatasetFile` if the range of the numbers does not tell.
    """
    kind = source.dtype.kind
    if kind == "b":
        return 255.0, 0.0, "True and false became 255 and 0."
    if kind not in "iuf" or source.dtype.itemsize > 8:
        raise BadDatasetFile(
            f"{source.title} has the type {source.dtype}. The app expects images as whole numbers from 0 to 255, or "
            "fractions from 0 to 1."
        )
    if source.dtype == np.uint8:
        return 1.0, 0.0, ""
    low, high = _range(source)
    if low >= 0 and high <= 255 and kind in "iu":
        return 1.0, 0.0, f"The numbers, of the type {source.dtype}, became bytes."
    if kind == "f" and low >= -TOLERANCE and high <= 1 + TOLERANCE:
        return 255.0, 0.0, "The values, fractions from 0 to 1, became whole numbers from 0 to 255."
    if kind == "f" and low >= -1 - TOLERANCE and low <= -0.5 and high <= 1 + TOLERANCE:
        return 127.5, 127.5, "The values, from −1 to 1, became whole numbers from 0 to 255."
    if kind == "f" and high <= 255 * (1 + TOLERANCE) and (low >= 0 or (low >= -255 * TOLERANCE and high >= 128)):
        return 1.0, 0.0, f"The values, from 0 to 255 of the type {source.dtype}, became whole numbers."
    raise BadDatasetFile(
        f"{source.title} has values from {low:g} to {high:g}. The app expects whole numbers from 0 to 255, or "
        f"fractions from 0 to 1. {_hint_for_range(low)}"
    )


def _hint_for_range(low: float) -> str:
    if low < 0:
        return "If they were standardised, undo it: x * std + mean. Else map them: (x - x.min()) / (x.max() - x.min())."
    return "Divide them by the largest possible value: x / 65535 for 16 bits, x / 4095 for 12."


def _range(source: ArrayInFile) -> tuple[float, float]:
    low, high = math.inf, -math.inf
    for chunk in source.chunks():
        least, most = float(chunk.min()), float(chunk.max())  # NaN if there is one
        if not (math.isfinite(least) and math.isfinite(most)):
            raise BadDatasetFile(f"{source.title} has values that are not a number (NaN) or infinite. Replace them.")
        low, high = min(low, least), max(high, most)
    return low, high


def _as_grey_images(array: NDArray[np.uint8], title: str) -> tuple[NDArray[np.uint8], str]:
    """Return images (n, height, width), and a sentence on how their shape was changed, or ""."""
    shape = array.shape
    array = array.reshape(shape[0], *(size for size in shape[1:] if size != 1))
    if array.ndim == 4:
        return _grey(array, title), "The images were grey, stored in colour: one channel of each was kept."
    if _are_columns(array.shape):
        array = array.T
    if array.ndim == 2:
        side = math.isqrt(array.shape[1])
        return array.reshape(-1, side, side), f"Rows of {side * side:,} pixels became images of {side} × {side}."
    if array.shape[:2] == (IMAGE_SIZE, IMAGE_SIZE) and array.shape[2] != IMAGE_SIZE:
        return np.moveaxis(array, 2, 0), "The images were along the last axis, (28, 28, n); it became the first."
    if len(shape) == 3:
        return array, ""
    before, after = (", ".join(map(str, it[1:])) for it in (shape, array.shape))
    return array, f"The images, of the shape (n, {before}), became (n, {after})."


def _grey(array: NDArray[np.uint8], title: str) -> NDArray[np.uint8]:
    """Return one channel of images (n, h, w, 3 or 4) or (n, 3 or 4, h, w). Raises `BadDatasetFile` for colours."""
    if array.shape[-1] not in _CHANNELS and array.shape[1] in _CHANNELS:
        array = np.moveaxis(array, 1, -1)
    if array.shape[-1] not in _CHANNELS:
        raise BadDatasetFile(f"{title} has the shape {array.shape}, which is not a shape of grey images. {_GREY}")
    first = array[..., 0]
    if any((array[..., channel] != first).any() for channel in (1, 2)):
        raise BadDatasetFile(f"{title} holds images in colour. {_GREY}")
    if array.shape[-1] == 4 and (array[..., 3] != 255).any():
        raise BadDatasetFile(f"{title} holds images that are transparent in places. Put them on black, without alpha.")
    return np.ascontiguousarray(first)
