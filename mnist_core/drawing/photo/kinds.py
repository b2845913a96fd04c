"""What kind of file this is, by its first bytes: so that what is no picture is refused by its name."""

from __future__ import annotations

import re

_BY_FIRST_BYTES = (
    (rb"%PDF-", "a PDF"),
    (rb"%!PS|\xc5\xd0\xd3\xc6", "a PostScript file"),
    (rb"(?s)....ftyp(hei|hev|hif|mif1|msf1)", "a HEIC photo, as iPhones take them"),
    (rb"(?s)....ftypavi[fs]", "an AVIF picture"),
    (rb"(?s)....ftyp", "a video or an MP4 file"),
    (rb"(?s)....(moov|mdat|free|wide)|\x1aE\xdf\xa3|\x00\x00\x01\xba|RIFF....AVI ", "a video"),
    (rb"(?s)\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (rb"(?s)\xff\x0a|\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (rb"8BPS", "a Photoshop file"),
    (rb"gimp xcf", "a GIMP file"),
    (rb"\x00\x00\x01\x00", "an icon file"),
    (rb"(?s)II\x1a\x00\x00\x00HEAPCCDR|FUJIFILMCCD-RAW|IIU\x00|IIRO|MMOR", "a camera's raw file"),
    (rb"PK\x03\x04", "a ZIP archive or an office document"),
    (rb"\xd0\xcf\x11\xe0", "an old office document"),
    (rb"\x1f\x8b", "a gzip archive"),
    (rb"7z\xbc\xaf|Rar!", "an archive"),
    (rb"\x93NUMPY", "a NumPy array"),
    (rb"\x89HDF", "an HDF5 file"),
    (rb"(?s)RIFF....WAVE|ID3|OggS|fLaC", "a sound"),
    (rb"(?si)\s*(<\?xml.{0,2000}?)?(<!--.{0,2000}?-->\s*)?(<!doctype svg.{0,500}?>\s*)?<svg", "an SVG drawing"),
    (rb"(?si)\s*(<!doctype html|<html)", "a web page"),
)
_PICTURES = (
    (rb"\x89PNG\r\n\x1a\n", "PNG"),
    (rb"\xff\xd8\xff", "JPEG"),
    (rb"(?s)RIFF....WEBP", "WebP"),
    (rb"GIF8[79]a", "GIF"),
    (rb"BM", "BMP"),
    (rb"II\*\x00|MM\x00\*|II\+\x00|MM\x00\+", "TIFF"),
)
LOOKED_AT = 4096
"""Bytes of the file's beginning by which its kind is told."""


def picture_kind(file: bytes) -> str | None:
    """Return the name of the picture format that a file begins like, or None for any that is not read here."""
    return _first_match(_PICTURES, file)


def foreign_kind(file: bytes) -> str | None:
    """Return what a file is that is no such picture, with its article: "a PDF"; None if that is unknown."""
    return _first_match(_BY_FIRST_BYTES, file) or ("a text" if _is_text(file[:LOOKED_AT]) else None)


def _first_match(kinds: tuple[tuple[bytes, str], ...], file: bytes) -> str | None:
    start = file[:LOOKED_AT]
    return next((name for pattern, name in kinds if re.match(pattern, start)), None)


def _is_text(start: bytes) -> bool:
    """Whether bytes read as UTF-8 without control characters; a character may be cut off at the end."""
    try:
        text = start.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(start) - 3:
            return False
        text = start[: error.start].decode("utf-8")
    return bool(text.strip()) and all(character.isprintable() or character in "\t\r\n\f" for character in text)
