"""Programs of the system that tests need, and small ones that they write themselves."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from scripts.system_packages import LOG, find_or_install


def needed(program: str, package: str) -> str:
    """Return the path of a program; where it cannot be had, the test is skipped, and fails in CI."""
    path = find_or_install(program, package)
    if path is not None:
        return path
    sentence = f"There is no {program}: install it (on Debian and Ubuntu: sudo apt install {package}; details: {LOG})."
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


def make_certificate(folder: Path, name: str) -> None:
    """Make a certificate for a host that nobody but itself vouches for: `certificate.pem` and `key.pem`."""
    names = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    openssl = needed("openssl", "openssl")
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *files]
    subprocess.run(command, check=True, capture_output=True)


def write_program(path: Path, script: str) -> Path:
    """Write a shell script that everybody may run, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return path
