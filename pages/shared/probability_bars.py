"""The probabilities that a network gives to each class, as bars in HTML: they follow the pen at little cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnist_core.charts.figure import BLUE, GREY
from mnist_core.evaluation.best_two import best_two
from mnist_core.text.escape import for_html
from mnist_core.text.words import percent
from pages.visit.language import _

MOST_IN_A_COLUMN = 12
"""Classes that are below one another; more are side by side where there is room."""

STYLE = f"""
.probability-bars {{ font-size: 0.875rem; line-height: 1.5rem; font-variant-numeric: tabular-nums; }}
.probability-bars.many {{ columns: 9rem; column-gap: 1.5rem; }}
.probability-bars div {{ display: grid; grid-template-columns: minmax(0, var(--name)) 1fr 3.75rem; gap: 0.5rem;
    align-items: center; break-inside: avoid; white-space: nowrap; }}
.probability-bars span {{ overflow: hidden; text-overflow: ellipsis; }}
.probability-bars span:last-child {{ text-align: right; opacity: 0.65; }}
.probability-bars .best span {{ font-weight: 600; opacity: 1; }}
/* A background takes no layout, ten times a second. */
.probability-bars i {{ height: 1rem; border-radius: 2px; background: linear-gradient({GREY} 0 0) 0 / var(--share) 100%
    no-repeat color-mix(in srgb, currentcolor 6%, transparent); forced-color-adjust: none; }}
.probability-bars .best i {{ background-image: linear-gradient({BLUE} 0 0); }}
"""


def probability_bars_html(probabilities: NDArray[np.floating], class_names: Sequence[str]) -> str:
    """Return the HTML of a bar for each of the probabilities (classes,); the largest is emphasised."""
    first, second = best_two(probabilities)
    summary = _(
        "Most likely {first} ({likely}), then {second} ({less}).",
        first=class_names[first],
        likely=percent(probabilities[first], 1),
        second=class_names[second],
        less=percent(probabilities[second], 1),
    )
    rows = "".join(
        _row(name, value, "best" if index == first else "")
        for index, (name, value) in enumerate(zip(class_names, probabilities.tolist(), strict=True))
    )
    kind = "probability-bars many" if len(class_names) > MOST_IN_A_COLUMN else "probability-bars"
    width = f"--name: min({max(map(len, class_names)) + 1}ch, 8rem)"
    return f'<div class="{kind}" style="{width}" role="figure" aria-label="{for_html(summary)}">{rows}</div>'


def _row(name: str, value: float, kind: str) -> str:
    label, figure = for_html(name), for_html(percent(value, 1))
    bar = f'<i style="--share: {100 * value:.1f}%"></i>'
    return f'<div class="{kind}"><span title="{label}">{label}</span>{bar}<span>{figure}</span></div>'
