"""The confusion matrix, and the most frequent confusions in words."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from mnist_core.charts.confusion_matrix import Numbers, Selection, confusion_heatmap, confusion_sentence
from mnist_core.data import Dataset
from mnist_core.evaluation.confusion_matrix import most_confused_pairs, top_confusions
from mnist_core.text.escape import for_markdown
from mnist_core.text.sentence import marked
from mnist_core.text.words import counted
from pages.components.plot.figure_language import figure_json
from pages.components.plot.plot import plot
from pages.evaluate.filters import choose_cell, selection
from pages.visit import session
from pages.visit.language import _, current_language

HEIGHT = "var(--matrix-height)"
"""What is left of the screen below title, score and confusions: page.css says it, and keeps the place free."""

NUMBERS: dict[str, str] = {
    Numbers.COUNTS.value: marked("Images"),
    Numbers.RECALL.value: marked("Recall, %"),
    Numbers.PRECISION.value: marked("Precision, %"),
    Numbers.ERRORS.value: marked("Errors, %"),
}
"""What the numbers in the matrix may be, by their names in the address."""
_MATRIX, _NUMBERS = "matrix", "evaluate_numbers"

MOST_PAIRS = 3
"""More pairs that are confused equally often are not worth a sentence."""

LOOK_ALIKE = {
    ("4", "9"): marked(
        "Handwritten, they look alike: a 4 that is nearly closed at the top looks like a 9, and a 9 "
        "with an open loop looks like a 4."
    )
}
"""What the notebook says of the digits that its network confuses most."""


def show_matrix(dataset: Dataset, matrix: pd.DataFrame) -> None:
    """Show the confusion matrix; a click on a cell shows its images, another click all mispredictions.

    So does a click on the name of a row, which shows the mispredictions of a class, or of a column.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="matrix_head"):
        st.header(_("Confusion matrix"), help=_help(dataset.noun), width="stretch")
        numbers = _choose_numbers()
    drawn = _drawn(matrix.to_numpy().tobytes(), dataset.class_names, selection(dataset), numbers, current_language())

    def choose(true: int | None, predicted: int | None) -> None:
        choose_cell(dataset, Selection(true, predicted))

    plot(
        drawn.figure,
        key="confusion_matrix",
        summary=drawn.summary,
        height=HEIGHT,
        on_click=choose,
        on_label_click=choose,
    )


class _Drawn(NamedTuple):
    """A chart as JSON, and its summary."""

    figure: str
    summary: str


@st.cache_resource(max_entries=64, show_spinner=False)
def _drawn(counts: bytes, names: tuple[str, ...], chosen: Selection, numbers: Numbers, language: str) -> _Drawn:
    """Draw a matrix of counts (classes, classes), int64, once for all who look at it in a language."""
    matrix = pd.DataFrame(np.frombuffer(counts, dtype=np.int64).reshape(len(names), len(names)))
    chart = confusion_heatmap(matrix, names, chosen, numbers)
    return _Drawn(figure_json(chart.figure, language), chart.summary)


def _help(noun: str) -> str:
    return _(
        "Each row is a true {noun}, each column a predicted one. Correct predictions lie on the "
        "diagonal; the stronger the orange, the more frequent the error. Click a cell to see its "
        "images, or the name of a row or a column to see its mispredictions; click it again to see "
        "all.\n\n**Recall**: percent of all images of a {noun}, so that rows add up to 100. "
        "**Precision**: percent of all images read as a {noun}, so that columns do. **Errors**: percent "
        "of all errors, without the diagonal.",
        noun=_(noun),
    )


def _choose_numbers() -> Numbers:
    """Let people choose the numbers in the matrix; the choice is in the address."""
    asked = session.view_in_address([_MATRIX]).get(_MATRIX, "")
    if asked in NUMBERS and asked != session.get(_NUMBERS, ""):  # a link was followed
        session.set_widget(_NUMBERS, asked)
    session.init_widget(_NUMBERS, Numbers.COUNTS.value)
    chosen = st.selectbox(
        _("Numbers in the matrix"),
        list(NUMBERS),
        format_func={name: _(words) for name, words in NUMBERS.items()}.__getitem__,
        key=_NUMBERS,
        persist_state="session",
        label_visibility="collapsed",
        width=130,
    )
    session.put(_NUMBERS, chosen)
    session.put_view_in_address([_MATRIX], {} if chosen == Numbers.COUNTS else {_MATRIX: chosen})
    return Numbers(chosen)


def show_confusions(dataset: Dataset, matrix: pd.DataFrame) -> None:
    """Show the most frequent errors in words, each a button that shows its images and, pressed again, all errors."""
    confusions = top_confusions(matrix)
    if not confusions:
        st.caption(_("There are no confusions: all images are read correctly."))
        return
    st.header(
        _heading(matrix, len(confusions)),
        help=_(
            "The cells of the confusion matrix with the most images, without the diagonal: a true class, and the one "
            "that is predicted in its place."
        ),
    )
    names, chosen = dataset.class_names, selection(dataset)
    with st.container(horizontal=True, gap="xsmall", key="confusions"):
        for true, predicted, count in confusions:
            cell = Selection(true, predicted)
            st.button(
                for_markdown(_(confusion_sentence(names[true], names[predicted], count))),
                type="primary" if cell == chosen else "secondary",
                on_click=choose_cell,
                args=(dataset, cell),
                key=f"confusion_{true}_{predicted}",
            )


def show_pair(dataset: Dataset, matrix: pd.DataFrame) -> None:
    """Say which two classes are confused most, unless the images of other classes are shown."""
    sentence = pair_sentence(dataset, matrix)
    shown = {label for label in selection(dataset) if label is not None}
    _, pairs = most_confused_pairs(matrix)
    if sentence and any(shown <= set(pair) for pair in pairs):
        st.caption(sentence)


def pair_sentence(dataset: Dataset, matrix: pd.DataFrame) -> str:
    """Return which two classes are confused most, in either direction, as Markdown; "" if that says little.

    Of a network that reads all images alike, it says that instead: the "pair" is only the class with most images.
    """
    if len(read := np.flatnonzero(matrix.to_numpy().sum(axis=0))) == 1:
        return _("Every image is read as {name}, whatever it shows.", name=for_markdown(dataset.class_names[read[0]]))
    most, pairs = most_confused_pairs(matrix)
    if most < 2 or len(pairs) > MOST_PAIRS or len(matrix) < 3:
        return ""
    named = [(dataset.class_names[one], dataset.class_names[other]) for one, other in pairs]
    words = [_("{one} and {other}", one=for_markdown(one), other=for_markdown(other)) for one, other in named]
    if len(words) > 1:
        times = counted(most, "time")
        return _("The pairs confused most often are {pairs}: {times} each.", pairs="; ".join(words), times=times)
    errors = int(matrix.to_numpy().sum() - np.trace(matrix.to_numpy()))
    known = LOOK_ALIKE.get(named[0], "") if dataset.noun == "digit" else ""
    said = _(
        "{pair} are confused most often: {most:,} of {errors}.",
        pair=words[0],
        most=most,
        errors=counted(errors, "error"),
    )
    return f"{said} {_(known)}".rstrip()


def _heading(matrix: pd.DataFrame, shown: int) -> str:
    counts = matrix.to_numpy()
    kinds = int((counts > 0).sum() - (np.diag(counts) > 0).sum())
    if kinds > shown:
        return _("Most frequent confusions")
    return _("The only confusion") if kinds == 1 else _("All confusions")
