"""Texts of the app, and what its source says of itself, keep to words that a newcomer can look up."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path for folder in ("mnist_core", "pages") for kind in ("py", "js") for path in (ROOT / folder).rglob(f"*.{kind}")
)
NOWHERE = {
    r"\banew\b": "again",
    r"\bby heart\b": "memorises",
    r"\bno longer (?:a )?numbers?\b": "not a number",
    r"\b(?:read wrongly|wrongly read)\b": "misread, misclassified",
}
"""Words that neither a text nor a comment uses, with those to use in their place."""
NOT_IN_TEXTS = {
    r"\b1 (?:classes|digits|drawings|epochs|images|runs|settings|steps|units)\b": "the singular",
    r"\b(?:is|are|was|were) told\b": "the page says",
    r"\bfor that (?:it|the|a)\b": "because",
    r"\b\d+e-\d+\b": "0.00001",
}
"""What no text for people says."""


def texts(path: Path) -> list[str]:
    """Return the strings of three words or more in a Python file, without its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone
        if len(node.value.split()) > 2
    ]


@pytest.mark.parametrize("words", NOWHERE)
def test_words_of_ours_are_replaced_by_usual_ones(words):
    found = [
        (path.relative_to(ROOT).as_posix(), number)
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(words, line, re.IGNORECASE)
    ]
    assert not found, f"rather: {NOWHERE[words]}"


def test_no_text_for_people_uses_a_wrong_plural_or_a_private_turn():
    said = [
        (path.relative_to(ROOT).as_posix(), text) for path in SOURCES if path.suffix == ".py" for text in texts(path)
    ]
    found = [(*it, instead) for it in said for words, instead in NOT_IN_TEXTS.items() if re.search(words, it[1])]
    assert not found
    assert len(said) > 500, "the texts were found"
