"""The names of the analyses by t-SNE, for pages: they must not import what imports openTSNE."""

from __future__ import annotations

MAPS = "t-SNE maps"
PLACES = "t-SNE places"
EPOCHS = "t-SNE epochs"
