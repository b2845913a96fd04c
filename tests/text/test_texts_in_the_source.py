"""In the source of the pages, no text of a person goes to Streamlit's Markdown but through a gate."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "pages"
MARKDOWN = {
    *("markdown", "write", "caption", "title", "header", "subheader", "error", "warning", "info", "success", "toast"),
    *("badge", "metric", "button", "checkbox", "toggle", "radio", "popover", "expander", "page_link", "progress"),
}
"""Functions of Streamlit whose first text is Markdown."""
GATES = {"for_markdown", "sentence_for_markdown"}
ATTRIBUTES = {
    *("name", "nickname", "title", "notes", "tags", "imported", "message", "problem", "file_name", "description"),
    *("class_names", "thing", "summary"),
}
VARIABLES = {"nickname", "notes", "message", "problem", "problems", "error", "reason", "class_names", "description"}
"""How attributes and variables are called that hold what a person has typed, or may quote it."""
HARMLESS = {
    ("compare/sweep/charts.py", "chart.summary"),
    ("evaluate/two_runs/difference.py", "network.name"),
    ("evaluate/two_runs/difference.py", "other.name"),
    ("navigation.py", "each.title"),
    ("train/experiments/panel.py", "found.experiment.title"),
}
"""Of settings, pages, experiments and networks (as "run 12") of ours, which have no texts of people."""


def ungated(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what holds a person's text within an expression, outside of all gates."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GATES:
        return
    if (isinstance(node, ast.Name) and node.id in VARIABLES) or (
        isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES
    ):
        yield node
    else:
        for child in ast.iter_child_nodes(node):
            yield from ungated(child)


@pytest.mark.parametrize("path", sorted(PAGES.rglob("*.py")), ids=lambda path: path.relative_to(PAGES).as_posix())
def test_texts_of_people_pass_a_gate(path):
    place = path.relative_to(PAGES).as_posix()
    found = [
        (call.lineno, ast.unparse(bad))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in MARKDOWN
        if isinstance(call.func.value, ast.Name) and call.func.value.id == "st"
        for text in [*call.args[:1], *(it.value for it in call.keywords if it.arg in ("help", "label", "body"))]
        for bad in ungated(text)
        if (place, ast.unparse(bad)) not in HARMLESS
    ]
    assert not found
