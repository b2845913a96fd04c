"""Checks before the app or its set-up starts. Each failure is one sentence that says what to do."""

from __future__ import annotations

import errno
import shutil
import socket
import tempfile
from pathlib import Path

LOOPBACK = "127.0.0.1"
EVERY_ADDRESS = "0.0.0.0"  # noqa: S104  # only when a person asks for the local network
PORTS = range(1, 65536)
MEGABYTE = 1024**2


class Problem(Exception):
    """A problem that the user has to solve first. The text is one sentence that says how."""


def require_port(address: str, port: int) -> None:
    """Raise `Problem` unless a server can listen on that port of `address`."""
    if port not in PORTS:
        raise Problem(f"Port {port} does not exist: choose one from 1024 to {PORTS[-1]}, such as PORT=8501.")
    reason = _bind_error(address, port)
    if reason in (errno.EACCES, errno.EPERM):
        raise Problem(f"Port {port} is for administrators only: choose one from 1024 on, such as PORT=8501.")
    if reason is not None:
        raise Problem(
            f"Port {port} is in use, perhaps by this app (then it is at http://{LOOPBACK}:{port} already): "
            f"stop the program that uses it, or choose another port, such as PORT={_free_port(address, port)}."
        )


def require_writable(folder: Path) -> None:
    """Create the folder if it does not exist. Raises `Problem` unless files can be written in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except FileExistsError:
        raise Problem(f"{folder} is a file, but the app needs a folder of that name: move the file away.") from None
    except OSError as error:
        raise _not_writable(folder, error) from None


def require_free_space(folder: Path, needed: int) -> None:
    """Raise `Problem` unless the disk of the existing `folder` has `needed` bytes free."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Problem(
            f"The disk of {folder} has {_megabytes(free)} free, but {_megabytes(needed)} are needed: "
            "make room on it, or move the project to another disk."
        )


def _bind_error(address: str, port: int) -> int | None:
    """Return the errno of binding the port, or None if it is free."""
    with socket.socket() as attempt:
        attempt.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as servers do, so that a port that was just closed is free
        try:
            attempt.bind((address, port))
        except OSError as error:
            return error.errno
    return None


def _free_port(address: str, after: int) -> int:
    higher = range(max(after, 1023) + 1, PORTS.stop)
    return next((port for port in higher if _bind_error(address, port) is None), 8501)


def _not_writable(folder: Path, error: OSError) -> Problem:
    if error.errno == errno.ENOSPC:
        return Problem(f"The disk of {folder} is full: make room on it, or move the project to another disk.")
    return Problem(
        f"The folder {folder} cannot be written to ({error.strerror}): "
        "give yourself permission to write there, or move the project to a folder of your own."
    )


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:,.0f} MB"
