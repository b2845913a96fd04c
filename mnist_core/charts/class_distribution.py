"""The number of images in each class, as bars."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnist_core.charts.figure import BLUE, CLASS_AXIS, Chart, bare_figure, trace
from mnist_core.text.escape import for_chart
from mnist_core.text.sentence import marked, sentence
from mnist_core.text.words import counted


def class_counts(labels: NDArray[np.integer], class_names: Sequence[str]) -> Chart:
    """Draw how many of the labels (n,) belong to each class."""
    counts = np.bincount(labels, minlength=len(class_names))
    bars = trace(
        "bar",
        x=[for_chart(name) for name in class_names],
        y=counts,
        marker={"color": BLUE},
        text=[f"{count:,}" for count in counts],
        textposition="outside",
        cliponaxis=False,
        hovertemplate=marked("%{x}: %{text} images<extra></extra>"),
    )
    figure = bare_figure(
        [bars], xaxis=CLASS_AXIS, yaxis={"range": [0, 1.1 * counts.max()], "showticklabels": False, "showgrid": False}
    )
    rarest, commonest = int(counts.argmin()), int(counts.argmax())
    summary = sentence(
        "The rarest class is {rarest} ({fewest}), the most frequent is {commonest} ({most}).",
        rarest=class_names[rarest],
        fewest=counted(int(counts[rarest]), "image"),
        commonest=class_names[commonest],
        most=counted(int(counts[commonest]), "image"),
    )
    return Chart(figure, summary)
