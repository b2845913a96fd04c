"""How two networks differ: which reads more test images correctly, and the difference of their confusion matrices."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from mnist_core import evaluation
from mnist_core.charts.confusion_difference import confusion_difference
from mnist_core.evaluation.two_networks import SharedErrors
from mnist_core.ledger.significance import SIGNIFICANT, mcnemar, p_in_words
from mnist_core.text.words import percent
from pages.components.plot.plot import plot
from pages.shared.network_picker import ChosenNetwork

HEIGHT = "clamp(17rem, 100dvh - 18rem, 34rem)"


def show_verdict(network: ChosenNetwork, other: ChosenNetwork, errors: SharedErrors) -> None:
    """Say which of two networks reads more test images correctly, and whether that is more than chance."""
    st.markdown(
        verdict(network.name, other.name, errors, len(network.dataset.test_labels)),
        help="McNemar’s test looks at the images that only one of the two reads correctly. If both networks were "
        "equally good, each of these would be a coin toss; p is how often chance alone would give a difference as "
        f"large. Below {SIGNIFICANT}, it is called significant. Sources: McNemar, 1947; Dietterich, Approximate "
        "statistical tests for comparing supervised classification learning algorithms, 1998.",
    )


def verdict(name: str, other: str, errors: SharedErrors, images: int) -> str:
    """Return that in two sentences, as Markdown."""
    lost, gained = len(errors.only_first), len(errors.only_other)
    wrong = len(errors.both) + lost, len(errors.both) + gained
    accuracies = [f"{percent(1 - count / images)}" for count in wrong]
    begin = (
        f"**{name[0].upper()}{name[1:]}** reads {accuracies[0]} of the test images correctly, **{other}** "
        f"{accuracies[1]}."
    )
    if not lost and not gained:
        return f"{begin} They misread the same images."
    p = mcnemar(gained, lost)
    chance = "more than chance would explain" if p < SIGNIFICANT else "a difference that may well be chance"
    return f"{begin} Only {name} reads {gained:,} correctly, only {other} {lost:,}: {chance}{p_in_words(p)}."


def show_difference(network: ChosenNetwork, other: ChosenNetwork) -> None:
    """Show the difference of the two confusion matrices."""
    st.header(
        "Difference of the matrices",
        help=f"The confusion matrix of {network.name} minus that of {other.name}: rows are true classes, columns "
        "predicted ones. The colours are stronger on a logarithmic scale.",
    )
    st.caption(f"Blue: errors that {network.name} makes less often; orange: more often.")
    names, named = network.dataset.class_names, (network.name, other.name)
    chart = confusion_difference(_confusion_matrix(network), _confusion_matrix(other), names, named)
    plot(chart.figure, key="evaluate_difference", summary=chart.summary, height=HEIGHT)


def _confusion_matrix(of: ChosenNetwork) -> pd.DataFrame:
    labels, predicted = of.dataset.test_labels, of.test_probabilities.argmax(axis=1)
    return evaluation.confusion_matrix(labels, predicted, len(of.dataset.class_names))
