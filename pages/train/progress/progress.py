"""The component that shows progress and metrics of a run, and updates them and the learning curves."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from mnist_core.runs import Run
from pages.components.javascript import joined_javascript
from pages.train.updates import update_address, update_of

NUMBERS = {  # in the order of update_of
    "Training accuracy": "Accuracy is the metric: the share of images that are classified correctly. During the "
    "training it is the mean over this epoch's training images so far; at the end, the trained network is measured on "
    "all images that it learned from.",
    "Training loss": "How wrong the network is on average on these images; training makes it small. It is the sparse "
    "categorical cross-entropy: for one image −log p, where p is the probability of the correct class.",
    "Test accuracy": "The share of the test images that are classified correctly, after the last full epoch or when "
    "the training was stopped; at the end of a run with early stopping, with the weights that are kept. The network "
    "does not learn from test images.",
    "Test loss": "The loss on the test images, measured together with the test accuracy.",
}


def _help(label: str, explanation: str) -> str:
    name = label.lower().replace(" ", "-")
    return (
        f'<button type="button" aria-label="Help: {label}" aria-describedby="{name}">?</button>'
        f'<span role="tooltip" id="{name}">{escape(explanation)}</span>'
    )


def _number(label: str, explanation: str) -> str:
    return f'<div class="number"><dt>{label} {_help(label, explanation)}</dt><dd>–</dd></div>'


STEPS = (
    "A step is one correction of the weights, after one batch of images. An epoch has as many steps as it takes to "
    "see every training image once."
)

_HTML = f"""
<div class="line"><p class="words"></p>{_help("Epochs and steps", STEPS)}</div>
<div class="track" role="progressbar" aria-label="Training" aria-valuemin="0" aria-valuemax="100"><div></div></div>
<div class="numbers">
<p class="notice" role="status" hidden></p>
<dl>{"".join(_number(*number) for number in NUMBERS.items())}</dl>
</div>
<p class="validation" hidden></p>
"""

_component = st.components.v2.component(
    "digits_progress",
    html=_HTML,
    css=Path(__file__).with_name("progress.css").read_text(encoding="utf-8"),
    js=joined_javascript(Path(__file__).with_name("progress.js")),
)


def show_progress(run: Run) -> None:
    """Show progress and numbers of a run. They update by themselves, as do plots with the keys of `charts_of`.

    Reruns the page when the rest of it is out of date (see `update_of`).
    """
    data = {"address": update_address(run.id), "news": update_of(run)}
    _component(key=f"progress_{run.id}", data=data, on_outdated_change=lambda: None)
