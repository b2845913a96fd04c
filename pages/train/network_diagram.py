"""The network drawn as columns of neurons, and its layers in words."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import streamlit as st

from mnist_core.data import PIXELS
from mnist_core.model.architecture import Architecture, formula, layer_table
from mnist_core.text.escape import for_html
from pages.shared.text_table import show_text_table
from pages.visit.language import _

_HEIGHT, _GAP, _SHOWN = 110, 110, 6

# A component, since st.html takes SVG out; inside it, the colours follow the theme.
_picture = st.components.v2.component(
    "digits_network",
    html="<div></div>",
    css="\nsvg { display: block; color: var(--st-text-color); }\n",
    js="export default ({ data, parentElement }) => { parentElement.querySelector('div').innerHTML = data; }",
)


class _Column(NamedTuple):
    """A layer in the picture: so many neurons, or maps of which each has many, and what is written below them."""

    size: int
    name: str
    maps: str = ""

    @property
    def words(self) -> str:
        """What the layer is, for the text of the picture."""
        if self.maps:
            return _("{number:,} maps of {size}", number=self.size, size=self.maps)
        return _("{number:,}", number=self.size)


def _columns(architecture: Architecture) -> list[_Column]:
    maps = [
        _Column(it.filters, _("maps {side}×{side}", side=it.pooled), f"{it.pooled} × {it.pooled}")
        for it in architecture.maps
    ]
    hidden = [_Column(layer.units, layer.activation) for layer in architecture.hidden]
    return [_Column(PIXELS, _("pixels")), *maps, *hidden, _Column(architecture.classes, "softmax")]


def draw_network(architecture: Architecture) -> None:
    """Draw a network: neurons, connections, and how many of each there are."""
    columns = _columns(architecture)
    words = " → ".join(column.words for column in columns)
    places = [_positions(column.size) for column in columns]
    parts = [_edges(index, left, right) for index, (left, right) in enumerate(pairwise(places))]
    for index, column in enumerate(columns):
        parts += [_neurons(index, places[index], column.maps), _caption(index, column)]
    spoken = _("The network: {layers}", layers=words)
    width = 80 + _GAP * (len(columns) - 1)
    box = f'viewBox="0 0 {width} {_HEIGHT + 44}" role="img" aria-label="{for_html(spoken)}"'
    size = 'style="width: 100%; max-height: 15rem"'
    _picture(key="network_picture", data=f"<svg {box} {size}>{''.join(parts)}</svg>")


def describe_layers(architecture: Architecture) -> None:
    """Show the formula and a table like `model.summary()`."""
    st.latex(formula(architecture))
    rows = [
        {
            _("Layer"): _(layer.name),
            _("Output"): _("{number:,}", number=layer.units),
            _("Activation"): layer.activation,
            _("Parameters"): _("{number:,}", number=layer.parameters),
            _("Details"): _(layer.arithmetic),
        }
        for layer in layer_table(architecture)
    ]
    show_text_table(rows)
    st.caption(
        _("{number:,} parameters: the numbers that training changes.", number=architecture.parameters)
        + f" {_about_units(architecture)}{_about_filters(architecture)}"
    )
    st.caption(
        _(
            "Softmax turns the outputs of the last layer into probabilities that add up to 1: the larger an output, "
            "the more probable its class."
        ),
        help=_("Of the outputs $z_1, z_2, \\dots$, class $i$ gets the probability $e^{z_i} / \\sum_j e^{z_j}$."),
    )


def _about_units(architecture: Architecture) -> str:
    if not architecture.normalised or not architecture.hidden:
        return _("Each unit has one weight for every input and one bias.")
    return _(
        "Each unit has one weight for every input. Those of the last layer also have a bias. Those of hidden layers "
        "have a scale and a shift instead: batch normalisation would subtract a bias again."
    )


def _about_filters(architecture: Architecture) -> str:
    if not architecture.convolutions:
        return ""
    return " " + _(
        "A filter has the same few weights at every place of the image, so convolutional layers need few parameters."
    )


def _positions(size: int) -> list[float]:
    shown = min(size, _SHOWN)
    step = _HEIGHT / _SHOWN
    top = (_HEIGHT - step * shown) / 2 + step / 2
    return [top + step * row for row in range(shown)]


def _x(index: int) -> float:
    return 40 + index * _GAP


def _edges(index: int, left: list[float], right: list[float]) -> str:
    lines = "".join(f"M{_x(index) + 6} {start:.0f}L{_x(index + 1) - 6} {end:.0f}" for start in left for end in right)
    return f'<path d="{lines}" stroke="currentColor" stroke-opacity="0.14" fill="none"/>'


def _neurons(index: int, places: list[float], maps: str) -> str:
    """Return the neurons of a layer as discs, or its maps as squares."""
    colour = 'fill="#0072B2" fill-opacity="0.85"'
    if maps:
        return "".join(f'<rect x="{_x(index) - 6}" y="{y - 6:.0f}" width="12" height="12" {colour}/>' for y in places)
    return "".join(f'<circle cx="{_x(index)}" cy="{y:.0f}" r="6" {colour}/>' for y in places)


def _caption(index: int, column: _Column) -> str:
    size = _("{number:,}", number=column.size)
    more = "" if column.size <= _SHOWN else "…"
    middle = f'x="{_x(index)}" text-anchor="middle" fill="currentColor"'
    return (
        f'<text {middle} y="{_HEIGHT + 2}" font-size="14">{more}</text>'
        f'<text {middle} y="{_HEIGHT + 22}" font-size="17" font-weight="600">{size}</text>'
        f'<text {middle} y="{_HEIGHT + 40}" font-size="14" fill-opacity="0.8">{for_html(column.name)}</text>'
    )
