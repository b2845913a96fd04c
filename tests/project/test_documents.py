"""Documents and comments speak of what is there: links lead somewhere, and files and functions that are named exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
DOCUMENTS = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md")])
FOLDERS = ("mnist_core", "pages", "tests", "scripts", "benchmarks", "soak", "docs", ".github", ".ci", ".streamlit")


def name(document: Path) -> str:
    return str(document.relative_to(PROJECT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_links_to_files_and_headings_of_the_project_lead_somewhere(document: Path):
    targets = re.findall(r"\]\((?!https?:)([^)\s]+)\)", document.read_text(encoding="utf-8"))
    assert [target for target in targets if not leads_somewhere(document, target)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_files_and_folders_that_are_named_exist(document: Path):
    quoted = re.findall(r"`([\w./-]+)`", document.read_text(encoding="utf-8"))
    paths = [text for text in quoted if text.split("/")[0] in FOLDERS and "/" in text]
    assert [path for path in paths if not (PROJECT / path).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_a_function_that_is_said_to_be_in_a_file_is_in_it(document: Path):
    said = re.findall(r"`(\w+)` (?:in|of) `([\w/]+\.(?:py|js))`", document.read_text(encoding="utf-8"))
    assert [pair for pair in said if not re.search(rf"\b{pair[0]}\b", (PROJECT / pair[1]).read_text())] == []


@pytest.mark.parametrize("folder", ["mnist_core", "pages"])
def test_the_architecture_lists_every_module(folder: str):
    modules = {path.relative_to(PROJECT).as_posix() for path in (PROJECT / folder).rglob("*.py")}
    assert listed_modules(folder) == {module for module in modules if not module.endswith("__init__.py")}


def listed_modules(folder: str) -> set[str]:
    """The modules in the tree of docs/architecture.md, of which each line names a folder and modules in it."""
    text = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
    tree = text.split("## The tree")[1].split("## ")[0]
    lines = [line.split() for line in tree.splitlines() if line.startswith(f"{folder}/")]
    return {f"{place}{module}" for place, *modules in lines for module in modules}


@pytest.mark.slow
def test_what_comments_tell_to_see_exists():
    sources = {
        path: path.read_text(encoding="utf-8") for folder in FOLDERS for path in PROJECT.glob(f"{folder}/**/*.py")
    }
    known = {pair for path, source in sources.items() for pair in names_in(path, source)}
    told = [(name(path), text) for path, source in sources.items() for text in re.findall(r"\bsee `([\w.]+)`", source)]
    assert [(path, text) for path, text in told if not set(pairwise(["", *text.split(".")])) <= known] == []
    assert len(told) > 20, "the references were found"


def names_in(path: Path, source: str) -> Iterator[tuple[str, str]]:
    """Yield each name of a module, its own and its folders' included, after "" and after what it belongs to."""
    parts = [part for part in path.relative_to(PROJECT).with_suffix("").parts if part != "__init__"]
    tree = ast.parse(source)
    imported = {alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    yield from pairwise(parts)
    yield from ((owner, one) for one in names_of(tree.body) | imported for owner in ("", parts[-1]))
    yield from (("", part) for part in parts)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from ((owner, one) for one in names_of(node.body) for owner in ("", node.name))


def names_of(body: list[ast.stmt]) -> set[str]:
    """The functions, classes and variables that a module or a class defines."""
    defined = {node.name for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    targets = [node.targets[0] for node in body if isinstance(node, ast.Assign)]
    targets += [node.target for node in body if isinstance(node, ast.AnnAssign)]
    return defined | {target.id for target in targets if isinstance(target, ast.Name)}


def leads_somewhere(document: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    file = document.parent / path if path else document
    return file.exists() and (not anchor or anchor in anchors(file))


def anchors(document: Path) -> set[str]:
    """The names by which GitHub leads to headings: lower case, no punctuation, hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
