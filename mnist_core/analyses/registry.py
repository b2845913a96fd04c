"""All analyses by name. Only workers import this module, so analyses may need what the web process must not load."""

from __future__ import annotations

from mnist_core.analyses import robustness, tsne_epochs, tsne_maps, tsne_places, units_switched_off
from mnist_core.analyses.analysis import Analysis
from mnist_core.errors import UserError

ANALYSES: dict[str, Analysis] = {
    analysis.name: analysis
    for analysis in (
        robustness.ANALYSIS,
        tsne_epochs.ANALYSIS,
        tsne_maps.ANALYSIS,
        tsne_places.ANALYSIS,
        units_switched_off.ANALYSIS,
    )
}


def analysis_named(name: str) -> Analysis:
    """Return an analysis. Raises `UserError` for one of another version of the app."""
    if name not in ANALYSES:
        raise UserError("This version of the app does not know this analysis. Restart the app and its workers.")
    return ANALYSES[name]
