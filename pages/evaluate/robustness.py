"""Robustness: how much noise, rotation or other disturbance of the test images networks bear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.analyses import robustness
from mnist_core.charts.robustness_curves import RobustnessCurve, in_words, robustness_curves
from mnist_core.data import Dataset
from mnist_core.evaluation.disturbances import DISTURBANCES, Disturbance
from mnist_core.evaluation.robustness import LEVEL, as_pixels
from mnist_core.runs import AnalysisRequest
from mnist_core.text.escape import for_html, sentence_for_markdown
from mnist_core.text.sentence import marked
from mnist_core.text.words import capitalised, percent
from pages.components.gallery.gallery import sprite_url
from pages.components.plot.plot import plot
from pages.shared.analysis_job import Ask, Result, analyses, request_for
from pages.shared.network_picker import ChosenNetwork, choose_networks
from pages.visit import session
from pages.visit.language import _

MOST_NETWORKS = 4
"""The number of curves that can be told apart where they cross."""
SHOWN = 6
"""How many test digits are shown as the networks see them."""
_KIND = "robustness_kind"
_ASK = Ask(
    marked("Disturb the test images"),
    marked(
        "See how much noise, rotation, blur … these networks bear. It takes up to a minute, and everybody has the "
        "result."
    ),
    marked(
        "A worker tests each network on the test images with eight kinds of disturbance, each in some ten strengths."
    ),
)
_HELP = marked(
    "Each kind is applied to the test images, the stronger the further out in the chart. A network that has only seen "
    "upright, centred digits has no reason to read others; training with augmentation gives it one. Very large "
    "networks are tested on fewer images. After Hendrycks and Dietterich, *Benchmarking Neural Network Robustness to "
    "Common Corruptions and Perturbations* (2019), and Mu and Gilmer, *MNIST-C* (2019)."
)
_STYLE = """
.disturbed { border-collapse: collapse; width: 100%; max-width: 26rem; table-layout: fixed; font-size: 0.875rem;
    font-variant-numeric: tabular-nums; }
.disturbed :is(th, td) { border: 0; padding: 0.15rem 0.25rem; text-align: center; font-weight: inherit; }
.disturbed th[colspan] { text-align: left; padding-top: 0.5rem; white-space: nowrap; overflow: hidden;
    text-overflow: ellipsis; }
.disturbed img { display: block; width: 100%; max-width: 3.5rem; aspect-ratio: 1; margin: 0 auto; border-radius: 4px;
    image-rendering: pixelated; }
.disturbed b { font-weight: 600; }
.disturbed small { display: block; opacity: 0.75; }
.disturbed s { text-decoration: none; color: light-dark(#a84300, #f08a4b); font-weight: 600; }  /* 4.5 to 1 */
"""


class _Tested(NamedTuple):
    """A network, and its accuracies by the name of the disturbance."""

    choice: ChosenNetwork
    result: Result

    def curve(self, disturbance: Disturbance) -> RobustnessCurve:
        return RobustnessCurve(capitalised(self.choice.name), self.result.arrays[disturbance.name])


@st.fragment
def show_robustness(choice: ChosenNetwork) -> None:
    """Show the accuracy of some networks against the strength of a disturbance, and digits that are disturbed so."""
    st.markdown(_("Look for where each curve falls below {level}.", level=percent(LEVEL, 0)), help=_(_HELP))
    networks = choose_networks(_("Networks"), key="robustness", default=choice, most=MOST_NETWORKS)
    if not networks:
        st.caption(_("Choose the networks that should read disturbed images."))
        return
    results = analyses([_request(network, choice.dataset_sha256) for network in networks], _ASK, key="robustness")
    if not results:
        return
    tested = [_Tested(networks[result.number], result) for result in results]
    disturbance = _choose_disturbance()
    left, right = st.columns([5, 4], gap="large")
    with right:
        strength = _choose_strength(disturbance)
        _show_digits(choice, tested, disturbance, strength)
    with left:
        curves = [network.curve(disturbance) for network in tested]
        chart = robustness_curves(disturbance, curves, strength)
        plot(chart.figure, key="robustness_curves", summary=chart.summary, height=340)
    for curve in curves:
        st.markdown(sentence_for_markdown(_(in_words(disturbance, curve))))


def _request(network: ChosenNetwork, sha256: str) -> AnalysisRequest:
    """Return the request for a network with the images of the page, whichever it learned from itself."""
    return replace(request_for(network, robustness.NAME), dataset_sha256=sha256)


def _choose_disturbance() -> Disturbance:
    by_name = {disturbance.name: disturbance for disturbance in DISTURBANCES}
    if session.widget(_KIND, None) not in by_name:
        session.set_widget(_KIND, DISTURBANCES[0].name)
    chosen = st.segmented_control(
        _("Disturbance"),
        list(by_name),
        required=True,
        format_func={name: _(it.title) for name, it in by_name.items()}.__getitem__,
        key=_KIND,
        persist_state="session",
        label_visibility="collapsed",
    )
    return by_name[chosen or DISTURBANCES[0].name]


def _choose_strength(disturbance: Disturbance) -> float:
    """Let people choose one of the strengths that were tested, at first one in the middle of the rising ones."""
    key = f"robustness_{disturbance.name}"
    rising = disturbance.strengths[disturbance.strengths.index(0) :]
    session.init_widget(key, rising[len(rising) // 2])
    in_words = {strength: capitalised(_(disturbance.in_words(strength))) for strength in disturbance.strengths}
    return float(
        st.select_slider(
            _("Strength"),
            disturbance.strengths,
            format_func=in_words.__getitem__,
            key=key,
            persist_state="session",
        )
    )


def _show_digits(choice: ChosenNetwork, tested: Sequence[_Tested], disturbance: Disturbance, strength: float) -> None:
    """Show some test digits as the networks see them, and what each network reads in them."""
    dataset = choice.dataset
    chosen = _digits(dataset, choice.test_probabilities)
    images = np.concatenate(
        [disturbance.disturb(as_pixels(dataset.test_images[index : index + 1]), strength, index) for index in chosen]
    )
    labels, names = dataset.test_labels[chosen], dataset.class_names
    place = disturbance.strengths.index(strength)
    pictures = "".join(
        f'<td><img src="{sprite_url(np.rint(image * 255).astype(np.uint8)[None])}" '
        f'alt="{for_html(f"{names[label]}, {_(disturbance.in_words(strength))}")}"></td>'
        for image, label in zip(images, labels, strict=True)
    )
    rows = "".join(
        f'<tr><th colspan="{len(chosen)}" scope="rowgroup">{_accuracy(network, disturbance, place)}</th></tr>'
        f"<tr>{_answers(network.choice.network.predict(images), labels, names)}</tr>"
        for network in tested
    )
    st.html(f'<style>{_STYLE}</style><table class="disturbed"><tr>{pictures}</tr>{rows}</table>')


def _accuracy(network: _Tested, disturbance: Disturbance, place: int) -> str:
    """Say what a network reads at a strength of a disturbance, as HTML."""
    curve, images = network.curve(disturbance), int(network.result.arrays["images"])
    return _(
        "{name}: {accuracy} of {number:,} test images",
        name=for_html(curve.name),
        accuracy=percent(float(curve.accuracies[place])),
        number=images,
    )


def _digits(dataset: Dataset, probabilities: NDArray[np.floating]) -> list[int]:
    """Return the indices of test images of different classes that the page's network reads correctly.

    If it reads none so, any images will do.
    """
    right = np.flatnonzero(probabilities.argmax(axis=1) == dataset.test_labels)
    shown = right if len(right) else np.arange(len(dataset.test_labels))
    _labels, first = np.unique(dataset.test_labels[shown], return_index=True)
    step = max(1, len(first) / SHOWN)
    return [int(shown[first[int(number * step)]]) for number in range(min(SHOWN, len(first)))]


def _answers(probabilities: NDArray[np.floating], labels: NDArray[np.integer], names: Sequence[str]) -> str:
    """Return the cells of what a network reads; wrong answers are marked."""
    cells = []
    for row, label in zip(probabilities, labels, strict=True):
        best = int(row.argmax())
        answer = for_html(names[best])
        shown = f"<b>{answer}</b>" if best == label else f"<s>✗ {answer}</s>"
        cells.append(f"<td>{shown}<small>{percent(float(row[best]), 0)}</small></td>")
    return "".join(cells)
