"""Reads uploaded files: detects their type and calls the reader for it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import NamedTuple

from mnist_core.data.dataset import Dataset
from mnist_core.data.dataset_file import LARGEST, BadDatasetFile
from mnist_core.data.uploads import csv_tables, idx_files, npz_files, picture_folders
from mnist_core.data.uploads.archives import beginning, opened_zip, read_member, unpacked
from mnist_core.data.uploads.file_types import EXPECTED, check_signature, file_type
from mnist_core.data.uploads.upload import SplitArrays, Upload, convert
from mnist_core.text.escape import quoted

MOST_FILES = 20
"""Most files that are not pictures."""
_DATA_SUFFIXES = (".npz", ".npy", ".csv", ".gz", ".idx")


class _Content(NamedTuple):
    """The splits in files, notes on what was changed or left out, and class names if the files have some."""

    parts: Sequence[SplitArrays]
    notes: Sequence[str] = ()
    class_names: tuple[str, ...] = ()


def read_upload(files: Mapping[str, bytes], class_names: Sequence[str] = ()) -> Upload:
    """Return the images and labels in files, given by their names or paths.

    Without `class_names`, those in the files are used. Raises `BadDatasetFile`, which says what was expected.
    """
    content = _read_files(files)
    return convert(content.parts, tuple(class_names) or content.class_names, content.notes)


def from_files(files: Mapping[str, bytes], name: str, class_names: Sequence[str] = ()) -> Dataset:
    """Return the dataset in the files without applying fixes. Raises `BadDatasetFile`."""
    return read_upload(files, class_names).dataset(name)


def _read_files(files: Mapping[str, bytes]) -> _Content:
    pictures = {path: partial(files.__getitem__, path) for path in files if picture_folders.is_picture(path)}
    if pictures and all(len(PurePosixPath(path).parts) > 1 for path in pictures):  # folders, from the terminal
        return _Content(*picture_folders.splits_in(pictures))
    if not files or len(files) - len(pictures) > MOST_FILES:
        raise BadDatasetFile(f"There are {len(files)} files. {EXPECTED}")
    content = _unpacked(files)
    kinds = {name: file_type(name, data) for name, data in content.items()}
    if len(set(kinds.values())) > 1:
        listed = ", ".join(f"{quoted(name, 30)} ({kind})" for name, kind in kinds.items())
        raise BadDatasetFile(f"The files are of different kinds: {listed}. {EXPECTED}")
    return _read(next(iter(kinds.values())), content)


def _read(kind: str, files: Mapping[str, bytes]) -> _Content:
    if kind == "zip":
        return _from_zip(files)
    if kind == "idx":
        return _Content(idx_files.splits_in(files))
    if kind == "csv":
        return _Content(*csv_tables.splits_in(files))
    arrays = npz_files.arrays_in_npz(files) if kind == "npz" else npz_files.arrays_in_npy(files)
    return _Content(*npz_files.splits_in(arrays), npz_files.class_names_in(arrays))


def _from_zip(files: Mapping[str, bytes]) -> _Content:
    """Return the content of a zip: folders of pictures, or files of another type except zip."""
    if len(files) > 1:
        raise BadDatasetFile(f"There are {len(files)} zip files; one is accepted. {EXPECTED}")
    name, data = next(iter(files.items()))
    unreadable = BadDatasetFile(f"{quoted(name)} is damaged or cut off: it cannot be unpacked. {EXPECTED}")
    with opened_zip(data, unreadable) as archive:
        members = [info for info in archive.infolist() if not info.is_dir()]
        pictures = [info for info in members if picture_folders.is_picture(info.filename)]
        if pictures:
            readers = {it.filename: partial(read_member, archive, it, picture_folders.LARGEST_FILE) for it in pictures}
            return _Content(*picture_folders.splits_in(readers))
        content = _unpacked(_data_files(name, archive, members))
    kinds = {file_type(member, data) for member, data in content.items()}
    if len(kinds) > 1 or "zip" in kinds:
        raise BadDatasetFile(f"{quoted(name)} holds files of different kinds. {EXPECTED}")
    return _read(kinds.pop(), content)


def _data_files(name: str, archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo]) -> dict[str, bytes]:
    """Return the contents of the members of a zip that may hold data, by path."""
    chosen = [info for info in members if _may_hold_data(archive, info)]
    if not chosen:
        for info in members[:MOST_FILES]:
            with archive.open(info) as stream:
                check_signature(f"{info.filename} in {name}", beginning(stream.read(4096)))
        there = ", ".join(quoted(info.filename, 30) for info in members[:5]) or "nothing"
        raise BadDatasetFile(f"In {quoted(name)} there are neither pictures nor data: {there}. {EXPECTED}")
    if len(chosen) > MOST_FILES or sum(info.file_size for info in chosen) > LARGEST:
        raise BadDatasetFile(
            f"{quoted(name)} holds {len(chosen):,} files of data, {sum(it.file_size for it in chosen) / 1e6:,.0f} MB: "
            f"too many. Unpack it, and choose those of one dataset. {EXPECTED}"
        )
    return {info.filename: read_member(archive, info, LARGEST) for info in chosen}


def _may_hold_data(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    """Whether a file has the suffix of a data file, or begins like an idx file, which often have no suffix."""
    path = PurePosixPath(info.filename)
    if any(part.startswith((".", "__MACOSX")) for part in path.parts):
        return False
    if path.name.lower().endswith(_DATA_SUFFIXES):
        return True
    with archive.open(info) as stream:
        return idx_files.looks_like_idx(stream.read(8))


def _unpacked(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files with gzip removed. Raises `BadDatasetFile` for an unsupported type before unpacking it."""
    result: dict[str, bytes] = {}
    remaining = LARGEST
    for name, data in files.items():
        check_signature(name, beginning(data))
        result[name] = unpacked(name, data, remaining)
        remaining -= len(result[name])
    return result
