"""Checks every pinned version for known vulnerabilities, by the service of PyPI; part of `make check`.

    python scripts/audit.py

A known vulnerability is a failure. A service that cannot be reached is only reported.
"""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

PROJECT = Path(__file__).resolve().parents[1]
FOUND, USER_ERROR = 1, 2
SECONDS_PER_REQUEST = 3
SECONDS_IN_TOTAL = 180
FIRST_PINS = 3
ACCEPTED: dict[str, str] = {}
"""Vulnerabilities that do not affect this project, by ids such as PYSEC-2026-1, with the reason."""

Answers = list[dict[str, Any]]
Ask = Callable[[Sequence[str]], Answers]


class Outcome(NamedTuple):
    """An exit code and the text to print."""

    code: int
    text: str


def main() -> int:
    """Audit all pins and print the result; return 1 if a vulnerability was found, else 0."""
    if importlib.util.find_spec("pip_audit") is None:
        print("There is no pip-audit here: make environment-dev installs it.", file=sys.stderr)
        return USER_ERROR
    outcome = audit(pins([PROJECT / "constraints.txt", *PROJECT.glob("requirements*.txt")]), ask)
    print(outcome.text, file=sys.stderr if outcome.code else sys.stdout)
    return outcome.code


def pins(files: Sequence[Path]) -> list[str]:
    """Return the pins in the files, such as "numpy==2.4.6", without duplicates, sorted."""
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    found = [re.match(r"([\w.-]+)(?:\[[\w,-]+\])?==([\w.+!-]+)", line) for line in lines]
    return sorted({f"{match[1].lower()}=={match[2]}" for match in found if match})


def audit(wanted: Sequence[str], asking: Ask) -> Outcome:
    """Ask about all pins, and about a few of them before: without a network, it is over within seconds."""
    for some in (wanted[:FIRST_PINS], wanted):
        answers = asking(some)
        known = [answer for answer in answers if "vulns" in answer]
        if not known:
            return Outcome(0, f"The vulnerability service cannot be reached: {len(wanted)} pins were not audited.")
    findings = [_in_words(answer, found) for answer in known for found in _concerning(answer["vulns"])]
    if findings:
        findings.append("Pin versions without them in requirements*.txt or constraints.txt.")
        return Outcome(FOUND, "\n".join(findings))
    unknown = len(wanted) - len(known)
    but = f" {unknown} others are unknown to the service." if unknown else ""
    return Outcome(0, f"No vulnerability is known in {len(known)} pins.{but}")


def ask(wanted: Sequence[str]) -> Answers:
    """Return the results of pip-audit for pins; [] if it fails for any reason."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "requirements.txt"
        file.write_text("\n".join(wanted))
        options = ["--requirement", str(file), "--no-deps", "--disable-pip", "--format", "json"]
        options += ["--progress-spinner", "off", "--timeout", str(SECONDS_PER_REQUEST)]
        command = [sys.executable, "-m", "pip_audit", *options]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS_IN_TOTAL)
            return json.loads(done.stdout)["dependencies"]
        except (subprocess.TimeoutExpired, ValueError, KeyError):
            return []


def _concerning(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in found if ACCEPTED.keys().isdisjoint({one["id"], *one.get("aliases", [])})]


def _in_words(answer: dict[str, Any], found: dict[str, Any]) -> str:
    versions = " or ".join(found.get("fix_versions", [])) or "no version yet"
    return f"{answer['name']} {answer['version']} has {found['id']}, which is fixed in {versions}."


if __name__ == "__main__":
    sys.exit(main())
