"""The slider and the button of components that go through the epochs of a run: see epoch_player.js."""

from __future__ import annotations

from pathlib import Path

PLAYER_HTML = """
<div class="player" hidden>
  <button type="button" class="play"></button>
  <input type="range" min="0" step="1" aria-label="Epoch">
</div>
<p class="empty" role="status"></p>
"""
"""A component has it once, and all that belongs to a frame in an element of the class `shown`."""

PLAYER_CSS = Path(__file__).with_name("epoch_player.css").read_text(encoding="utf-8")
