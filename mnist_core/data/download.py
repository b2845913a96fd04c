"""Datasets that are downloaded: with progress, checked, kept. A file is there as a whole and right, or not at all.

The download itself is pooch's: into a temporary file beside the target, which takes its name once its md5 is right.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from mnist_core.data.dataset import Dataset, DatasetError
from mnist_core.data.uploads.reading import from_files

FOLDER_SETTING = "MNIST_DATA_DIR"
DEFAULT_FOLDER = Path(__file__).parents[2] / "var" / "datasets"
SILENCE_SECONDS = 15.0
"""A server that sends nothing for so long has failed; so has one that does not answer."""
LONGEST_SECONDS = 1800.0
"""For one file."""
CHUNK_BYTES = 32_768


class RemoteFile(NamedTuple):
    """A file to download: its name, the md5 of its content, and its size in bytes, for the progress."""

    name: str
    md5: str
    size: int


@dataclass(frozen=True)
class Source:
    """Where a dataset comes from: four idx files below an address, which the environment variable `setting` changes.

    `files` are training images, training labels, test images and test labels, in this order.
    """

    name: str
    title: str
    url: str
    setting: str
    files: tuple[RemoteFile, ...]
    class_names: tuple[str, ...]

    @property
    def address(self) -> str:
        """The folder on the web, ending with "/". Raises `DatasetError` if the setting is no address."""
        url = os.environ.get(self.setting, "").strip() or self.url
        if urlsplit(url).scheme not in ("http", "https"):
            raise DatasetError(f"{self.setting} must be an address that begins with http:// or https://, not {url!r}.")
        return url.rstrip("/") + "/"

    @property
    def folder(self) -> Path:
        """Where its files are kept: below MNIST_DATA_DIR, by default in `var/datasets` of the project's folder."""
        return Path(os.environ.get(FOLDER_SETTING, "").strip() or DEFAULT_FOLDER) / self.name

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


class DownloadFailed(DatasetError):
    """A dataset that cannot be had now; the text says why, and where its files can be put by hand."""


Report = Callable[[int, int], object]
"""Is called with the bytes that are there and those that there will be; what it raises ends the download."""


def fetch(source: Source, report: Report | None = None, silence: float = SILENCE_SECONDS) -> Dataset:
    """Return a dataset; what is missing of it in its folder, or damaged there, is downloaded.

    `silence` is how long the server may say nothing, in seconds. Raises `DownloadFailed` with what to do.
    """
    before, paths = 0, {}
    for file in source.files:
        meter = _Meter(file, before, source.size, report)
        paths[file.name] = _fetch_file(source, file, meter, silence)
        before += file.size
        meter.report(file.size)
    try:
        content = {name: path.read_bytes() for name, path in paths.items()}
    except OSError as error:
        raise DownloadFailed(f"{source.title} cannot be read from {source.folder} ({error.strerror}).") from None
    return from_files(content, source.name, source.class_names)


def _fetch_file(source: Source, file: RemoteFile, meter: _Meter, silence: float) -> Path:
    import pooch  # here, since it takes 0.2 s and only those who download need it
    from urllib3.exceptions import HTTPError

    def download(url: str, path: str, _pooch: object) -> None:
        _download(url, Path(path), meter, silence)

    pooch.get_logger().setLevel(logging.WARNING)
    url = urljoin(source.address, file.name)
    try:
        found = pooch.retrieve(url, f"md5:{file.md5}", file.name, source.folder, downloader=download)
    except (OSError, ValueError, HTTPError) as error:  # requests' errors are OSErrors; ValueError: the md5 is wrong
        raise DownloadFailed(_sentence(source, file, error)) from error
    return Path(found)


def _download(url: str, path: Path, meter: _Meter, silence: float) -> None:
    """Write what is at an address to a file, part by part as it comes.

    By `read1`, since waiting for a part to be full would let a server send a byte now and then for days.
    """
    import requests

    with requests.get(url, timeout=silence, stream=True, headers={"Accept-Encoding": "identity"}) as response:
        response.raise_for_status()
        with path.open("wb") as file:
            while part := response.raw.read1(CHUNK_BYTES, decode_content=False):
                meter.update(len(part))
                file.write(part)


def _sentence(source: Source, file: RemoteFile, error: Exception) -> str:
    names = ", ".join(item.name for item in source.files)
    return (
        f"{source.title} could not be downloaded: {file.name} from {source.address} {_reason(error)}. "
        f"Try again once there is a network, or put the files {names} into the folder {source.folder}. "
        f"{source.setting} names another address to download from."
    )


def _reason(error: Exception) -> str:
    response = getattr(error, "response", None)
    if response is not None:
        return f"was answered with {response.status_code} {response.reason}"
    if isinstance(error, _WrongFile):
        return str(error)
    if isinstance(error, ValueError):
        return "is not the right file (its md5 is wrong)"
    kind = type(error).__name__
    if "Timeout" in kind or "timed out" in str(error):
        return "did not come: the server was silent for too long"
    if kind == "ConnectionError":
        return "cannot be reached"
    if kind == "ProtocolError":
        return "broke off in the middle"
    return f"failed ({getattr(error, 'strerror', None) or kind})"


class _WrongFile(ValueError):
    """What comes cannot be the file: it is too large or takes for ever."""


class _Meter:
    """Tells how far a dataset has come, and sees that a file does not grow or last without end."""

    def __init__(self, file: RemoteFile, before: int, total: int, report: Report | None) -> None:
        self._file, self._before, self._whole, self._report = file, before, total, report
        self._done = 0
        self._end = time.monotonic() + LONGEST_SECONDS

    def report(self, done: int) -> None:
        """Tell how far the whole dataset is, with `done` bytes of this file."""
        if self._report is not None:
            self._report(self._before + done, self._whole)

    def update(self, amount: int) -> None:
        """Count bytes that have come. Raises `_WrongFile` if these are too many, or too late."""
        self._done += amount
        if self._done > self._file.size:
            raise _WrongFile(f"is larger than the {self._file.size:,} bytes that were expected")
        if time.monotonic() > self._end:
            raise _WrongFile(f"took longer than {LONGEST_SECONDS / 60:g} minutes")
        self.report(self._done)
