"""Reads npz archives whose bytes may be damaged or come from anywhere."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


class DamagedArchive(Exception):
    """Bytes that are not an npz archive of plain arrays."""


def read_arrays(source: Path | bytes) -> dict[str, NDArray]:
    """Return all arrays of an npz archive by name; never unpickles.

    Raises `DamagedArchive`, or `OSError` for a file that cannot be opened.
    """
    try:
        with np.load(io.BytesIO(source) if isinstance(source, bytes) else source, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except OSError:
        raise
    except Exception as error:  # NumPy and zipfile raise almost anything for damaged bytes: zlib.error, TokenError
        raise DamagedArchive(str(error) or type(error).__name__) from error
