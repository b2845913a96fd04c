"""Documents and comments speak of what is there: links lead somewhere, and files and functions that are named exist."""

from __future__ import annotations

import io
import re
import tokenize
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
    code = [path for folder in FOLDERS for path in PROJECT.glob(f"{folder}/**/*.py")]
    sources = {path: path.read_text(encoding="utf-8") for path in code}
    known = {part for path in code for part in path.relative_to(PROJECT).with_suffix("").parts}
    known |= {token.string for source in sources.values() for token in identifiers(source)}
    seen = [(name(path), text) for path, source in sources.items() for text in re.findall(r"\bsee `([\w.]+)`", source)]
    assert [(path, text) for path, text in seen if not set(text.split(".")) <= known] == []


def identifiers(source: str) -> list[tokenize.TokenInfo]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [token for token in tokens if token.type == tokenize.NAME]


def leads_somewhere(document: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    file = document.parent / path if path else document
    return file.exists() and (not anchor or anchor in anchors(file))


def anchors(document: Path) -> set[str]:
    """The names by which GitHub leads to headings: lower case, no punctuation, hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
