"""A clone is the same on every machine, also where git is set to write Windows' line endings."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.programs import needed

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]
NOT_OURS = ("var", "__pycache__", "*.pyc", ".git", ".venv*", ".*_cache")


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """A repository with the project's files as they are."""
    folder = tmp_path / "original"
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns(*NOT_OURS))
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "--message=All")
    return folder


def test_a_clone_has_the_same_bytes_where_git_writes_the_line_endings_of_windows(original: Path, tmp_path: Path):
    """Shells, make and checksums take no others."""
    clone = tmp_path / "clone"
    git(tmp_path, "-c", "core.autocrlf=true", "clone", "--quiet", str(original), str(clone))
    assert contents(clone) == contents(original)
    command = ["sh", "scripts/find_python.sh"]
    assert subprocess.run(command, cwd=clone, capture_output=True, check=True).stdout.strip()


def git(folder: Path, *arguments: str) -> None:
    """Run git with nobody's settings but its own, on blobs that are not compressed."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = [needed("git", "git"), "-c", "core.compression=0", *arguments]
    subprocess.run(command, cwd=folder, env=environ, check=True)


def contents(folder: Path) -> dict[Path, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts]
    return {path.relative_to(folder): path.read_bytes() for path in files}
