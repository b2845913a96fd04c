"""The picture of a network in training: what its units look for and how it reads some digits, report by report."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from mnist_core.charts.figure import BLUE, ORANGE
from mnist_core.runs import Run
from pages.components.javascript import joined_javascript
from pages.train.network_live.frames import frames_address

_HELP_FOR_ANSWERS = (
    "The images on the right are test images, from easy to hard, with the class that the network finds most probable. "
    "Mistakes are counted at the end of each epoch; until then, a number with ≈ is an estimate from every tenth test "
    "image."
)

_HTML = f"""
<div class="top">
  <p class="mistakes"><span class="label">Mistakes on the test images</span> <b></b> <span class="when"></span></p>
  <div class="help"><button type="button" aria-label="Help: the pictures" aria-describedby="help">?</button>
    <span role="tooltip" id="help"><span class="about-units"></span> {_HELP_FOR_ANSWERS}</span></div>
</div>
<p class="empty" hidden></p>
<div class="pictures">
  <figure><figcaption><span class="title"></span> <span class="legend"><i class="for"></i> for <i class="against"></i>
    against</span></figcaption><div class="units" role="img"></div></figure>
  <figure><figcaption class="answers"></figcaption><div class="digits" role="img"></div></figure>
</div>
<div class="player">
  <button type="button" class="play"></button>
  <input type="range" min="0" step="1" aria-label="Moment of the training">
</div>
"""

_component = st.components.v2.component(
    "digits_network_live",
    html=_HTML,
    css=Path(__file__).with_name("network_live.css").read_text(encoding="utf-8"),
    js=joined_javascript(Path(__file__).with_name("network_live.js")),
)


def show_network_live(run: Run) -> None:
    """Show what is in the network of a run, and play it again; while it is trained, it follows the run's updates."""
    at_rest = run.state.ended and not run.leased
    data = {"address": frames_address(run.id), "atRest": at_rest, "colours": {"for": ORANGE, "against": BLUE}}
    _component(key=f"network_live_{run.id}", data=data)
