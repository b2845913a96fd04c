"""The way of one digit through the network in steps: formula, shape and the numbers of this digit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.charts.figure import BLUE, GREY, ORANGE
from mnist_core.data import IMAGE_SIZE, PIXELS
from mnist_core.evaluation.forward_pass import ForwardPass
from mnist_core.model.input_scaling import SCALINGS
from mnist_core.text.escape import for_html
from mnist_core.text.words import percent, signed
from pages.inside.number_pictures import STYLE, grey_html, maps_html, signed_html
from pages.visit import session

TEMPERATURES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
MIDDLE = slice(IMAGE_SIZE // 2 - 3, IMAGE_SIZE // 2 + 4)
"""The rows and columns of the pixels that are shown as numbers."""

_TEMPERATURE = "inside_temperature"
_STYLE = """
.inside-steps { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(7.5rem, 1fr)); }
.inside-steps > div { min-width: 0; font-size: 0.8125rem; line-height: 1.35; }
.inside-steps b { display: block; font-size: 0.9375rem; font-weight: 600; }
.inside-steps em { display: block; margin-bottom: 0.4rem; white-space: nowrap; }
.inside-steps small { display: block; margin-top: 0.3rem; font-size: 0.8125rem; opacity: 0.8; }
.inside-steps table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
.inside-steps :is(td, th) { border: 0; padding: 0; line-height: 1.3; font-weight: inherit; }
.inside-steps .middle { aspect-ratio: 1; table-layout: fixed; font-size: 0.5625rem; text-align: center; }
.inside-steps .bars { table-layout: fixed; }
.inside-steps .bars th { width: 25%; text-align: left; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.inside-steps .bars td { position: relative; width: 35%; height: 1.2rem; }
.inside-steps .bars td:last-child { width: 40%; text-align: right; white-space: nowrap; }
.inside-steps .bars i { position: absolute; top: 20%; height: 60%; border-radius: 2px; }
.inside-steps .best { font-weight: 600; }
"""

Card = tuple[str, str, str, str]
"""A step: its title, its formula or shape, the HTML of its numbers, and a sentence."""


@st.fragment
def show_steps(passed: ForwardPass, image: NDArray[np.float32], class_names: Sequence[str]) -> None:
    """Draw the steps from the pixels to the probabilities, and a slider for the temperature of the softmax."""
    steps = (_of_input(passed, image), _of_convolutions(passed), _of_hidden_layers(passed))
    cards = [card for step in steps for card in step] + [*_of_output(passed, class_names)]
    items = "".join(_item(number, card) for number, card in enumerate(cards, 1))
    st.html(f'<style>{STYLE}{_STYLE}</style><div class="inside-steps" role="list">{items}</div>')
    session.init_widget(_TEMPERATURE, 1.0)
    st.select_slider(
        "Softmax temperature",
        TEMPERATURES,
        key=_TEMPERATURE,
        persist_state="session",
        width=420,
        help="The logits are divided by this number before the softmax. At 1, the probabilities are the network's "
        "answer. Below 1 it is surer, above 1 less sure; the order of the classes stays. Source: Hinton, Vinyals and "
        "Dean, Distilling the Knowledge in a Neural Network, 2015.",
    )


def _of_input(passed: ForwardPass, image: NDArray[np.float32]) -> Iterator[Card]:
    yield "Pixels", "28 × 28", grey_html(image, "The digit"), "0 is black, 255 is white."
    scaling = passed.network.scaling
    how = f"These pixels are scaled to be pixels {SCALINGS[scaling].words}. " if scaling else ""
    ink = int(np.count_nonzero(passed.pixels))
    yield (
        f"{PIXELS} numbers",
        "x = pixels / 255",
        _middle_html(passed.pixels),
        f"{how}{ink} are not 0. Here are the middle 7 × 7.",
    )


def _of_convolutions(passed: ForwardPass) -> Iterator[Card]:
    """Show the filters of the first layer, and the maps that each layer makes."""
    if not passed.network.convolutions:
        return
    filters = passed.network.convolutions[0].kernel[:, :, 0]
    size, _, count = filters.shape
    says = f"Each is moved over the image: {size} × {size} weights, blue above 0 and orange below."
    yield "Filters", f"F: {count} × {size} × {size}", maps_html(filters, f"{count} filters"), says
    last, given, read = len(passed.maps), "x", "the image"
    for number, (layer, maps) in enumerate(zip(passed.network.convolutions, passed.maps, strict=True), 1):
        side, _, count = maps.shape
        made = f"{count} maps of {side} × {side}"
        yield (
            f"Maps {number}",
            f"{'f' if number == last else 'm'} = pool({layer.activation}({given}∗F + a))",
            maps_html(maps, made),
            f"{made}: what each of {count} filters finds in {read}. Pooling keeps the largest of each 2 × 2.",
        )
        given, read = "m", f"all {count} maps"


def _of_hidden_layers(passed: ForwardPass) -> Iterator[Card]:
    several = len(passed.layers) > 2
    for number, (layer, computed) in enumerate(zip(passed.network.layers[:-1], passed.layers, strict=False), 1):
        which = f" {number}" if several else ""
        given = "h" if number > 1 else "f" if passed.network.convolutions else "x"
        inputs, units = layer.kernel.shape
        above = int((computed.sums > 0).sum())
        yield (
            f"Sums{which}" if several else "Weighted sums",
            f"z = {given}·W + b",
            signed_html(computed.sums, f"{units} sums, {above} above 0"),
            f"{inputs} × {units} weights. {above} of {units} sums are above 0 (blue).",
        )
        largest = float(np.abs(computed.outputs).max())
        yield (
            f"Activations{which}",
            f"h = {layer.activation}(z)",
            signed_html(computed.outputs, f"{units} outputs"),
            f"{int(np.count_nonzero(computed.outputs))} of {units} are not 0; the largest is {largest:.2f}.",
        )


def _of_output(passed: ForwardPass, class_names: Sequence[str]) -> Iterator[Card]:
    given = "h" if len(passed.layers) > 1 else "f" if passed.network.convolutions else "x"
    inputs, classes = passed.network.layers[-1].kernel.shape
    logits = passed.logits
    texts = [signed(float(logit), 2) for logit in logits]
    bars = _bars_html(class_names, logits - logits.min(), texts)
    says = f"{inputs} × {classes} weights. Bars: how far above the smallest, which is all that softmax sees."
    yield "Logits", f"z = {given}·W + b", bars, says
    temperature = float(session.widget(_TEMPERATURE, 1.0))
    probabilities = passed.probabilities(temperature)
    formula = "p = softmax(z)" if temperature == 1 else f"p = softmax(z / {temperature:g})"
    best = int(probabilities.argmax())
    says = f"They sum to 1. The answer is {class_names[best]}."
    yield "Probabilities", formula, _bars_html(class_names, probabilities, [percent(p, 1) for p in probabilities]), says


def _item(number: int, card: Card) -> str:
    title, formula, picture, sentence = card
    return (
        f'<div role="listitem"><b>{number}. {for_html(title)}</b><em>{for_html(formula)}</em>{picture}'
        f"<small>{for_html(sentence)}</small></div>"
    )


def _middle_html(pixels: NDArray[np.floating]) -> str:
    """Return the numbers in the middle of the image as a table, each on its own shade of blue or orange."""
    middle = pixels.reshape(IMAGE_SIZE, IMAGE_SIZE)[MIDDLE, MIDDLE]
    strongest = float(np.abs(middle).max()) or 1.0
    rows = "".join(f"<tr>{''.join(_cell(float(value), strongest) for value in row)}</tr>" for row in middle)
    return f'<table class="middle">{rows}</table>'


def _cell(value: float, strongest: float) -> str:
    share = 60 * abs(value) / strongest
    colour = BLUE if value >= 0 else ORANGE
    return f'<td style="background:color-mix(in srgb,{colour} {share:.0f}%,transparent)">{_short(value)}</td>'


def _short(value: float) -> str:
    """Return a number in as little room as it needs: "0", ".35", "1", "−.1"."""
    return f"{value:.2f}".rstrip("0").rstrip(".").replace("0.", ".").replace("-", "−") or "0"


def _bars_html(names: Sequence[str], values: NDArray[np.floating], texts: Sequence[str]) -> str:
    """Return a table with a bar for each class. `values` (classes,), 0 at least, are lengths of bars."""
    longest = float(values.max()) or 1.0
    best = int(values.argmax())
    rows = "".join(
        f'<tr class="{"best" if index == best else ""}"><th scope="row">{for_html(name)}</th>'
        f'<td><i style="width:{100 * value / longest:.1f}%;background:{BLUE if index == best else GREY}"></i></td>'
        f"<td>{for_html(text)}</td></tr>"
        for index, (name, value, text) in enumerate(zip(names, values.tolist(), texts, strict=True))
    )
    return f'<table class="bars">{rows}</table>'
