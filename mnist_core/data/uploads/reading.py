"""From the files that somebody chose to a draft: their kind is found out, and each kind has its reader."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import NamedTuple

from mnist_core.data.dataset import Dataset
from mnist_core.data.dataset_file import LARGEST, BadDatasetFile
from mnist_core.data.uploads import idx, npz, pictures, tables
from mnist_core.data.uploads.archives import beginning, opened_zip, read_member, unpacked
from mnist_core.data.uploads.draft import Draft, Part, draft_of
from mnist_core.data.uploads.kinds import EXPECTED, check_signature, kind_of
from mnist_core.text.escape import quoted

MOST_FILES = 20
"""Of other kinds than pictures."""
_DATA_SUFFIXES = (".npz", ".npy", ".csv", ".gz", ".idx")


class _Found(NamedTuple):
    parts: Sequence[Part]
    notes: Sequence[str] = ()
    class_names: tuple[str, ...] = ()


def read_draft(files: Mapping[str, bytes], class_names: Sequence[str] = ()) -> Draft:
    """Return what the files hold, given by their names or paths.

    Class names of the files' own count where none are given. Raises `BadDatasetFile` with what was expected.
    """
    found = _found(files)
    return draft_of(found.parts, tuple(class_names) or found.class_names, found.notes)


def from_files(files: Mapping[str, bytes], name: str, class_names: Sequence[str] = ()) -> Dataset:
    """Return the dataset in the files as it is, without a cure. Raises `BadDatasetFile`."""
    return read_draft(files, class_names).dataset(name)


def _found(files: Mapping[str, bytes]) -> _Found:
    shown = {path: partial(files.__getitem__, path) for path in files if pictures.is_picture(path)}
    if shown and all(len(PurePosixPath(path).parts) > 1 for path in shown):  # folders of pictures, in the terminal
        return _Found(*pictures.parts_of(shown))
    if not files or len(files) - len(shown) > MOST_FILES:
        raise BadDatasetFile(f"There are {len(files)} files. {EXPECTED}")
    content = _unpacked(files)
    kinds = {name: kind_of(name, data) for name, data in content.items()}
    if len(set(kinds.values())) > 1:
        listed = ", ".join(f"{quoted(name, 30)} ({kind})" for name, kind in kinds.items())
        raise BadDatasetFile(f"The files are of different kinds: {listed}. {EXPECTED}")
    return _read(next(iter(kinds.values())), content)


def _read(kind: str, files: Mapping[str, bytes]) -> _Found:
    if kind == "zip":
        return _from_zip(files)
    if kind == "idx":
        return _Found(idx.parts_of(files))
    if kind == "csv":
        return _Found(*tables.parts_of(files))
    arrays = npz.arrays_in_npz(files) if kind == "npz" else npz.arrays_in_npy(files)
    return _Found(*npz.parts_of(arrays), npz.class_names_in(arrays))


def _from_zip(files: Mapping[str, bytes]) -> _Found:
    """Return what a zip holds: folders of pictures, or files of the other kinds, which may not be zips again."""
    if len(files) > 1:
        raise BadDatasetFile(f"There are {len(files)} zip files; one is taken. {EXPECTED}")
    name, data = next(iter(files.items()))
    unreadable = BadDatasetFile(f"{quoted(name)} is damaged or cut off: it cannot be unpacked. {EXPECTED}")
    with opened_zip(data, unreadable) as archive:
        members = [info for info in archive.infolist() if not info.is_dir()]
        shown = [info for info in members if pictures.is_picture(info.filename)]
        if shown:
            read = {it.filename: partial(read_member, archive, it, pictures.LARGEST_FILE) for it in shown}
            return _Found(*pictures.parts_of(read))
        content = _unpacked(_data_files(name, archive, members))
    kinds = {kind_of(member, data) for member, data in content.items()}
    if len(kinds) > 1 or "zip" in kinds:
        raise BadDatasetFile(f"{quoted(name)} holds files of different kinds. {EXPECTED}")
    return _read(kinds.pop(), content)


def _data_files(name: str, archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo]) -> dict[str, bytes]:
    """Return the files of a zip that may hold data, by their paths."""
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
    """Whether a file is called as data are; idx files often have no ending, and are known by how they begin."""
    path = PurePosixPath(info.filename)
    if any(part.startswith((".", "__MACOSX")) for part in path.parts):
        return False
    if path.name.lower().endswith(_DATA_SUFFIXES):
        return True
    with archive.open(info) as stream:
        return idx.looks_like_idx(stream.read(8))


def _unpacked(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files without gzip around them; those of a kind that is not read are told before they are unpacked."""
    result: dict[str, bytes] = {}
    left = LARGEST
    for name, data in files.items():
        check_signature(name, beginning(data))
        result[name] = unpacked(name, data, left)
        left -= len(result[name])
    return result
