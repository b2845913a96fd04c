"""The rankings of a class: by its own handwriting, by parameters, by guesses; none by MNIST's test set."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from mnist_core.rankings.by_guess import BestGuess, by_guess
from mnist_core.rankings.by_handwriting import FEWEST_DRAWINGS, NEAR_BEST, ClassScore, by_accuracy, by_parameters
from mnist_core.rankings.places import Entry, Place
from mnist_core.runs import Classroom
from mnist_core.text.escape import clean
from mnist_core.text.words import percent
from pages.classroom.results.class_guesses import class_guesses
from pages.classroom.results.class_scores import class_scores
from pages.shared.class_score import READING
from pages.visit.language import _

MOST_PLACES = 10
"""Places that are shown; those who share the last of them are, too."""


def show_rankings(classroom: Classroom) -> None:
    """Draw the rankings, and say how each is computed."""
    st.header(_("Rankings"), anchor=False)
    st.caption(
        _(
            "None is by the test set of MNIST: choosing networks by it would make it a part of the training, and it "
            "would no longer say how they read what nobody has chosen them for."
        )
    )
    with st.spinner(_(READING)):
        scores = class_scores(classroom)
    accuracy, parameters, guess = st.columns(3)
    with accuracy:
        _by_accuracy(scores)
    with parameters:
        _by_parameters(scores)
    with guess:
        _by_guess(by_guess(class_guesses(classroom)))


def _by_accuracy(scores: Sequence[ClassScore]) -> None:
    st.subheader(_("Accuracy on our handwriting"), anchor=False)
    rows = [
        (
            place,
            it.nickname,
            percent(float(it.accuracy), 1),
            _("{right} of {number}", right=it.right, number=it.drawings),
        )
        for place, it in _first(by_accuracy(scores))
    ]
    _table(rows, (_("Accuracy"), _("Drawings")), _("Accuracy on our handwriting"))
    st.caption(
        _(
            "The share of the class’s drawings that a student’s best run reads correctly. Of writers whose drawings it "
            "learned from, none count. At least {number} drawings must be left. Imported networks are not ranked: "
            "nobody knows what they have learned.",
            number=FEWEST_DRAWINGS,
        )
    )


def _by_parameters(scores: Sequence[ClassScore]) -> None:
    st.subheader(_("Accuracy per parameter"), anchor=False)
    rows = [
        (place, it.nickname, _("{number:,}", number=it.parameters), percent(float(it.accuracy), 1))
        for place, it in _first(by_parameters(scores))
    ]
    _table(rows, (_("Parameters"), _("Accuracy")), _("Accuracy per parameter"))
    st.caption(
        _(
            "The fewest parameters with which a run reaches {share} × a, where a is the best accuracy of the class on "
            "its handwriting; of as many, the more accurate run. A plain quotient would be won by the smallest "
            "network, however badly it reads.",
            share=float(NEAR_BEST),
        )
    )


def _by_guess(ranked: Sequence[Place[BestGuess]]) -> None:
    st.subheader(_("Best guess"), anchor=False)
    rows = [
        (place, it.best.nickname, f"{it.best.guess:,.6g} → {it.best.answer:,.6g}", percent(it.best.error, 1))
        for place, it in _first(ranked)
    ]
    _table(rows, (_("Guess → answer"), _("Error")), _("Best guess"))
    st.caption(
        _(
            "The closest guess of a number in a lesson to what the student’s own run answered. Error: |guess − answer| "
            "/ the larger of both."
        )
    )


def _first(ranked: Sequence[Place[Entry]]) -> list[Place[Entry]]:
    return [it for it in ranked if it.place <= MOST_PLACES]


def _table(rows: Sequence[tuple[int, str, str, str]], columns: tuple[str, str], name: str) -> None:
    if not rows:
        st.caption(_("Nobody can be ranked yet."))
        return
    frame = pd.DataFrame(
        [(place, clean(nickname), *others) for place, nickname, *others in rows],
        columns=[_("Place"), _("Nickname"), *columns],
    )
    st.dataframe(frame, hide_index=True, width="stretch", alt=name)
