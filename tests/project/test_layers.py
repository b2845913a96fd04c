"""The layers of the design hold: who imports what, who keeps the session's state, what a web process loads."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
SESSION = Path("pages/visit/session.py")
REFRESHED = Path("pages/shared/refreshed.py")


@pytest.mark.slow
def test_import_contracts_hold(tmp_path: Path):
    lint = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()"]
    done = subprocess.run(
        [*lint, "--cache-dir", str(tmp_path)], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_what_test_modules_share_is_in_none_of_them():
    imported = {
        (path.name, name)
        for path in PROJECT.glob("tests/**/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in imported_names(node)
    }
    assert not {(path, name) for path, name in imported if re.search(r"\btest_", name)}


@pytest.mark.slow
def test_session_state_is_known_to_one_module():
    modules = [PROJECT / "app.py", *PROJECT.glob("pages/**/*.py"), *PROJECT.glob("mnist_core/**/*.py")]
    users = {path.relative_to(PROJECT) for path in modules if mentions_session_state(path.read_text(encoding="utf-8"))}
    assert users == {SESSION}


@pytest.mark.slow
def test_what_refreshes_itself_does_so_in_the_one_way_that_does_not_pale():
    refreshing = {
        path.relative_to(PROJECT)
        for path in PROJECT.glob("pages/**/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.keyword) and node.arg == "run_every"
    }
    assert refreshing == {REFRESHED}


@pytest.mark.parametrize(
    "code",
    [
        "import streamlit as st\nst.session_state['run'] = 1",
        "from streamlit import session_state as state",
        "getattr(st, 'session_state')",
    ],
)
def test_every_way_to_session_state_is_seen(code: str):
    assert mentions_session_state(code)


def test_words_about_session_state_do_not_count():
    assert not mentions_session_state('"""Keeps nothing in session_state."""\nx = 1  # session_state')


@pytest.mark.slow
def test_the_terminal_helps_without_loading_what_commands_need():
    code = (
        "import sys\nfrom mnist_core.cli.main import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'numpy', 'pandas', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.slow
def test_web_process_starts_without_tensorflow():
    code = "import sys, app; print(sorted({'tensorflow', 'keras'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def imported_names(node: ast.AST) -> list[str]:
    """The modules, and what of them, that a statement imports, by their full names."""
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=module, names=names):
            return [f"{module or ''}.{alias.name}" for alias in names]
    return []


def mentions_session_state(code: str) -> bool:
    """Tell whether code uses st.session_state: as an attribute, by importing it, or by its exact name in a string."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Attribute(attr="session_state") | ast.alias(name="session_state"):
                return True
            case ast.Constant(value="session_state"):
                return True
    return False
