"""The words in a figure in another language: titles, names of traces, notes, and what is shown under the pointer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import chain
from typing import Any

import numpy as np
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
    return json.dumps(_in_language(json.loads(text), language, _sentences(figure)))


def _sentences(figure: go.Figure) -> Mapping[str, Sentence]:
    """Return the sentences with values in a figure, by what they are in English, which is all that its JSON has."""
    beside = [np.ravel(line.customdata) for line in figure.data if getattr(line, "customdata", None) is not None]
    texts = chain((line.name for line in figure.data), *beside)
    return {str(text): text for text in texts if isinstance(text, Sentence)}


def _in_language(part: Any, language: str, sentences: Mapping[str, Sentence]) -> Any:
    if isinstance(part, str):
        return translated(sentences[part], language) if part in sentences else part
    if isinstance(part, list):
        return [_in_language(each, language, sentences) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: translated(value, language)
        if name in _WORDS and isinstance(value, str) and value not in sentences
        else _in_language(value, language, sentences)
        for name, value in part.items()
    }
