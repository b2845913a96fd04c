"""Detects the type of a file by its content, and says how to convert the types that this app does not read."""

from __future__ import annotations

import re
import zipfile
from pathlib import PurePosixPath

from mnist_core.data.dataset_file import BadDatasetFile
from mnist_core.data.uploads import csv_tables, idx_files, npz_files
from mnist_core.data.uploads.archives import opened_zip
from mnist_core.text.escape import quoted

EXPECTED = (
    "The app expects one npz file, MNIST's idx files, a csv file with a label and 784 pixels in each row, or a "
    "zip with a folder of pictures for each class."
)
EXPECTED_OF = {
    "npz": npz_files.EXPECTED,
    "npy": npz_files.EXPECTED,
    "idx": idx_files.EXPECTED,
    "csv": csv_tables.EXPECTED,
}
_SAVE = 'np.savez("mine.npz", x_train=…, y_train=…, x_test=…, y_test=…)'
_TABLE = "with a label and 784 pixels in each row"
_PICTURE = "Put the pictures into a folder for each class, named after it, and zip these folders."
_UNPACK = "Unpack it, and choose the files in it; a folder of pictures for each class can be packed again as a zip."

_CONVERSION_HINTS = {
    "a MATLAB file": f'In Python: import scipy.io, numpy as np; m = scipy.io.loadmat("mine.mat"); then {_SAVE} with '
    'm["X"] and m["y"], or what the arrays are called there; m.keys() lists them.',
    "an HDF5 file": f'In Python: import h5py, numpy as np; f = h5py.File("mine.h5"); then {_SAVE} with f["x"][:] and '
    "so on; f.keys() lists the arrays.",
    "a Parquet file": 'In Python: import pandas as pd; t = pd.read_parquet("mine.parquet"); then, '
    f'{_TABLE}, t.to_csv("mine.csv", index=False). Pictures in a column are best written out, a folder for each class.',
    "an Arrow file": 'In Python: import pandas as pd; pd.read_feather("mine.feather").to_csv("mine.csv", index=False), '
    f"{_TABLE}.",
    "a pickle": "It is never opened here, since that can run programs. If you trust it, in Python: import pickle, "
    f'numpy as np; data = pickle.load(open("mine.pkl", "rb")); then {_SAVE} with the arrays in it.',
    "a PyTorch file": "It is a pickle and never opened here, since that can run programs. If you trust it, in "
    f'Python: import torch, numpy as np; x, y = torch.load("mine.pt"); then {_SAVE} with x.numpy() and so on.',
    "a Keras network": "Networks are imported on the Evaluate page; here, images are expected.",
    "an Excel workbook": f"Save it as csv, {_TABLE}.",
    "an OpenDocument file": f"Save a table as csv, {_TABLE}.",
    "a Word document": "",
    "a PDF": _PICTURE,
    "a tar archive": _UNPACK,
    "a RAR archive": _UNPACK,
    "a 7-Zip archive": _UNPACK,
    "a file packed with bzip2": _UNPACK,
    "a file packed with xz": _UNPACK,
    "a file packed with Zstandard": _UNPACK,
    "a PNG picture": _PICTURE,
    "a JPEG picture": _PICTURE,
    "a GIF picture": _PICTURE,
    "a BMP picture": _PICTURE,
    "a WebP picture": _PICTURE,
    "a TIFF picture": _PICTURE,
    "an SVG picture": _PICTURE,
    "a HEIC picture": _PICTURE,
    "an SQLite database": f"Export a table as csv, {_TABLE}.",
    "a JSON file": f'In Python: import json, numpy as np; data = json.load(open("mine.json")); then {_SAVE}.',
    "a web page": "The download may have failed: open the file to see what it says.",
    "a Git LFS pointer": "It stands for the real file: run git lfs pull, and choose that.",
    "an R data file": f'In R: write.csv(data, "mine.csv", row.names=FALSE), {_TABLE}.',
    "a program": "",
    "text in UTF-16": "Save it as UTF-8.",
}
"""Types that this app does not read, and how to convert them."""

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"MATLAB 7.3 MAT-file", "a MATLAB file"),
    (b"MATLAB 5.0 MAT-file", "a MATLAB file"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"FEA1", "an Arrow file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook"),
    (b"%PDF-", "a PDF"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"BZh", "a file packed with bzip2"),
    (b"\xfd7zXZ\x00", "a file packed with xz"),
    (b"\x28\xb5\x2f\xfd", "a file packed with Zstandard"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"version https://git-lfs", "a Git LFS pointer"),
    (b"RDX2\n", "an R data file"),
    (b"RDX3\n", "an R data file"),
    (b"RDA2\n", "an R data file"),
    (b"RDA3\n", "an R data file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
)
"""The first bytes of files, from the database of the Unix program `file` (Magdir), most specific ones first."""


def file_type(name: str, data: bytes) -> str:
    """Return "npz", "npy", "idx", "csv" or "zip". Raises `BadDatasetFile` for any other type.

    The content decides. If it does not tell, the name does, so that the message about a damaged file names its type.
    """
    if data[:4] == b"PK\x03\x04" or data[:4] == b"PK\x05\x06":
        return _type_of_zip(name, data)
    if data[:6] == b"\x93NUMPY":
        return "npy"
    if idx_files.looks_like_idx(data):
        return "idx"
    check_signature(name, data)
    if csv_tables.looks_like_table(data):
        return "csv"
    return _refuse_by_name(name, data)


def check_signature(name: str, data: bytes) -> None:
    """Raise `BadDatasetFile` if the beginning of a file shows that it is of a type that this app does not read."""
    kind = _type_by_signature(data) or _type_of_text(data)
    if kind:
        raise unsupported_file(name, kind)


def unsupported_file(name: str, kind: str) -> BadDatasetFile:
    """Return the error for a file of a type that this app does not read."""
    return BadDatasetFile(f"{quoted(name)} is {kind}. {EXPECTED} {_CONVERSION_HINTS[kind]}".strip())


def _type_by_signature(data: bytes) -> str:
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if data[257:262] == b"ustar":
        return "a tar archive"
    if data[:2] == b"BM" and len(data) > 26 and int.from_bytes(data[2:6], "little") == len(data):
        return "a BMP picture"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "a WebP picture"
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"avif"):
        return "a HEIC picture"
    if (data[:1] == b"\x80" and data[1:2] in b"\x02\x03\x04\x05" and len(data) > 2) or _is_old_pickle(data):
        return "a pickle"
    return ""


def _is_old_pickle(data: bytes) -> bool:
    """Whether it is a pickle of protocol 0 or 1, which has no signature but begins with a global, a list or a dict."""
    return bool(re.match(rb"c[\w.]+\n\w+\n|\(?[dl]p\d+\n|[\]}]q\x00", data))


def _type_of_text(data: bytes) -> str:
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page"
    if start.startswith((b"<svg", b"<?xml")):
        return "an SVG picture" if b"<svg" in data[:1000].lower() else ""
    if re.match(rb'[{\[]\s*["{\[\]}\d-]', start):
        return "a JSON file"
    return ""


def _type_of_zip(name: str, data: bytes) -> str:
    """Tell the type of a zip archive by its members: many file formats are zips."""
    unreadable = BadDatasetFile(
        f"{quoted(name)} is not {'an npz' if _suffix(name) == '.npz' else 'a zip'} file, or it is damaged or cut off. "
        f"{npz_files.EXPECTED if _suffix(name) == '.npz' else EXPECTED}"
    )
    with opened_zip(data, unreadable) as archive:
        return _type_by_members(name, archive)


def _type_by_members(name: str, archive: zipfile.ZipFile) -> str:
    names = archive.namelist()
    members = set(names)
    if any(member.endswith(".npy") for member in names):
        return "npz"
    if "xl/workbook.xml" in members or "xl/workbook.bin" in members:
        raise unsupported_file(name, "an Excel workbook")
    if "word/document.xml" in members:
        raise unsupported_file(name, "a Word document")
    if "content.xml" in members and "mimetype" in members:
        raise unsupported_file(name, "an OpenDocument file")
    if any(PurePosixPath(member).name == "data.pkl" for member in names):
        raise unsupported_file(name, "a PyTorch file")
    if "model.weights.h5" in members or "saved_model.pb" in members:
        raise unsupported_file(name, "a Keras network")
    return "npz" if _suffix(name) == ".npz" else "zip"


def _refuse_by_name(name: str, data: bytes) -> str:
    """Raise `BadDatasetFile` for a file whose content is of no known type; its name says what it should be."""
    if not data:
        raise BadDatasetFile(f"{quoted(name)} is empty. {EXPECTED}")
    suffix = _suffix(name)
    kind = "idx" if re.search(r"ubyte|idx[13]|\.idx", name.lower()) else suffix[1:]
    if suffix == ".mat":
        raise unsupported_file(name, "a MATLAB file")
    if kind in EXPECTED_OF:
        article = "a" if kind == "csv" else "an"
        raise BadDatasetFile(
            f"{quoted(name)} is not {article} {kind} file, or it is damaged or cut off. {EXPECTED_OF[kind]}"
        )
    if _is_text(data[:1000]):
        raise BadDatasetFile(f"{quoted(name)} is text, but not a table of numbers. {EXPECTED}")
    raise BadDatasetFile(f"The type of the file {quoted(name)} is unknown. {EXPECTED}")


def _is_text(data: bytes) -> bool:
    """Whether the beginning of a file is printable UTF-8; the last character may be cut off."""
    text = data.decode("utf-8", "replace")[: 990 if len(data) == 1000 else None]
    return all(character.isprintable() or character in "\t\r\n" for character in text) and "\ufffd" not in text


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()
