"""A heatmap of true classes down and predicted ones across, with numbers in its cells: see confusion_matrix.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.charts.figure import CLASS_AXIS, MUTED_TEXT, PAGE, PANEL, TEXT, Trace, bare_figure, trace
from mnist_core.text.escape import for_chart
from mnist_core.text.sentence import marked

DARK_TEXT_STRENGTH = 0.55
"""The strength of the colour, 0 to 1, above which the text is dark, which is readable in both themes."""
DARK_TEXT = "#1A1A1A"
MOST_WITH_NUMBERS = 20
"""With more classes, the numbers do not fit into the cells; hovering over a cell shows its number."""
FEWEST = 0.3
"""The strength of the smallest number above 0, so that it differs from 0."""


class Layer(NamedTuple):
    """Cells with the same colours: a mask (bool, the shape of the matrix), their colour scale and text colour.

    A plotly heatmap has one text colour for all cells, so one heatmap is drawn for each layer.
    """

    cells: NDArray[np.bool_]
    colour_scale: tuple[str, str]
    text_colour: str


class Cells(NamedTuple):
    """What stands in the cells (classes, classes): strength of the colour, 0 to 1, text, and words for the hover."""

    strength: NDArray[np.floating]
    texts: NDArray[np.str_]
    words: Sequence[Sequence[str]]


def class_heatmap(
    cells: Cells, layers: Sequence[Layer], class_names: Sequence[str], shapes: Sequence[dict[str, Any]] = ()
) -> go.Figure:
    """Draw the cells in the colours of the layers, each cell being in one; words are escaped already."""
    heatmaps = [_heatmap(layer, cells, [for_chart(name) for name in class_names]) for layer in layers]
    down = {**CLASS_AXIS, "title": {"text": marked("True"), "standoff": 8}, "autorange": "reversed"}
    across = {**CLASS_AXIS, "title": {"text": marked("Predicted"), "standoff": 8}, "side": "top"}
    framed = {"shapes": list(shapes)} if shapes else {}
    return bare_figure(heatmaps, xaxis=across, yaxis=down, **framed)


def neutral_layers(correct: NDArray[np.bool_], empty: NDArray[np.bool_]) -> list[Layer]:
    """Return the layers without a colour: correct predictions, and cells whose number is 0."""
    return [Layer(correct, (PANEL, PANEL), TEXT), Layer(empty, (PAGE, PAGE), MUTED_TEXT)]


def coloured_layers(
    coloured: NDArray[np.bool_], strength: NDArray[np.floating], colour_scale: tuple[str, str]
) -> list[Layer]:
    """Return the layers of coloured cells, those of a strong colour with dark text."""
    strong = strength >= DARK_TEXT_STRENGTH
    return [Layer(coloured & ~strong, colour_scale, TEXT), Layer(coloured & strong, colour_scale, DARK_TEXT)]


def logarithmic_strength(numbers: NDArray[np.number]) -> NDArray[np.floating]:
    """Return the strength of the colour for each number, 0 or more: 1 for the largest, `FEWEST` for 1 and less.

    The scale is logarithmic, so that one error, three and ten can be told apart.
    """
    largest = max(2.0, float(numbers.max(initial=0)))
    strength: NDArray[np.floating] = FEWEST + (1 - FEWEST) * np.log(np.maximum(numbers, 1)) / np.log(largest)
    return strength


def _heatmap(layer: Layer, cells: Cells, names: Sequence[str]) -> Trace:
    return trace(
        "heatmap",
        x=names,
        y=names,
        z=np.where(layer.cells, cells.strength, np.nan),
        zmin=0,
        zmax=1,
        colorscale=[[0, layer.colour_scale[0]], [1, layer.colour_scale[1]]],
        showscale=False,
        xgap=2,
        ygap=2,
        text=np.where(layer.cells & (len(names) <= MOST_WITH_NUMBERS), cells.texts, ""),
        texttemplate="%{text}",
        textfont={"color": layer.text_colour, "size": 14},
        customdata=np.array(cells.words, dtype=object),  # as they are: a page says them in its language
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
    )
