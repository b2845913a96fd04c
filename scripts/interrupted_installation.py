"""Cleans up after interrupted installations, and keeps two installations from running at the same time."""

from __future__ import annotations

import csv
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PACKAGES = "lib/python*/site-packages/*.dist-info"


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[int]:
    """Wait until no other installation runs in a folder; yield the file descriptor of the lock.

    A process that inherits the descriptor holds the lock as long as it lives, as pip does when its parent is killed.
    """
    lock = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # network file systems may not support locks
            _wait_for(lock)
        yield lock
    finally:
        os.close(lock)


def remove_unfinished_packages(environment: Path) -> None:
    """Remove the metadata of incomplete packages, because pip would take them for installed.

    pip writes the list of a package's files, RECORD, last: after its metadata and its commands in bin/.
    """
    for package in environment.glob(PACKAGES):
        if not _is_complete(package):
            shutil.rmtree(package)


def _wait_for(lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Another installation is still running here: waiting until it ends.", flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)


def _is_complete(package: Path) -> bool:
    try:
        with package.joinpath("RECORD").open(encoding="utf-8", newline="") as lines:
            files = [row[0] for row in csv.reader(lines) if row]
    except OSError:
        return False
    return all(file.endswith(".pyc") or package.parent.joinpath(file).exists() for file in files)
