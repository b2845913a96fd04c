"""Accuracy on the drawings of the class: confusion matrix, mispredictions, and whose drawings are misread most."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from mnist_core.charts.confusion_matrix import confusion_heatmap
from mnist_core.evaluation.by_writer import misread_by_writer
from mnist_core.evaluation.confusion_matrix import confusion_matrix
from mnist_core.text.escape import clean
from mnist_core.text.words import percent
from pages.components.gallery import gallery_columns
from pages.components.plot.plot import plot
from pages.shared import classroom
from pages.shared.class_score import (
    ClassReading,
    basis_in_words,
    class_score_line,
    read_class,
    tells_its_classes_apart,
)
from pages.shared.followed_drawings import PRESS, gallery_of_drawings
from pages.shared.network_picker import ChosenNetwork
from pages.visit.language import _

MOST_IMAGES = 60
MATRIX_HEIGHT = "clamp(17rem, 60dvh, 32rem)"


def show_class_drawings(choice: ChosenNetwork) -> None:
    """Show to people of the class how a network reads its drawings; nothing to others, or if there are none.

    Raises `UserError` if the network cannot be read.
    """
    its_class = classroom.mine()
    if its_class is None or not tells_its_classes_apart(its_class, choice.run):
        return
    reading = read_class(its_class, choice.run)
    st.header(
        _("Our class"),
        help=_(
            "Only drawings by people of whom the network has learned nothing count, as in MNIST, whose test images are "
            "by other writers than its training images. Source: LeCun et al., Gradient-based learning applied to "
            "document recognition, 1998. In the matrix, rows are true classes and columns predicted ones."
        ),
    )
    if not len(reading.drawings):
        st.caption(basis_in_words(reading))
        return
    st.markdown(f"**{class_score_line(choice.run, choice.test_accuracy)}**")
    st.caption(basis_in_words(reading))
    names = choice.dataset.class_names
    left, right = st.columns([5, 4], gap="medium")
    with left:
        matrix = confusion_matrix(reading.drawings.labels, reading.read, len(names))
        chart = confusion_heatmap(matrix, names)
        plot(chart.figure, key="class_matrix", summary=chart.summary, height=MATRIX_HEIGHT)
    with right:
        _show_writers(reading)
    _show_mispredictions(choice, reading)


def _show_writers(reading: ClassReading) -> None:
    """Show whose drawings are misread most, as a table with counts."""
    rows = misread_by_writer(reading.drawings.owners, reading.right)
    nicknames = dict(zip(reading.drawings.owners, reading.drawings.nicknames, strict=True))
    table = pd.DataFrame(
        {
            _("Writer"): [clean(nicknames[row.writer]) for row in rows],
            _("Misread"): [row.misread for row in rows],
            _("Drawings"): [row.drawings for row in rows],
            _("Share"): [percent(row.misread / row.drawings, 0) for row in rows],
        }
    )
    st.dataframe(table, hide_index=True, width="stretch", key="class_writers")


def _show_mispredictions(choice: ChosenNetwork, reading: ClassReading) -> None:
    wrong = np.flatnonzero(~reading.right)[:MOST_IMAGES]
    drawings, names = reading.drawings, choice.dataset.class_names
    if len(wrong):
        st.caption(_(PRESS))
    said = [
        (names[drawings.labels[index]], names[reading.read[index]], clean(drawings.nicknames[index])) for index in wrong
    ]
    gallery_of_drawings(
        choice.run,
        drawings.images[wrong],
        [_("{true} read as {read}", true=true, read=read) + f"\n{writer}" for true, read, writer in said],
        [
            _("A drawing of {true} by {writer}, read as {read}", true=true, read=read, writer=writer)
            for true, read, writer in said
        ],
        gallery_columns.MISPREDICTIONS,
        key="class_mispredictions",
    )
