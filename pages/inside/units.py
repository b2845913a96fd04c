"""The gallery of a layer's units: what each looks for, which classes it votes for, and what is lost without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.analyses import units_switched_off
from mnist_core.data import Dataset
from mnist_core.evaluation.hidden_units import HiddenUnits, hidden_units
from mnist_core.model.numpy_network import Network
from mnist_core.text.escape import for_html
from mnist_core.text.words import counted, percent, signed
from pages.components.gallery.buttons import press_in
from pages.components.gallery.gallery import grid_html
from pages.components.gallery.gallery_columns import UNIT_EXAMPLES
from pages.inside.number_pictures import STYLE, signed_html
from pages.inside.unit_epochs.unit_epochs import choose_epochs, show_unit_epochs
from pages.inside.which_digit import follow_test_image
from pages.inside.which_layer import choose_layer
from pages.shared import services
from pages.shared.analysis_job import Ask, analyses, request_for
from pages.shared.network_picker import ChosenNetwork

SHOWN = 24
_ASK = Ask(
    "Switch off each unit",
    "See the accuracy that is lost without each unit.",
    "Before the last layer, each unit changes all layers after it, so a worker computes this; it takes up to a minute.",
)
_LAYER, _SILENT = "inside_units_layer", "inside_silent"

_STYLE = """
.inside-gallery { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); }
.inside-gallery figure { margin: 0; font-size: 0.8125rem; line-height: 1.35; }
.inside-gallery .digits { margin-top: 0.25rem; gap: 2px; }
.inside-gallery figcaption { margin-top: 0.25rem; }
.inside-gallery b { display: block; font-size: 0.9375rem; font-weight: 600; }
"""


@st.fragment
def show_units_of_layer(choice: ChosenNetwork) -> None:
    """Show the most influential units of a hidden layer, and say how much depends on a single one."""
    network = choice.network
    hidden = len(network.layers) - 1
    if not hidden:
        st.info("This network has no hidden layer, so it has no hidden units.", icon=":material/info:")
        return
    layer = choose_layer(hidden, _LAYER)
    found = _hidden_units(_source(choice), choice.step, choice.dataset_sha256, layer, network)
    if layer < hidden - 1:
        found = _with_accuracy_lost(choice, layer, found)
    _show_summary(found, _are_pictures(network, layer))
    order = found.order
    silent = int((found.fires == 0).sum())
    if silent and st.toggle(f"Hide {counted(silent, 'unit')} with no output above 0", key=_SILENT):
        order = order[found.fires[order] > 0]
    if choose_epochs():
        show_unit_epochs(choice, layer, order[:SHOWN].tolist())
        return
    figures = "".join(_figure(choice, network, layer, found, int(unit)) for unit in order[:SHOWN])
    html = f'<style>{STYLE}{_STYLE}</style><div class="inside-gallery">{figures}</div>'
    pressed = press_in(html, found.excited_by[order[:SHOWN]].ravel().tolist(), key="inside_units")
    if len(order) > SHOWN:
        st.caption(f"The {SHOWN} most influential of {len(order):,} units.")
    if pressed is not None:
        follow_test_image(pressed)


def _with_accuracy_lost(choice: ChosenNetwork, layer: int, found: HiddenUnits) -> HiddenUnits:
    """Return the units with the accuracy that is lost without each, if a worker has computed it; or offer that."""
    results = analyses([request_for(choice, units_switched_off.NAME, {"layer": layer})], _ASK, key=f"units_{layer}")
    if not results or len(results[0].arrays["lost"]) != len(found.influence):
        return found
    arrays = results[0].arrays
    return replace(found, lost=arrays["lost"], images=int(arrays["images"]))


def _source(choice: ChosenNetwork) -> int | str:
    return services.STARTER if choice.run is None else choice.run.id


@st.cache_resource(max_entries=16, show_spinner="Switching off each unit …")
def _hidden_units(source: int | str, step: int, sha256: str, layer: int, _network: Network) -> HiddenUnits:
    dataset = services.dataset(sha256)
    return hidden_units(_network, dataset.test_images, dataset.test_labels, layer)


def _are_pictures(network: Network, layer: int) -> bool:
    """Whether the weights of a layer are weights of pixels."""
    return layer == 0 and not network.convolutions


def _show_summary(found: HiddenUnits, pictures: bool) -> None:
    look_at = "strokes that each unit looks for" if pictures else "images for which the output of each unit is largest"
    weights = "Large: the weights of the pixels, blue above 0 and orange below. " if pictures else ""
    influence = (
        "the standard deviation of the output times the length of the outgoing weights"
        if found.lost is None
        else "the accuracy that is lost if the unit alone is switched off"
    )
    st.markdown(
        f"{_summary(found)} Look at the {look_at}.",
        help=f"{weights}Small: the test images for which the unit's output is largest; press one to "
        f"follow it through the network. Influence is {influence}. Source for switching units off: Morcos et "
        "al., On the importance of single directions for generalization, 2018.",
    )


def _summary(found: HiddenUnits) -> str:
    """Say how much depends on a single unit, which is little in most networks."""
    count = len(found.influence)
    if found.lost is None:
        return f"The {count:,} units of this layer, the most influential first."
    most, none = int(found.lost.argmax()), int((found.lost <= 0).sum())
    if none == count:
        return f"The test accuracy does not fall without any one of the {counted(count, 'unit')}."
    without_loss = f"{none:,}" if none else "None"
    return (
        f"Without unit {most}, the test accuracy falls by {100 * found.lost[most]:.2f} points, the most of all "
        f"{counted(count, 'unit')} ({found.images:,} test images). "
        f"{without_loss} of them can be switched off, each alone, without a loss."
    )


def _figure(choice: ChosenNetwork, network: Network, layer: int, found: HiddenUnits, unit: int) -> str:
    weights = network.layers[layer].kernel[:, unit]
    picture = signed_html(weights, f"Unit {unit}: its weights") if _are_pictures(network, layer) else ""
    names = choice.dataset.class_names
    lines = [f"Above 0 for {percent(float(found.fires[unit]), 0)} of the images"]
    if layer == len(network.layers) - 2:
        lines = [_votes(network.layers[-1].kernel[unit], names), *lines]
    if found.lost is not None:
        lines.append(f"Without it: {signed(-100 * float(found.lost[unit]), 2)} points")
    caption = "<br>".join(map(for_html, lines))
    return (
        f"<figure>{picture}{_examples(choice.dataset, unit, found.excited_by[unit])}"
        f"<figcaption><b>Unit {unit}</b>{caption}</figcaption></figure>"
    )


def _votes(weights: NDArray[np.float32], names: Sequence[str]) -> str:
    """Say for which class a unit votes most, and against which, by its outgoing weights (classes,)."""
    return f"For {names[int(weights.argmax())]}, against {names[int(weights.argmin())]}"


def _examples(dataset: Dataset, unit: int, numbers: NDArray[np.intp]) -> str:
    """Return the test images with a unit's largest outputs, each as a button."""
    labels = [
        f"Unit {unit}: test image {number}, {dataset.class_names[dataset.test_labels[number]]}, one of those with its "
        "largest outputs"
        for number in numbers
    ]
    return grid_html(dataset.test_images[numbers], [""] * len(labels), labels, UNIT_EXAMPLES, numbers.tolist())
