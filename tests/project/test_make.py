"""What people type: what is in the way is said in one sentence, and a Python and a browser are found."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import set_up
from scripts.preflight import LOOPBACK, require_port
from tests.support.programs import write_program

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]
REQUIREMENTS = PROJECT / "requirements.txt"


# -- make run ------------------------------------------------------------------------------------


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """An environment that counts as complete and whose Python is the one of the tests."""
    folder = tmp_path / "environment"
    write_program(folder / "bin" / "python", f'exec "{sys.executable}" "$@"')
    record = {REQUIREMENTS.name: set_up.checksum(REQUIREMENTS), "python": "{}.{}".format(*sys.version_info)}
    folder.joinpath(".complete").write_text(json.dumps(record))
    return folder


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other_program:
        other_program.bind((LOOPBACK, 0))
        other_program.listen()
        yield other_program.getsockname()[1]


def test_make_run_on_a_taken_port_names_a_free_one(environment: Path, taken_port: int):
    done = make("run", f"VENV={environment}", f"PORT={taken_port}")
    sentence = only_sentence(done)
    assert sentence.startswith(f"Port {taken_port} is in use")
    suggested = int(re.search(r"PORT=(\d+)", sentence)[1])  # type: ignore[index]
    require_port(LOOPBACK, suggested)


@pytest.mark.parametrize("port", ["0", "65536", "lots", "-1", ""])
def test_make_run_on_a_port_that_cannot_be(environment: Path, port: str):
    assert "such as PORT=8501" in only_sentence(make("run", f"VENV={environment}", f"PORT={port}"))


def test_make_run_for_a_host_that_is_an_address_of_a_page(environment: Path):
    done = make("run", f"VENV={environment}", "HOST=http://digits.example.org:80/")
    assert "is not the name of a host" in only_sentence(done)


def test_make_run_with_a_python_too_old(tmp_path: Path):
    old = write_program(tmp_path / "python", "echo 3.9")
    done = make("run", f"VENV={tmp_path / 'environment'}", f"PYTHON={old}")
    assert only_sentence(done).startswith(f"PYTHON={old} is Python 3.9, but the app needs Python 3.11, 3.12 or 3.13")
    assert not tmp_path.joinpath("environment").exists()


def test_make_run_with_a_python_that_does_not_exist(tmp_path: Path):
    done = make("run", f"VENV={tmp_path / 'environment'}", "PYTHON=/nowhere/python")
    assert "PYTHON=/nowhere/python cannot be started" in only_sentence(done)


def test_make_lists_what_can_be_done():
    listed = re.findall(r"^  make (\S+) ", make().stdout, flags=re.MULTILINE)
    targets = re.findall(r"^([a-z-]+):", PROJECT.joinpath("Makefile").read_text(), flags=re.MULTILINE)
    assert listed == [target for target in targets if not target.startswith("environment")]


# -- make test -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "finding", "told", "fails"),
    [
        (["test"], "echo /here/chromium", "/here/chromium: -n 2 --dist loadscope", False),
        (["test"], "exit 3", "none: -n 2 --dist loadscope", False),
        (["test"], "exit 2", "", True),
        (["test", "ARGS=-m 'not browser'"], "exit 2", "not looked for: -m not browser -n 2", False),
        (["test", "ARGS=-m 'not browser' -x"], "exit 2", "not looked for: -m not browser -x\n", False),
        (["test", "ARGS=-k canvas"], "echo /here/chromium", "/here/chromium: -k canvas\n", False),
        (["test-fast"], "exit 2", "not looked for: -n 2 --dist loadscope", False),
        (["test-fast", "ARGS=-k canvas"], "exit 2", "not looked for: -k canvas -m not slow\n", False),
    ],
)
def test_make_test_looks_for_a_chromium_unless_none_is_wanted(
    environment: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], finding: str, told: str, fails: bool
):
    """The environment's Python finds a Chromium as it is told, and says what it is asked to test."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    tests = 'shift 2; test "$CHROMIUM" || CHROMIUM=${CHROMIUM-not looked for}; echo "${CHROMIUM:-none}: $*"'
    script = f'case "$*" in *find_chromium*) {finding};; "-m pytest"*) {tests};; *) exec "{sys.executable}" "$@";; esac'
    write_program(environment / "bin" / "python", script)
    write_program(environment / "bin" / "deno", "exit 0")
    record = json.loads(environment.joinpath(".complete").read_text())
    record["requirements-dev.txt"] = set_up.checksum(PROJECT / "requirements-dev.txt")
    environment.joinpath(".complete").write_text(json.dumps(record))
    done = make(*arguments, f"VENV={environment}")
    assert done.stdout.startswith(told)
    assert bool(done.returncode) == fails


# -- which Python --------------------------------------------------------------------------------


def test_without_any_python_the_versions_are_named(tmp_path: Path):
    assert "needs Python 3.11, 3.12 or 3.13, and this machine has none" in find_python(tmp_path).stderr


def test_with_only_old_pythons_they_are_named(tmp_path: Path):
    write_program(tmp_path / "python3", "echo 3.9")
    assert "this machine has 3.9: install one" in find_python(tmp_path).stderr


def test_a_python_without_venv_is_named_with_its_package(tmp_path: Path):
    write_program(tmp_path / "python3", 'case "$2" in *version_info*) echo 3.12 ;; *) exit 1 ;; esac')
    assert "sudo apt install python3.12-venv" in find_python(tmp_path).stderr


def test_a_suitable_python_is_found_behind_an_old_one(tmp_path: Path):
    write_program(tmp_path / "python3", "echo 3.14")
    suitable = write_program(tmp_path / "python3.12", 'case "$2" in *version_info*) echo 3.12 ;; esac')
    assert find_python(tmp_path).stdout.strip() == str(suitable)


def test_pythons_are_the_same_everywhere():
    wanted = tomllib.loads(PROJECT.joinpath("pyproject.toml").read_text())["project"]["requires-python"]
    listed = re.search(r'supported="([^"]+)"', PROJECT.joinpath("scripts/find_python.sh").read_text())
    versions = sorted(tuple(map(int, version.split("."))) for version in listed[1].split())  # type: ignore[index]
    assert wanted == ">={}.{},<{}.{}".format(*versions[0], versions[-1][0], versions[-1][1] + 1)


def test_every_supported_python_is_tested_on_github():
    listed = re.search(r'supported="([^"]+)"', PROJECT.joinpath("scripts/find_python.sh").read_text())
    tested = re.search(r"python: \[(.*)\]", PROJECT.joinpath(".github/workflows/ci.yml").read_text())
    assert set(re.findall(r"[\d.]+", tested[1])) == set(listed[1].split())  # type: ignore[index]


# -- helpers -------------------------------------------------------------------------------------


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make as a person does: without what an outer make, which may have started the tests, hands down."""
    handed_down = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES", "VENV", "PYTHON", "PORT", "LAN", "ARGS")
    environ = {name: value for name, value in os.environ.items() if name not in handed_down}
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=PROJECT, env=environ, capture_output=True, text=True, check=False, timeout=60)


def only_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one sentence of a command that failed, less make's own last word."""
    assert done.returncode != 0
    lines = [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("make")]
    assert len(lines) == 1, lines
    return lines[0]


def find_python(path: Path) -> subprocess.CompletedProcess[str]:
    """Run scripts/find_python.sh on a machine whose programs are those in the folder `path`."""
    command = ["/bin/sh", str(PROJECT / "scripts" / "find_python.sh")]
    environ = {"PATH": str(path), "VENV": str(path / "environment")}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
