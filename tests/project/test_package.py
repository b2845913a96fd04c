"""The package: its version, which is written down once, its command, what it depends on, and what it brings along."""

from __future__ import annotations

import pkgutil
import re
import runpy
import tomllib
from pathlib import Path
from typing import Any

import pytest

import mnist_core
from mnist_core.cli.main import main
from tests.support.visits import TRAIN, OpenPage

PROJECT = Path(__file__).parents[2]


def test_the_terminal_tells_its_version(monkeypatch, capsys):
    monkeypatch.setattr("mnist_core.cli.parser.__version__", "7.8.9")
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert (end.value.code, capsys.readouterr().out) == (0, "mnist-dashboard 7.8.9\n")


def test_the_installed_command_exists_and_is_called_so_in_its_help(monkeypatch, capsys):
    scripts = tomllib.loads(PROJECT.joinpath("pyproject.toml").read_text())["project"]["scripts"]
    (name, target), *others = scripts.items()
    assert not others
    monkeypatch.setattr("sys.argv", [f"/venv/bin/{name}", "--help"])
    with pytest.raises(SystemExit):
        pkgutil.resolve_name(target)()
    assert capsys.readouterr().out.startswith(f"usage: {name} ")


def test_a_core_without_its_app_says_how_to_install_both(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(
        "mnist_core.cli.serve.__file__", str(tmp_path / "site-packages" / "mnist_core" / "cli" / "serve.py")
    )
    assert main(["serve"]) == 2
    assert "pip install --editable ." in capsys.readouterr().err


def test_every_page_tells_the_version_at_the_foot_of_the_sidebar(monkeypatch, database_url):
    monkeypatch.setattr(mnist_core, "__version__", "7.8.9")
    page = OpenPage(TRAIN)
    assert page.app.sidebar.caption[-1].value == "Version 7.8.9"


def test_the_package_takes_its_version_from_the_code():
    project = tomllib.loads(PROJECT.joinpath("pyproject.toml").read_text())
    assert "version" in project["project"]["dynamic"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "mnist_core.__version__"}


def test_the_changelog_begins_with_this_version():
    headings = re.findall(r"^## \[?([\d.]+)", PROJECT.joinpath("CHANGELOG.md").read_text(), flags=re.MULTILINE)
    assert headings[0] == mnist_core.__version__


def test_the_package_depends_on_all_that_is_required_and_on_nothing_else(monkeypatch):
    told: dict[str, Any] = {}
    monkeypatch.setattr("setuptools.setup", lambda **options: told.update(options))
    runpy.run_path(str(PROJECT / "setup.py"))
    lines = PROJECT.joinpath("requirements.txt").read_text().splitlines()
    assert told["install_requires"] == [line.split()[0] for line in lines if re.match(r"\w", line)]
    assert "distributed==" in " ".join(told["extras_require"]["cluster"])


def test_the_package_brings_every_file_of_the_core_along():
    """Editable or not; Python files come by themselves."""
    project = tomllib.loads(PROJECT.joinpath("pyproject.toml").read_text())
    patterns = project["tool"]["setuptools"]["package-data"]["*"]
    others = [path for path in PROJECT.glob("mnist_core/**/*.*") if path.suffix not in (".py", ".pyc")]
    assert others
    assert [path.name for path in others if not any(path.match(pattern) for pattern in patterns)] == []
