"""Recognises files by their first bytes, so that an error message can name what was uploaded instead of a picture."""

from __future__ import annotations

import re

from mnist_core.text.sentence import marked

_OTHER_SIGNATURES = (
    (rb"%PDF-", marked("a PDF")),
    (rb"%!PS|\xc5\xd0\xd3\xc6", marked("a PostScript file")),
    (rb"(?s)....ftyp(hei|hev|hif|mif1|msf1)", marked("a HEIC photo, as iPhones take them")),
    (rb"(?s)....ftypavi[fs]", marked("an AVIF picture")),
    (rb"(?s)....ftyp", marked("a video or an MP4 file")),
    (rb"(?s)....(moov|mdat|free|wide)|\x1aE\xdf\xa3|\x00\x00\x01\xba|RIFF....AVI ", marked("a video")),
    (rb"(?s)\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51", marked("a JPEG 2000 picture")),
    (rb"(?s)\xff\x0a|\x00\x00\x00\x0cJXL ", marked("a JPEG XL picture")),
    (rb"8BPS", marked("a Photoshop file")),
    (rb"gimp xcf", marked("a GIMP file")),
    (rb"\x00\x00\x01\x00", marked("an icon file")),
    (rb"(?s)II\x1a\x00\x00\x00HEAPCCDR|FUJIFILMCCD-RAW|IIU\x00|IIRO|MMOR", marked("a camera's raw file")),
    (rb"PK\x03\x04", marked("a ZIP archive or an office document")),
    (rb"\xd0\xcf\x11\xe0", marked("an old office document")),
    (rb"\x1f\x8b", marked("a gzip archive")),
    (rb"7z\xbc\xaf|Rar!", marked("an archive")),
    (rb"\x93NUMPY", marked("a NumPy array")),
    (rb"\x89HDF", marked("an HDF5 file")),
    (rb"(?s)RIFF....WAVE|ID3|OggS|fLaC", marked("a sound")),
    (rb"(?si)\s*(<\?xml.{0,2000}?)?(<!--.{0,2000}?-->\s*)?(<!doctype svg.{0,500}?>\s*)?<svg", marked("an SVG drawing")),
    (rb"(?si)\s*(<!doctype html|<html)", marked("a web page")),
)
_PICTURE_SIGNATURES = (
    (rb"\x89PNG\r\n\x1a\n", "PNG"),
    (rb"\xff\xd8\xff", "JPEG"),
    (rb"(?s)RIFF....WEBP", "WebP"),
    (rb"GIF8[79]a", "GIF"),
    (rb"BM", "BMP"),
    (rb"II\*\x00|MM\x00\*|II\+\x00|MM\x00\+", "TIFF"),
)
HEADER_BYTES = 4096
"""Only so many bytes at the beginning of a file are compared."""


def picture_format(file: bytes) -> str | None:
    """Return the name of a file's picture format, or None if it is none of those that this app reads."""
    return _first_match(_PICTURE_SIGNATURES, file)


def other_file_type(file: bytes) -> str | None:
    """Return what a file is that this app does not read, with its article: "a PDF"; None if unknown."""
    return _first_match(_OTHER_SIGNATURES, file) or (marked("a text") if _is_text(file[:HEADER_BYTES]) else None)


def _first_match(signatures: tuple[tuple[bytes, str], ...], file: bytes) -> str | None:
    header = file[:HEADER_BYTES]
    return next((name for pattern, name in signatures if re.match(pattern, header)), None)


def _is_text(header: bytes) -> bool:
    """Whether bytes are UTF-8 without control characters; the last character may be cut off."""
    try:
        text = header.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(header) - 3:
            return False
        text = header[: error.start].decode("utf-8")
    return bool(text.strip()) and all(character.isprintable() or character in "\t\r\n\f" for character in text)
