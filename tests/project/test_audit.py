"""Pinned versions with known vulnerabilities fail the check; a service out of reach does not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from scripts import audit
from scripts.audit import Answers, Outcome, pins

PROJECT = Path(__file__).parents[2]
WANTED = ["numpy==2.4.6", "pillow==9.0.0", "rich==15.0.0"]
VULNERABILITY = {"id": "PYSEC-2022-9", "aliases": ["CVE-2022-22816"], "fix_versions": ["9.0.1"], "description": "..."}


def outcome(answers: Answers) -> Outcome:
    """What comes of these answers of pip-audit, of which each question gets those it asks for."""
    by_pin = {f"{answer['name']}=={answer['version']}": answer for answer in answers}

    def ask(wanted: Sequence[str]) -> Answers:
        return [by_pin[pin] for pin in wanted if pin in by_pin]

    return audit.audit(WANTED, ask)


def answer(pin: str, *found: dict) -> dict:
    name, version = pin.split("==")
    return {"name": name, "version": version, "vulns": list(found)}


def test_pins_without_known_vulnerabilities_pass():
    assert outcome([answer(pin) for pin in WANTED]) == (0, "No vulnerability is known in 3 pins.")


def test_a_vulnerability_fails_and_says_which_version_mends_it():
    code, text = outcome([answer(pin, *([VULNERABILITY] if "pillow" in pin else [])) for pin in WANTED])
    assert code == 1
    assert text.startswith("pillow 9.0.0 has PYSEC-2022-9, which is fixed in 9.0.1.\n")


def test_a_vulnerability_in_the_very_first_pin_is_found_as_well():
    assert outcome([answer(pin, VULNERABILITY) for pin in WANTED]).code == 1


def test_a_vulnerability_that_was_looked_into_passes_by_any_of_its_numbers(monkeypatch):
    monkeypatch.setattr(audit, "ACCEPTED", {"CVE-2022-22816": "only in what the app never opens"})
    assert outcome([answer(pin, VULNERABILITY) for pin in WANTED]).code == 0


@pytest.mark.parametrize(
    "answers",
    [[], [{"name": "numpy", "version": "2.4.6", "skip_reason": "Dependency not found on PyPI"}]],
    ids=["no answer", "a mirror that knows no vulnerabilities"],
)
def test_a_service_out_of_reach_passes_and_is_not_taken_for_a_good_answer(answers):
    assert outcome(answers) == (0, "The vulnerability service cannot be reached: 3 pins were not audited.")


def test_a_service_out_of_reach_is_not_waited_for_with_every_pin():
    asked: list[str] = []

    def say_nothing(wanted: Sequence[str]) -> Answers:
        asked.extend(wanted)
        return []

    audit.audit([*WANTED, "zict==3.0.0"], say_nothing)
    assert asked == WANTED


def test_what_the_service_does_not_know_is_said():
    assert outcome([answer(WANTED[0])]).text.endswith("2 others are unknown to the service.")


@pytest.mark.slow
def test_without_a_network_the_check_passes_and_says_so(monkeypatch):
    """Every connection goes to a port at which nobody listens."""
    if not os.environ.get("CI"):
        pytest.importorskip("pip_audit")
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    command = [sys.executable, str(PROJECT / "scripts" / "audit.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith("The vulnerability service cannot be reached: ")


def test_every_pin_of_the_project_is_asked_about():
    files = [PROJECT / "constraints.txt", *PROJECT.glob("requirements*.txt")]
    lines = {line.split("#")[0].strip() for file in files for line in file.read_text().splitlines() if "==" in line}
    assert {re.sub(r"\[.*\]", "", line).lower() for line in lines if line} == set(pins(files))


def test_make_check_audits():
    assert "scripts/audit.py" in PROJECT.joinpath("Makefile").read_text()
