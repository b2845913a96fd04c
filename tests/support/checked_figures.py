"""Has plotly check every chart that a test makes. The app does not (mnist_core/charts/figure.py)."""

from __future__ import annotations

import json
from collections.abc import Iterator

import plotly.graph_objects as go
import pytest

from mnist_core.charts.figure import Chart


@pytest.fixture(autouse=True, scope="session")
def figures_are_checked() -> Iterator[None]:
    """Raise `ValueError` for a property that plotly does not know, and refuse what only its check would have completed.

    A title as a mere text, for example, is completed; plotly.js itself ignores it.
    """
    make = Chart.__new__

    def checked(kind: type[Chart], figure: go.Figure, summary: str) -> Chart:
        drawn = str(figure.to_json())
        assert json.loads(drawn) == json.loads(str(go.Figure(json.loads(drawn)).to_json()))
        return make(kind, figure, summary)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Chart, "__new__", checked)
        yield
