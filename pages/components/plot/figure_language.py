"""The words in a figure in another language: titles, names of traces, notes, and what is shown under the pointer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from mnist_core.text.sentence import Sentence
from mnist_core.text.translation import ENGLISH, translated

_WORDS = ("text", "title", "name", "label", "hovertemplate")
"""Where plotly has words. Whatever else is there, such as names of classes, no catalogue knows, and it stays."""


def figure_json(figure: go.Figure, language: str) -> str:
    """Return a figure as plotly.js reads it, with the words that the catalogue of a language knows put into it."""
    text = str(figure.to_json())
    if language == ENGLISH:
        return text
    names = {str(line.name): line.name for line in figure.data if isinstance(line.name, Sentence)}
    return json.dumps(_in_language(json.loads(text), language, names))


def _in_language(part: Any, language: str, names: Mapping[str, Sentence]) -> Any:
    if isinstance(part, list):
        return [_in_language(each, language, names) if isinstance(each, dict) else each for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: translated(names.get(value, value), language)
        if name in _WORDS and isinstance(value, str)
        else _in_language(value, language, names)
        for name, value in part.items()
    }
