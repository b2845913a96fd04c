"""Opens zip and gzip archives, and limits how much is unpacked."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from mnist_core.data.dataset_file import LARGEST, BadDatasetFile
from mnist_core.text.escape import quoted

MOST_MEMBERS = 300_000
"""Most members of a zip: more than the largest number of images. Each takes about 1 kB of memory when listed."""
_DIRECTORY_ENTRY = b"PK\x01\x02"
"""Signature of a member's entry in the central directory (PKWARE, APPNOTE.TXT, 4.3.12)."""
_ENCRYPTED = 1
"""The bit of a member's flags that says it is encrypted (APPNOTE.TXT, 4.4.4)."""
_GZIP = b"\x1f\x8b"


@contextmanager
def opened_zip(data: bytes, unreadable: BadDatasetFile) -> Iterator[zipfile.ZipFile]:
    """Open a zip. Raises `unreadable` if it is damaged, `BadDatasetFile` if it has too many members or a password."""
    if data.count(_DIRECTORY_ENTRY) > MOST_MEMBERS:
        raise BadDatasetFile(
            f"The zip has more than {MOST_MEMBERS:,} files in it, the largest number that is accepted."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if any(info.flag_bits & _ENCRYPTED for info in archive.infolist()):
                raise BadDatasetFile("The zip is protected with a password. Pack it again without one.")
            yield archive
    except BadDatasetFile:
        raise
    except Exception:  # zipfile raises almost anything for damaged bytes: zlib.error, EOFError, NotImplementedError
        raise unreadable from None


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, largest: int) -> bytes:
    """Return a member's bytes. Raises `BadDatasetFile` if it has more than `largest`, or more than it declares."""
    if info.file_size > largest:
        raise BadDatasetFile(f"{quoted(info.filename)} unpacks to {info.file_size / 1e6:,.0f} MB, which is too much.")
    with archive.open(info) as stream:
        return stream.read(largest + 1)  # returns at most the declared size, and then checks the CRC


def beginning(data: bytes, length: int = 4096) -> bytes:
    """Return the beginning of a file, unpacked if it is gzip; b"" if gzip cannot read it."""
    if data[:2] != _GZIP:
        return data[:length]
    try:
        return zlib.decompressobj(wbits=31).decompress(data[: 4 * length], length)
    except zlib.error:
        return b""


def unpacked(file_name: str, data: bytes, largest: int = LARGEST) -> bytes:
    """Return the data, unpacked if it is gzip.

    Raises `BadDatasetFile` if it is damaged or has more than `largest` bytes. No more than these are unpacked.
    """
    content = data
    if data[:2] == _GZIP:
        try:
            with gzip.open(io.BytesIO(data)) as stream:
                content = stream.read(largest + 1)
        except (OSError, EOFError, zlib.error):
            raise BadDatasetFile(f"{quoted(file_name)} is damaged or cut off: gzip cannot unpack it.") from None
    if len(content) > largest:
        raise BadDatasetFile(
            f"The files unpack to more than {LARGEST / 1e6:,.0f} MB, the largest size that is accepted."
        )
    return content
