"""How two networks differ: which reads more test images correctly, and the difference of their confusion matrices."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from mnist_core.charts.confusion_difference import confusion_difference
from mnist_core.evaluation.confusion_matrix import confusion_matrix
from mnist_core.evaluation.two_networks import SharedErrors
from mnist_core.ledger.significance import SIGNIFICANT, mcnemar, p_in_words
from mnist_core.text.words import capitalised, percent
from pages.components.plot.plot import plot
from pages.shared.network_picker import ChosenNetwork
from pages.visit.language import _

HEIGHT = "clamp(17rem, 100dvh - 18rem, 34rem)"


def show_verdict(network: ChosenNetwork, other: ChosenNetwork, errors: SharedErrors) -> None:
    """Say which of two networks reads more test images correctly, and whether that is more than chance."""
    st.markdown(
        verdict(network.name, other.name, errors, len(network.dataset.test_labels)),
        help=_(
            "McNemar’s test looks at the images that only one of the two reads correctly. If both networks were "
            "equally good, each of these would be a coin toss; p is how often chance alone would give a difference as "
            "large. Below {significant}, it is called significant. Sources: McNemar, 1947; Dietterich, Approximate "
            "statistical tests for comparing supervised classification learning algorithms, 1998.",
            significant=SIGNIFICANT,
        ),
    )


def verdict(name: str, other: str, errors: SharedErrors, images: int) -> str:
    """Return that in two sentences, as Markdown."""
    lost, gained = len(errors.only_first), len(errors.only_other)
    wrong = len(errors.both) + lost, len(errors.both) + gained
    begin = _(
        "**{name}** reads {accuracy} of the test images correctly, **{other}** {others}.",
        name=capitalised(name),
        accuracy=percent(1 - wrong[0] / images),
        other=other,
        others=percent(1 - wrong[1] / images),
    )
    if not lost and not gained:
        return begin + " " + _("They misread the same images.")
    p = mcnemar(gained, lost)
    values = {"name": name, "gained": gained, "other": other, "lost": lost, "p": p_in_words(p)}
    if p < SIGNIFICANT:
        chance = _(
            "Only {name} reads {gained:,} correctly, only {other} {lost:,}: more than chance would explain{p}.",
            **values,
        )
    else:
        chance = _(
            "Only {name} reads {gained:,} correctly, only {other} {lost:,}: a difference that may well be chance{p}.",
            **values,
        )
    return f"{begin} {chance}"


def show_difference(network: ChosenNetwork, other: ChosenNetwork) -> None:
    """Show the difference of the two confusion matrices."""
    st.header(
        _("Difference of the matrices"),
        help=_(
            "The confusion matrix of {name} minus that of {other}: rows are true classes, columns predicted ones. The "
            "colours are stronger on a logarithmic scale.",
            name=network.name,
            other=other.name,
        ),
    )
    st.caption(_("Blue: errors that {name} makes less often; orange: more often.", name=network.name))
    names, named = network.dataset.class_names, (network.name, other.name)
    chart = confusion_difference(_confusion_matrix(network), _confusion_matrix(other), names, named)
    plot(chart.figure, key="evaluate_difference", summary=chart.summary, height=HEIGHT)


def _confusion_matrix(of: ChosenNetwork) -> pd.DataFrame:
    labels, predicted = of.dataset.test_labels, of.test_probabilities.argmax(axis=1)
    return confusion_matrix(labels, predicted, len(of.dataset.class_names))
