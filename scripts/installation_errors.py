"""Explains from pip's log why an installation failed, in one sentence that says what to do."""

from __future__ import annotations

import re
from pathlib import Path

from scripts.preflight import MEGABYTE

SPACE_FOR_PACKAGES = 4000 * MEGABYTE

DISK_FULL = f"The disk is full: make room for {SPACE_FOR_PACKAGES / MEGABYTE:,.0f} MB, then try again."
CERTIFICATE = (
    "The package index shows a certificate that pip does not trust, as behind a proxy that replaces certificates: "
    "name the file with the certificates of your network, such as PIP_CERT=/etc/ssl/certs/ca-certificates.crt, "
    "before the command, or ask your network's administrator for one"
)
PROXY = (
    "The proxy does not let pip through ({0}): check its address, name and password in HTTPS_PROXY, such as "
    "http://name:password@proxy.school.org:8080, then try again"
)
NETWORK = "The package index cannot be reached: check the network connection, then try again"
ANSWER = (
    "The package index answers “{0}”: check its address, if PIP_INDEX_URL or pip's configuration name one, "
    "then try again"
)
MISSING = (
    "There is no {0} for this Python and machine: use 64-bit Linux, a Mac with Apple silicon or WSL, "
    "with Python 3.11, 3.12 or 3.13"
)
OTHER = "The requirements could not be installed ({0}): read {1}, then try again."

NO_MATCH = r"No matching distribution found for (\S+)"
PATTERNS = (
    (rf"from versions: (?!none)[\s\S]*{NO_MATCH}", MISSING),  # the index was reached in the end
    (r"CERTIFICATE_VERIFY_FAILED|certificate verify failed", CERTIFICATE),
    (r"Tunnel connection failed: ([^'\"()\n]+)", PROXY),
    (r"ProxyError.*?\[Errno -?\d+\] ([^'\"()\n]+)", PROXY),
    (r"ProxyError|Cannot connect to proxy", PROXY),
    (r"connection error|timed out|(?:Connection|NameResolution|Timeout|Protocol|SSL)Error", NETWORK),
    (r"(?:Could not fetch URL \S+: |HTTP error )(\d{3}[^\n]*?)(?: for url| while getting)", ANSWER),
    (rf"{NO_MATCH}|Cannot install (\S+)", MISSING),
)
"""Patterns in the log, the likeliest reason first, and what to say; {0} is the group that the pattern found."""


def explain(log: str, path: Path) -> str:
    """Explain the log of a failed installation; `path` is its file, for the details."""
    if "No space left on device" in log:
        return DISK_FULL
    for pattern, sentence in PATTERNS:
        found = re.search(pattern, log)
        if found:
            detail = next(filter(None, found.groups()), "it cannot be reached")
            return f"{sentence.format(detail.strip())} (details: {path})."
    errors = [line.strip() for line in log.splitlines() if "ERROR: " in line]
    reason = errors[-1].partition("ERROR: ")[2].rstrip(".") if errors else "pip stopped"
    return OTHER.format(reason, path)
