"""The picture of a network in training: what its units look for and how it reads some digits, report by report."""

from __future__ import annotations

from html import escape
from pathlib import Path

from mnist_core.charts.figure import BLUE, ORANGE
from mnist_core.runs import Run
from mnist_core.text.sentence import marked
from pages.components.javascript import joined_javascript
from pages.components.translated import translated_component
from pages.train.network_live.frames import frames_address
from pages.visit.language import _

_HELP_FOR_ANSWERS = marked(
    "The images on the right are test images, from easy to hard, with the class that the network finds most probable. "
    "Mistakes are counted at the end of each epoch; until then, a number with ≈ is an estimate from every tenth test "
    "image."
)


def _html() -> str:
    moment = escape(_("Moment of the training"))
    label, help_label = escape(_("Mistakes on the test images")), escape(_("Help: the pictures"))
    # Translators: of the two colours of the weights, the one for a digit and the one against it.
    supports, contradicts = escape(_("for")), escape(_("against"))
    return f"""
<div class="top">
  <p class="mistakes"><span class="label">{label}</span> <b></b> <span class="when"></span></p>
  <div class="help"><button type="button" aria-label="{help_label}" aria-describedby="help">?</button>
    <span role="tooltip" id="help"><span class="about-units"></span> {escape(_(_HELP_FOR_ANSWERS))}</span></div>
</div>
<p class="empty" hidden></p>
<div class="pictures">
  <figure><figcaption><span class="title"></span> <span class="legend"><i class="for"></i> {supports}
    <i class="against"></i> {contradicts}</span></figcaption><div class="units" role="img"></div></figure>
  <figure><figcaption class="answers"></figcaption><div class="digits" role="img"></div></figure>
</div>
<div class="player">
  <button type="button" class="play"></button>
  <input type="range" min="0" step="1" aria-label="{moment}">
</div>
"""


_component = translated_component(
    "digits_network_live",
    _html,
    css=Path(__file__).with_name("network_live.css").read_text(encoding="utf-8"),
    js=joined_javascript(Path(__file__).with_name("network_live.js")),
)


def show_network_live(run: Run) -> None:
    """Show what is in the network of a run, and play it again; while it is trained, it follows the run's updates."""
    at_rest = run.state.ended and not run.leased
    data = {"address": frames_address(run.id), "atRest": at_rest, "colours": {"for": ORANGE, "against": BLUE}}
    data |= {"play": _("▶ Play again"), "pause": _("⏸ Pause")}
    _component()(key=f"network_live_{run.id}", data=data)
