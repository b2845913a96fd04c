"""Reads npz files, or several .npy files: finds out which arrays are images, which are labels, and of which split."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from mnist_core.data.dataset import MNIST_ARRAYS
from mnist_core.data.dataset_file import CLASS_NAME_LENGTH, MOST_CLASSES, BadDatasetFile
from mnist_core.data.uploads.archives import opened_zip
from mnist_core.data.uploads.array_in_file import ArrayInFile, npy_array, npy_in_memory
from mnist_core.data.uploads.array_names import Role, Split, names_classes, role_of, split_of
from mnist_core.data.uploads.convert_images import looks_like_images
from mnist_core.data.uploads.convert_labels import looks_like_labels
from mnist_core.data.uploads.upload import SplitArrays, assign_splits
from mnist_core.text.escape import clean, quoted

MOST_ARRAYS = 1000
_ORDERS: dict[int, tuple[Split, ...]] = {1: ("train",), 2: ("train", "test"), 3: ("train", "validation", "test")}
"""The splits of images without telling names, by how many there are."""
EXPECTED = (
    "The app expects the arrays x_train and y_train, and preferably also x_test and y_test: images of 28 × 28 pixels "
    "and a label for each."
)


def arrays_in_npz(files: Mapping[str, bytes]) -> list[ArrayInFile]:
    """Return the arrays in npz files. If there are several files, an array's name begins with its file's."""
    return [array for file_name, data in files.items() for array in _arrays(file_name, data, len(files) > 1)]


def arrays_in_npy(files: Mapping[str, bytes]) -> list[ArrayInFile]:
    """Return the arrays in .npy files, named after the files. Raises `BadDatasetFile` for a single file."""
    if len(files) == 1:
        raise BadDatasetFile(
            f"{quoted(next(iter(files)))} is one array (npy): images or labels alone. Choose the files of both "
            f"together, such as x_train.npy and y_train.npy, or pack them: np.savez('mine.npz', x_train=…, y_train=…). "
            f"{EXPECTED}"
        )
    return [npy_in_memory(PurePosixPath(name).stem, quoted(name), data) for name, data in files.items()]


def class_names_in(arrays: Sequence[ArrayInFile]) -> tuple[str, ...]:
    """Return the texts in an array such as `class_names`, or () without one."""
    for array in arrays:
        if names_classes(array.name) and array.dtype.kind == "U" and len(array.shape) == 1:
            if array.size > MOST_CLASSES or array.dtype.itemsize > 4 * 100 * CLASS_NAME_LENGTH:
                raise BadDatasetFile(f"{array.title} has {array.size:,} names; at most {MOST_CLASSES} are accepted.")
            return tuple(str(text) for text in array.whole())
    return ()


def splits_in(arrays: Sequence[ArrayInFile]) -> tuple[list[SplitArrays], list[str]]:
    """Return the splits that the arrays form, and notes on assumptions. Raises `BadDatasetFile` if it is ambiguous."""
    arrays = [array for array in arrays if not names_classes(array.name)]
    named = {array.name: array for array in arrays}
    if all(name in named for name in MNIST_ARRAYS):
        chosen = [named[name] for name in MNIST_ARRAYS]
        return [SplitArrays("train", *chosen[:2]), SplitArrays("test", *chosen[2:])], _unused(arrays, chosen)
    parts = _by_names(arrays)
    notes = []
    if not parts:
        parts = _by_shapes(arrays)
        notes = [f"{it.images.title} was taken for images, {it.labels.title} for their labels." for it in parts]
    parts = assign_splits(parts)
    used = [array for part in parts for array in part[1:]]
    return parts, [*notes, *_unused(arrays, used)]


def _by_names(arrays: Sequence[ArrayInFile]) -> list[SplitArrays]:
    """Return the splits whose images and labels can be recognised by name; [] if no name can."""
    found: dict[tuple[Split, Role], list[ArrayInFile]] = {}
    for array in arrays:
        if role := role_of(array.name):
            found.setdefault((split_of(array.name), role), []).append(array)
    parts = []
    for split in dict.fromkeys(split for split, _ in found):
        images, labels = found.pop((split, "images"), []), found.pop((split, "labels"), [])
        if images and labels:
            parts.append(_one_of_each(split, images, labels))
        else:
            found |= {(split, "images"): images, (split, "labels"): labels}
    unpaired = [array for arrays_found in found.values() for array in arrays_found]
    if unpaired and (parts or all(role_of(array.name) for array in arrays)):
        raise _incomplete(unpaired[0], role_of(unpaired[0].name) == "images")
    return parts


def _one_of_each(split: Split, images: Sequence[ArrayInFile], labels: Sequence[ArrayInFile]) -> SplitArrays:
    """Return a split. Of several arrays, the shapes decide. Raises `BadDatasetFile` if more than one fits."""
    if len(images) > 1:  # scikit-learn's digits come both as rows and as pictures
        images = [array for array in images if len(array.shape) > 2] or images
    if len(labels) > 1:
        labels = [array for array in labels if array.shape[:1] == images[0].shape[:1]] or labels
    for several in (images, labels):
        if len(several) > 1:
            titles = ", ".join(array.title for array in several)
            raise BadDatasetFile(f"It is not clear which of these to take: {titles}. {EXPECTED}")
    return SplitArrays(split, images[0], labels[0])


def _by_shapes(arrays: Sequence[ArrayInFile]) -> list[SplitArrays]:
    """Return pairs of images and labels of the same number, in the order of the file; the first is the training set."""
    images = [it for it in arrays if role_of(it.name) != "labels" and looks_like_images(it.shape)]
    rest = [it for it in arrays if it not in images]
    labels = [it for it in rest if role_of(it.name) != "images" and looks_like_labels(it.shape)]
    if not images or len(images) != len(labels) or len(images) > 3:
        raise _unknown(arrays, images, labels)
    parts = []
    for image, split in zip(images, _ORDERS[len(images)], strict=True):
        matching = [it for it in labels if max(it.shape) == image.shape[0] or it.shape[0] == image.shape[0]]
        if not matching:
            raise BadDatasetFile(f"{image.title} has {image.shape[0]:,} images, and no array has as many labels.")
        labels.remove(matching[0])
        parts.append(SplitArrays(split_of(image.name) or split, image, matching[0]))
    return parts


def _incomplete(array: ArrayInFile, images: bool) -> BadDatasetFile:
    has, lacks = ("images", "labels") if images else ("labels", "images")
    return BadDatasetFile(f"{array.title} holds {has}, but there are no {lacks} for them. {EXPECTED}")


def _unknown(
    arrays: Sequence[ArrayInFile], images: Sequence[ArrayInFile], labels: Sequence[ArrayInFile]
) -> BadDatasetFile:
    if len(images) == 1 and not labels:
        return _incomplete(images[0], True)
    if len(labels) == 1 and not images:
        return _incomplete(labels[0], False)
    there = ", ".join(f"{array.title} {array.shape}" for array in arrays[:8]) or "none"
    return BadDatasetFile(f"It is not clear which arrays are images and which labels. There are: {there}. {EXPECTED}")


def _unused(arrays: Sequence[ArrayInFile], used: Sequence[ArrayInFile]) -> list[str]:
    left = [array.title for array in arrays if array not in used]
    return [f"Left out: {', '.join(left[:8])}{' …' if len(left) > 8 else ''}."] if left else []


def _arrays(file_name: str, data: bytes, several: bool) -> list[ArrayInFile]:
    unreadable = BadDatasetFile(f"{quoted(file_name)} is not an npz file, or it is damaged or cut off. {EXPECTED}")
    with opened_zip(data, unreadable) as archive:
        members = [info for info in archive.infolist() if info.filename.endswith(".npy")]
        if len(members) > MOST_ARRAYS:
            raise BadDatasetFile(f"{quoted(file_name)} has {len(members):,} arrays. {EXPECTED}")
        if not members:
            raise BadDatasetFile(f"{quoted(file_name)} holds no arrays. {EXPECTED}")
    archive = zipfile.ZipFile(io.BytesIO(data))  # only once: reading the directory of a large archive takes a while
    return [_member(file_name, archive, info, several) for info in members]


def _member(file_name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, several: bool) -> ArrayInFile:
    name = info.filename.removesuffix(".npy")
    title = f"{clean(name, 40)} in {quoted(file_name)}" if several else clean(name, 40)
    full_name = f"{PurePosixPath(file_name).stem} {name}" if several else name
    return npy_array(full_name, title, info.file_size, lambda: archive.open(info))
