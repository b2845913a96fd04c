"""The number of images in each class, as bars."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.charts.figure import BLUE, CLASS_AXIS, Chart, bare_figure
from mnist_core.text.escape import for_chart
from mnist_core.text.words import counted


def class_counts(labels: NDArray[np.integer], class_names: Sequence[str]) -> Chart:
    """Draw how many of the labels (n,) belong to each class."""
    counts = np.bincount(labels, minlength=len(class_names))
    bars = go.Bar(
        x=[for_chart(name) for name in class_names],
        y=counts,
        marker_color=BLUE,
        text=[f"{count:,}" for count in counts],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{x}: %{text} images<extra></extra>",
    )
    figure = bare_figure(
        [bars], xaxis=CLASS_AXIS, yaxis={"range": [0, 1.1 * counts.max()], "showticklabels": False, "showgrid": False}
    )
    rarest, commonest = int(counts.argmin()), int(counts.argmax())
    fewest, most = (f"{class_names[label]} ({counted(int(counts[label]), 'image')})" for label in (rarest, commonest))
    return Chart(figure, f"The rarest class is {fewest}, the most frequent is {most}.")
