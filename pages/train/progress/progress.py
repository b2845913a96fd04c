"""The component that shows progress and metrics of a run, and updates them and the learning curves."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from mnist_core.runs import Run
from mnist_core.text.sentence import marked
from pages.components.javascript import joined_javascript
from pages.components.translated import translated_component
from pages.train.updates import update_address, update_of
from pages.visit.language import _

NUMBERS = {  # in the order of update_of
    marked("Training accuracy"): marked(
        "Accuracy is the metric: the share of images that are classified correctly. During the training it is the mean "
        "over this epoch's training images so far; at the end, the trained network is measured on all images that it "
        "learned from."
    ),
    marked("Training loss"): marked(
        "How wrong the network is on average on these images; training makes it small. It is the sparse categorical "
        "cross-entropy: for one image −log p, where p is the probability of the correct class."
    ),
    marked("Test accuracy"): marked(
        "The share of the test images that are classified correctly, after the last full epoch or when the training "
        "was stopped; at the end of a run with early stopping, with the weights that are kept. The network does not "
        "learn from test images."
    ),
    marked("Test loss"): marked("The loss on the test images, measured together with the test accuracy."),
}

STEPS = marked(
    "A step is one correction of the weights, after one batch of images. An epoch has as many steps as it takes to see "
    "every training image once."
)


def _help(label: str, explanation: str) -> str:
    name = label.lower().replace(" ", "-")
    spoken = escape(_("Help: {label}", label=_(label)))
    return (
        f'<button type="button" aria-label="{spoken}" aria-describedby="{name}">?</button>'
        f'<span role="tooltip" id="{name}">{escape(_(explanation))}</span>'
    )


def _number(label: str, explanation: str) -> str:
    return f'<div class="number"><dt>{escape(_(label))} {_help(label, explanation)}</dt><dd>–</dd></div>'


def _html() -> str:
    steps = _help(marked("Epochs and steps"), STEPS)
    bar = escape(_("Training"))
    return f"""
<div class="line"><p class="words"></p>{steps}</div>
<div class="track" role="progressbar" aria-label="{bar}" aria-valuemin="0" aria-valuemax="100"><div></div></div>
<div class="numbers">
<p class="notice" role="status" hidden></p>
<dl>{"".join(_number(*number) for number in NUMBERS.items())}</dl>
</div>
<p class="validation" hidden></p>
"""


_component = translated_component(
    "digits_progress",
    _html,
    css=Path(__file__).with_name("progress.css").read_text(encoding="utf-8"),
    js=joined_javascript(Path(__file__).with_name("progress.js")),
)


@st.fragment
def show_progress(run: Run) -> None:
    """Show progress and numbers of a run. They update by themselves, as do plots with the keys of `charts_as_json`.

    Reruns the page when the rest of it is out of date (see `update_of`). The browser asks for that without a press. As
    a fragment it is ignored once somebody has pressed on another page (`pages/server/fragment_requests.py`).
    """
    data = {"address": update_address(run.id), "news": update_of(run)}
    result: Any = _component()(key=f"progress_{run.id}", data=data, on_outdated_change=lambda: None)
    if result.outdated:
        st.rerun()
