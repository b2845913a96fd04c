"""The difference of two confusion matrices: which confusions one network has more often than the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mnist_core.charts.class_heatmap import Cells, class_heatmap, coloured_layers, logarithmic_strength, neutral_layers
from mnist_core.charts.figure import Chart
from mnist_core.text.escape import for_chart
from mnist_core.text.sentence import Sentence, joined, marked, plural_sentence, sentence
from mnist_core.text.words import signed

FEWER = ("var(--st-blue-background-color)", "var(--st-blue-color)")
MORE = ("var(--st-orange-background-color)", "var(--st-orange-color)")
"""The colours of differences, from small to large. Colour-blind people can tell blue from orange, and the numbers have
signs."""


def confusion_difference(
    matrix: pd.DataFrame, other: pd.DataFrame, class_names: Sequence[str], named: tuple[str, str]
) -> Chart:
    """Draw `matrix` minus `other`, two confusion matrices of the same images: true classes down, predicted ones across.

    Errors that the first network makes less often are blue, those that it makes more often orange; the diagonal has no
    colour. `named` is what the two are called in sentences, such as ("run 12", "the starter network").
    """
    difference = matrix.to_numpy().astype(np.int64) - other.to_numpy()
    diagonal = np.eye(len(difference), dtype=bool)
    errors = np.where(diagonal, 0, difference)
    strength = np.where(errors == 0, 0, logarithmic_strength(np.abs(errors)))
    layers = [
        *neutral_layers(diagonal, ~diagonal & (errors == 0)),
        *coloured_layers(errors < 0, strength, FEWER),
        *coloured_layers(errors > 0, strength, MORE),
    ]
    texts = np.array([["0" if it == 0 else signed(it, 0) for it in row] for row in difference.tolist()])
    cells = Cells(strength, texts, _words(matrix.to_numpy(), other.to_numpy(), class_names, named))
    return Chart(class_heatmap(cells, layers, class_names), _summary(errors, class_names, named))


def _words(
    counts: NDArray[np.integer], others: NDArray[np.integer], class_names: Sequence[str], named: tuple[str, str]
) -> list[list[str]]:
    names = [for_chart(name) for name in class_names]
    one, other = (name if isinstance(name, Sentence) else for_chart(name) for name in named)
    return [
        [
            sentence(
                "{true} read as {read}: {count:,} by {one}, {other_count:,} by {other}",
                true=true,
                read=read,
                count=int(counts[row, column]),
                one=one,
                other_count=int(others[row, column]),
                other=other,
            )
            for column, read in enumerate(names)
        ]
        for row, true in enumerate(names)
    ]


def _summary(errors: NDArray[np.integer], class_names: Sequence[str], named: tuple[str, str]) -> str:
    """Say which confusions differ most, in either direction."""
    if not errors.any():
        return sentence("Each confusion is as frequent with {name} as with {other}.", name=named[0], other=named[1])
    less, more = int(errors.min()), int(errors.max())
    parts = []
    if less < 0:
        fewer = plural_sentence("{number:,} fewer image", "{number:,} fewer images", -less)
        parts.append(_confusion(errors.argmin(), class_names, fewer))
    if more > 0:
        further = plural_sentence("{number:,} more image", "{number:,} more images", more)
        parts.append(_confusion(errors.argmax(), class_names, further))
    words = joined(parts, marked("{before}, and {part}"))
    return sentence("With {name}, {parts} than with {other}.", name=named[0], parts=words, other=named[1])


def _confusion(place: np.intp, class_names: Sequence[str], images: Sentence) -> Sentence:
    true, read = divmod(int(place), len(class_names))
    values = {"true": class_names[true], "read": class_names[read]}
    return sentence("{true} is read as {read} in {images}", **values, images=images)
