"""The words in a figure in another language: titles, names of traces, notes, and what is shown under the pointer."""

from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go

from mnist_core.text.translation import ENGLISH, translated

_WORDS = ("text", "title", "name", "label", "hovertemplate")
"""Where plotly has words. Whatever else is there, such as names of classes, no catalogue knows, and it stays."""


def figure_json(figure: go.Figure, language: str) -> str:
    """Return a figure as plotly.js reads it, with the words that the catalogue of a language knows put into it."""
    text = str(figure.to_json())
    return text if language == ENGLISH else json.dumps(_in_language(json.loads(text), language))


def _in_language(part: Any, language: str) -> Any:
    if isinstance(part, list):
        return [_in_language(each, language) if isinstance(each, dict) else each for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: translated(value, language)
        if name in _WORDS and isinstance(value, str)
        else _in_language(value, language)
        for name, value in part.items()
    }
