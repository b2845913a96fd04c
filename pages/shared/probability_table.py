"""A table of images with the probability that a network gives each of them for each class."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnist_core.charts.figure import BLUE
from mnist_core.text.escape import for_html
from mnist_core.text.words import percent, with_article
from pages.components.gallery.buttons import press_in
from pages.components.gallery.gallery import sprite_url
from pages.visit.language import _

_STYLE = """
.probabilities-box { overflow-x: auto; }
.probabilities { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
.probabilities :is(th, td) { border: 0; border-bottom: 1px solid rgb(128 128 128 / 0.25); padding: 0.25rem 0.4rem;
    text-align: center; min-width: 3.6rem; font-weight: inherit; white-space: nowrap; }
.probabilities tbody th { text-align: left; max-width: 14rem; white-space: normal; }
.probabilities thead th { font-weight: 600; }
.probabilities button { display: block; padding: 0; border: 0; border-radius: 4px; background: none; }
.probabilities img { display: block; width: 48px; height: 48px; border-radius: 4px; image-rendering: pixelated; }
.probabilities .best { font-weight: 600; }
.probabilities .faint { opacity: 0.65; }
"""


def probability_table(
    images: NDArray[np.uint8],
    labels: Sequence[int],
    probabilities: NDArray[np.floating],
    class_names: Sequence[str],
    *,
    key: str,
) -> int | None:
    """Show images (n, 28, 28) with their labels, the network's predictions and its probabilities (n, classes).

    Each image is a button; return the index of the one that was just pressed.
    """
    return press_in(table_html(images, labels, probabilities, class_names), range(len(images)), key=key)


def table_html(
    images: NDArray[np.uint8], labels: Sequence[int], probabilities: NDArray[np.floating], class_names: Sequence[str]
) -> str:
    """Return the table of `probability_table` as HTML."""
    rows = "".join(
        _row(index, image, class_names[label], row, class_names)
        for index, (image, label, row) in enumerate(zip(images, labels, probabilities, strict=True))
    )
    return _table((_("Image"), _("Label"), _("Read as"), *class_names), rows)


def readings_html(readers: Sequence[str], probabilities: NDArray[np.floating], class_names: Sequence[str]) -> str:
    """Return a table of what several networks read in one image: their names, and probabilities (n, classes)."""
    rows = "".join(
        f'<tr><th scope="row">{for_html(reader)}</th><td class="best">{for_html(class_names[int(row.argmax())])}</td>'
        f"{_cells(row)}</tr>"
        for reader, row in zip(readers, probabilities, strict=True)
    )
    return _table((_("Network"), _("Reads"), *class_names), rows)


def _table(heads: Sequence[str], rows: str) -> str:
    head = "".join(f'<th scope="col">{for_html(name)}</th>' for name in heads)
    table = f'<table class="probabilities"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    name = for_html(_("Probabilities"))
    region = f'<div class="probabilities-box" role="region" aria-label="{name}" tabindex="0">'
    return f"<style>{_STYLE}</style>{region}{table}</div>"


def _row(
    index: int, image: NDArray[np.uint8], label: str, probabilities: NDArray[np.floating], class_names: Sequence[str]
) -> str:
    best = class_names[int(probabilities.argmax())]
    verdict = best if best == label else _("{name} (wrong)", name=best)
    alternative = _("Image of {name}", name=_(with_article(label)))
    img = f'<img src="{sprite_url(image[None])}" alt="{for_html(alternative)}">'
    picture = f'<button data-number="{index}">{img}</button>'
    cells = _cells(probabilities)
    return f'<tr><td>{picture}</td><td>{for_html(label)}</td><td class="best">{for_html(verdict)}</td>{cells}</tr>'


def _cells(probabilities: NDArray[np.floating]) -> str:
    return "".join(_cell(float(value), float(probabilities.max())) for value in probabilities)


def _cell(value: float, highest: float) -> str:
    # At most 60 % blue, so that the theme's text stays readable on it, light or dark.
    shade = f"background:color-mix(in srgb, {BLUE} {60 * value:.1f}%, transparent)"
    kind = "best" if value == highest else "faint" if value < 0.0005 else ""
    return f'<td class="{kind}" style="{shade}">{percent(value, 1)}</td>'
