"""The units that decide between the answer and its runner-up: their votes, what they look for, and one sum unfolded."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from mnist_core.charts.vote_bars import vote_bars
from mnist_core.evaluation.forward_pass import ForwardPass, UnfoldedSum
from mnist_core.text.escape import for_html, for_markdown, sentence_for_markdown
from mnist_core.text.words import counted, signed
from pages.components.plot.plot import plot
from pages.inside.number_pictures import STYLE, signed_html
from pages.inside.which_layer import choose_layer
from pages.visit import session

SHOWN = 6
_LAYER, _UNIT = "inside_layer", "inside_unit"

_STYLE = """
.inside-units { display: grid; gap: 0.75rem 1.25rem; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); }
.inside-units figure { margin: 0; display: grid; grid-template-columns: 1fr 1fr; gap: 0.25rem; font-size: 0.8125rem;
    line-height: 1.3; }
.inside-units figcaption { grid-column: 1 / -1; }
.inside-units small { opacity: 0.8; font-size: 0.75rem; }
.inside-sum { display: grid; grid-template-columns: repeat(3, minmax(0, 11rem)); gap: 0.5rem 1.75rem; }
.inside-sum figure { margin: 0; font-size: 0.8125rem; line-height: 1.35; position: relative; }
.inside-sum figure + figure::before { content: attr(data-sign); position: absolute; left: -1.25rem; top: 35%;
    font-size: 1.25rem; }
"""


def show_votes(passed: ForwardPass, pair: tuple[int, int], class_names: Sequence[str]) -> None:
    """Show what each unit of the last hidden layer adds to the gap between the answer and its runner-up."""
    one, other = (class_names[label] for label in pair)
    st.header(
        f"Who voted for {for_markdown(one)}, and who for {for_markdown(other)}",
        help="A unit's vote is its output times the difference of its weights to the two classes: "
        "h_j · (W[j, a] − W[j, b]). All votes and the difference of the biases sum to the difference of the two "
        "logits, since logits are sums. For the last hidden layer this is exact. Elhage et al., A mathematical "
        "framework for transformer circuits, 2021, split logits likewise.",
    )
    chart = vote_bars(passed.votes(*pair), one, other)
    st.markdown(
        f"The units whose votes are largest decide: :blue[blue] for {for_markdown(one)}, :orange[orange] for "
        f"{for_markdown(other)}."
    )
    plot(chart.figure, key="inside_votes", summary=chart.summary, height=320)
    st.caption(sentence_for_markdown(chart.summary))


@st.fragment
def show_units(passed: ForwardPass, pair: tuple[int, int]) -> None:
    """Show what the strongest units of a layer look for and find in this digit, and the sum of one of them."""
    st.header(
        "What the strongest units look for, and what they find",
        help="Left: the weights of the pixels, blue above 0 and orange below. Right: the same weights times the pixels "
        "of this digit, so only where there is ink. In a layer after the first, the weights are the gradient of the "
        "unit's sum by the pixels at this digit: those of all paths that lead to it. Source: Simonyan, Vedaldi and "
        "Zisserman, Deep inside convolutional networks, 2013.",
    )
    layer = choose_layer(len(passed.layers) - 1, _LAYER)
    units = passed.strongest_units(layer, *pair)[:SHOWN]
    figures = "".join(_unit_html(passed, layer, unit) for unit in units)
    st.html(f'<style>{STYLE}{_STYLE}</style><div class="inside-units">{figures}</div>')
    if session.widget(_UNIT, None) not in units:
        session.set_widget(_UNIT, units[0])
    unit = st.segmented_control("Unfold the sum of unit", units, required=True, key=_UNIT, persist_state="session")
    _show_sum(passed, layer, units[0] if unit is None else unit)


def _unit_html(passed: ForwardPass, layer: int, unit: int) -> str:
    unfolded = passed.unfolded(layer, unit)
    computed = passed.layers[layer]
    words = f"sum {signed(float(computed.sums[unit]), 2)}, output {computed.outputs[unit]:.2f}"
    return (
        f"<figure>{signed_html(unfolded.weights, f'Unit {unit}: its weights')}"
        f"{signed_html(unfolded.products, f'Unit {unit}: its weights times the pixels')}"
        f"<figcaption><b>Unit {unit}</b><br>{for_html(words)}</figcaption></figure>"
    )


def _show_sum(passed: ForwardPass, layer: int, unit: int) -> None:
    """Show pixels × weights = products as three pictures, and in words what they sum to."""
    unfolded = passed.unfolded(layer, unit)
    pictures = (
        ("", "Pixels of this digit", unfolded.pixels),
        ("×", f"Weights of unit {unit}", unfolded.weights),
        ("=", "Products", unfolded.products),
    )
    figures = "".join(
        f'<figure data-sign="{sign}">{signed_html(values, text)}{for_html(text)}</figure>'
        for sign, text, values in pictures
    )
    st.html(f'<style>{STYLE}{_STYLE}</style><div class="inside-sum">{figures}</div>')
    st.markdown(sentence_for_markdown(_sum_sentence(passed, layer, unit, unfolded)))


def _sum_sentence(passed: ForwardPass, layer: int, unit: int, unfolded: UnfoldedSum) -> str:
    """Say what the products and the remainder sum to, and what the activation makes of it."""
    products = unfolded.products
    above, below = products[products > 0], products[products < 0]
    first = layer == 0 and not passed.network.convolutions
    if first:
        rest = "the bias adds"
    elif passed.network.is_piecewise_linear:
        rest = "the biases up to here add"
    else:
        rest = "what is not linear before it adds"
    activation = passed.network.layers[layer].activation
    computed = passed.layers[layer]
    return (
        f"{counted(len(above), 'pixel')} add {signed(float(above.sum()), 2)}, {len(below)} take "
        f"{signed(float(below.sum()), 2)}, and {rest} {signed(unfolded.remainder, 2)}. Together "
        f"{signed(float(computed.sums[unit]), 2)}, of which {activation} makes {computed.outputs[unit]:.2f}."
    )
