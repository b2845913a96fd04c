"""Downloads datasets, reports the progress, verifies checksums and keeps the files.

pooch downloads each file to a temporary file beside the target and renames it once its md5 is right. So a file is
either complete and correct, or missing.
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
from mnist_core.data.uploads.read_upload import from_files

FOLDER_SETTING = "MNIST_DATA_DIR"
DEFAULT_FOLDER = Path(__file__).parents[2] / "var" / "datasets"
TIMEOUT_SECONDS = 15.0
"""A server that does not answer, or sends nothing, for this long has failed."""
LONGEST_SECONDS = 1800.0
"""Longest duration of the download of one file."""
CHUNK_BYTES = 32_768


class RemoteFile(NamedTuple):
    """A file to download: its name, the md5 of its content, and its size in bytes, for progress reports."""

    name: str
    md5: str
    size: int


@dataclass(frozen=True)
class Source:
    """Where a dataset comes from: four idx files below a URL, which the environment variable `setting` overrides.

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
        """The URL of the folder, ending with "/". Raises `DatasetError` if the setting is not a URL."""
        url = os.environ.get(self.setting, "").strip() or self.url
        if urlsplit(url).scheme not in ("http", "https"):
            raise DatasetError(f"{self.setting} must be an address that begins with http:// or https://, not {url!r}.")
        return url.rstrip("/") + "/"

    @property
    def folder(self) -> Path:
        """The folder for its files: below MNIST_DATA_DIR, by default in `var/datasets` of the project's folder."""
        return Path(os.environ.get(FOLDER_SETTING, "").strip() or DEFAULT_FOLDER) / self.name

    @property
    def size(self) -> int:
        """The size of all files in bytes."""
        return sum(file.size for file in self.files)


class DownloadFailed(DatasetError):
    """A dataset that cannot be downloaded now. The text says why, and where its files can be put by hand."""


Report = Callable[[int, int], object]
"""Called with the bytes downloaded and the total. An exception that it raises ends the download."""


def fetch(source: Source, report: Report | None = None, timeout: float = TIMEOUT_SECONDS) -> Dataset:
    """Return a dataset. Files that are missing or damaged in its folder are downloaded first.

    `timeout` is how long the server may send nothing, in seconds. Raises `DownloadFailed` with what to do.
    """
    before, paths = 0, {}
    for file in source.files:
        meter = _ProgressMeter(file, before, source.size, report)
        paths[file.name] = _fetch_file(source, file, meter, timeout)
        before += file.size
        meter.report(file.size)
    try:
        content = {name: path.read_bytes() for name, path in paths.items()}
    except OSError as error:
        raise DownloadFailed(f"{source.title} cannot be read from {source.folder} ({error.strerror}).") from None
    return from_files(content, source.name, source.class_names)


def _fetch_file(source: Source, file: RemoteFile, meter: _ProgressMeter, timeout: float) -> Path:
    import pooch  # imported here, because it takes 0.2 s and only downloads need it
    from urllib3.exceptions import HTTPError

    def download(url: str, path: str, _pooch: object) -> None:
        _download(url, Path(path), meter, timeout)

    pooch.get_logger().setLevel(logging.WARNING)
    url = urljoin(source.address, file.name)
    try:
        found = pooch.retrieve(url, f"md5:{file.md5}", file.name, source.folder, downloader=download)
    except (OSError, ValueError, HTTPError) as error:  # requests' errors are OSErrors; ValueError: the md5 is wrong
        raise DownloadFailed(_sentence(source, file, error)) from error
    return Path(found)


def _download(url: str, path: Path, meter: _ProgressMeter, timeout: float) -> None:
    """Write the content of a URL to a file, chunk by chunk.

    `read1` returns what has arrived. Waiting for full chunks would let a server send a byte now and then for days.
    """
    import requests

    with requests.get(url, timeout=timeout, stream=True, headers={"Accept-Encoding": "identity"}) as response:
        response.raise_for_status()
        with path.open("wb") as file:
            while chunk := response.raw.read1(CHUNK_BYTES, decode_content=False):
                meter.update(len(chunk))
                file.write(chunk)


def _sentence(source: Source, file: RemoteFile, error: Exception) -> str:
    names = ", ".join(item.name for item in source.files)
    return (
        f"{source.title} could not be downloaded: {file.name} from {source.address} {_reason(error)}. "
        f"Try again when there is a network connection, or put the files {names} into the folder {source.folder}. "
        f"{source.setting} names another address to download from."
    )


def _reason(error: Exception) -> str:
    response = getattr(error, "response", None)
    if response is not None:
        return f"was answered with {response.status_code} {response.reason}"
    if isinstance(error, _WrongFile):
        return str(error)
    if isinstance(error, ValueError):
        return "is not the expected file (its MD5 checksum is wrong)"
    kind = type(error).__name__
    if "Timeout" in kind or "timed out" in str(error):
        return "did not arrive: the server was silent for too long"
    if kind == "ConnectionError":
        return "cannot be reached"
    if kind == "ProtocolError":
        return "broke off in the middle"
    return f"failed ({getattr(error, 'strerror', None) or kind})"


class _WrongFile(ValueError):
    """The server sends something that cannot be the file: it is too large, or takes too long."""


class _ProgressMeter:
    """Reports the progress of a dataset, and limits the size and the duration of one file's download."""

    def __init__(self, file: RemoteFile, before: int, total: int, report: Report | None) -> None:
        self._file, self._before, self._total, self._report = file, before, total, report
        self._done = 0
        self._end = time.monotonic() + LONGEST_SECONDS

    def report(self, done: int) -> None:
        """Report the progress of the whole dataset, with `done` bytes of this file."""
        if self._report is not None:
            self._report(self._before + done, self._total)

    def update(self, amount: int) -> None:
        """Count received bytes. Raises `_WrongFile` if there are too many, or it has taken too long."""
        self._done += amount
        if self._done > self._file.size:
            raise _WrongFile(f"is larger than the {self._file.size:,} bytes that were expected")
        if time.monotonic() > self._end:
            raise _WrongFile(f"took longer than {LONGEST_SECONDS / 60:g} minutes")
        self.report(self._done)
