"""The slider and the button of components that go through the epochs of a run: see epoch_player.js."""

from __future__ import annotations

from html import escape
from pathlib import Path

from pages.visit.language import _

PLAYER_CSS = Path(__file__).with_name("epoch_player.css").read_text(encoding="utf-8")


def player_html() -> str:
    """Return it with its words in the visit's language.

    A component has it once, and all that belongs to a frame in an element of the class `shown`.
    """
    epoch, play, pause, loading = map(escape, (_("Epoch"), _("▶ Play"), _("⏸ Pause"), _("Loading the epochs …")))
    return f"""
<div class="player" hidden>
  <button type="button" class="play" data-play="{play}" data-pause="{pause}"></button>
  <input type="range" min="0" step="1" aria-label="{epoch}">
</div>
<p class="empty" role="status" data-loading="{loading}"></p>
"""
