"""The command `data`: lists datasets, or adds one after reporting what it found in the files."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path

from rich.table import Table

from mnist_core.cli.console import add_row, console, user
from mnist_core.cli.parser import FIXES
from mnist_core.data.dataset_file import LARGEST, parse_class_names
from mnist_core.data.uploads.checks import findings, with_fixes
from mnist_core.data.uploads.picture_folders import is_picture
from mnist_core.data.uploads.read_upload import read_upload
from mnist_core.data.uploads.resize_images import MOST_IMAGES
from mnist_core.data.uploads.upload import Upload
from mnist_core.errors import UserError
from mnist_core.runs import TERMINAL, DatasetInfo, DatasetStore, RunStore
from mnist_core.text.escape import for_terminal

_FOLDERS_OF_A_PICTURE = 4
"""How many parts of a picture's path are used: its set, its class, and a folder between them."""


def run(options: argparse.Namespace) -> None:
    """List the datasets of the store, or add the one in the given files. Raises `UserError`."""
    with RunStore.open() as store:
        if not options.files:
            print_datasets(store, options.json)
            return
        fixes = [name for name in FIXES if getattr(options, name.replace("-", "_"))]
        names = (options.name, options.class_names)
        add_dataset(store, options.files, *names, fixes, options.as_is, options.json)


def print_datasets(store: RunStore, as_json: bool) -> None:
    """Print all datasets, as a table or as one JSON object per line."""
    table = Table("Name", "Classes", "Training images", "Test images", "By", "sha256")
    for info in DatasetStore(store).all():
        if as_json:
            print(json.dumps(_as_json(info)))
        counts = (str(info.classes), f"{info.train_images:,}", f"{info.test_images:,}")
        add_row(table, info.title, *counts, info.nickname, info.sha256[:12])
    if not as_json:
        console().print(table)


def add_dataset(
    store: RunStore,
    paths: list[Path],
    name: str,
    class_names: str,
    fixes: Collection[str],
    as_is: bool,
    as_json: bool,
) -> None:
    """Add the dataset in files or a folder to the store, after applying the fixes with these keys.

    Raises `UserError` for files that cannot be used and, unless `as_is`, if something else looks wrong with them.
    """
    upload = with_fixes(read_upload(_read(paths), parse_class_names(class_names)), fixes)
    for note in upload.notes:
        print(for_terminal(f"Converted: {note}"), file=sys.stderr)
    if not as_is:
        _check(upload)
    dataset = upload.dataset(name or paths[0].stem)
    info = DatasetStore(store).add(dataset, owner=f"{TERMINAL}{user()}", nickname=user())
    if as_json:
        print(json.dumps(_as_json(info) | {"converted": upload.notes, "cured": sorted(fixes)}))
        return
    counts = f"{info.train_images:,} training and {info.test_images:,} test images of {info.classes} classes"
    print(for_terminal(f"{counts}: {info.name}"))


def _check(upload: Upload) -> None:
    """Print what looks wrong and how to fix it. Raises `UserError` if anything does."""
    found = findings(upload)
    counts = f"{len(upload.train.labels):,} training and {len(upload.test.labels):,} test images"
    print(f"In the files: {counts} of {len(upload.present)} classes.", file=sys.stderr)
    for finding in found:
        offer = f"--{finding.check.key} fixes that: {finding.check.offer}."
        print(for_terminal(f"Found: {finding.sentence} {offer}"), file=sys.stderr)
    if found:
        options = " ".join(f"--{finding.check.key}" for finding in found)
        raise UserError(
            f"Nothing has been added yet. Add {options} to fix what was found, or some of these options and --as-is to "
            "leave the rest as it is."
        )


def _read(paths: list[Path]) -> dict[str, bytes]:
    """Return the files, and those in folders, by names that tell what they contain."""
    try:
        found = {name: file for path in paths for name, file in _named(path)}
        if len(found) > MOST_IMAGES:
            raise UserError(f"There are {len(found):,} files; at most {MOST_IMAGES:,} are accepted.")
        if sum(file.stat().st_size for file in found.values()) > LARGEST:
            raise UserError(f"The files are larger than {LARGEST / 1e6:,.0f} MB; at most that much is accepted.")
        return {name: file.read_bytes() for name, file in found.items()}
    except OSError as error:
        raise UserError(f"{error.filename} cannot be read: {error.strerror}.") from None


def _named(path: Path) -> list[tuple[str, Path]]:
    """Return a file, or all files in a folder, each with the part of its path that may tell its set and class."""
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
        return [(file.relative_to(path).as_posix(), file) for file in files]
    if is_picture(path.name):
        return [("/".join(path.absolute().parts[-_FOLDERS_OF_A_PICTURE:]), path)]
    return [(path.name, path)]


def _as_json(info: DatasetInfo) -> dict[str, object]:
    return {name: value for name, value in asdict(info).items() if name != "owner"}
