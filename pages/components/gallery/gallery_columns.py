"""How many columns each gallery has, and how large its images are: one place for all pages."""

from __future__ import annotations

from typing import NamedTuple

from pages.components.canvas.drawing import SHOWN_SIDE


class Layout(NamedTuple):
    """A layout of a gallery.

    `size`: the largest width of an image in CSS pixels. `cell`: the smallest width of a column, `size` if it is 0;
    there are as many columns as fit. `columns`: the number of columns if it is fixed; they shrink if there is less
    room.
    """

    size: int
    cell: int = 0
    columns: int | None = None


# The Data page
EXAMPLES_PER_CLASS = 12
"""At most; of many classes there are fewer."""
CLASS_STATISTICS = Layout(64, columns=5)
TYPICAL_IMAGES = Layout(56, cell=64)
ONE_IMAGE = Layout(280, columns=1)
AUGMENTED_IMAGES = Layout(72, cell=84)
UPLOADED_EXAMPLES = Layout(44, columns=8)
IMAGES_PER_FIX = 6
UPLOAD_FIXES = Layout(44, columns=IMAGES_PER_FIX)
"""Some images as they are, and below them as they would be."""

# The Evaluate page
MISPREDICTIONS = Layout(72, cell=80)
WRONG_LABELS = Layout(72, cell=88)
UNFAMILIAR_IMAGES = Layout(56, cell=72, columns=5)
"""There are ten or five of most kinds: no image is alone in a row, however wide the screen is."""
OPENED_IMAGE = Layout(168, columns=1)

# The Inside page
UNIT_EXAMPLES = Layout(56, columns=3)

# The Draw and Handwriting pages
TEST_IMAGE = Layout(SHOWN_SIDE)
"""As wide as the canvas on the screen."""
NEIGHBOUR_COUNT = 5
NEIGHBOURS = Layout(84, columns=NEIGHBOUR_COUNT)
HANDWRITING_SET = Layout(64, cell=72)
ONE_DRAWING = Layout(200, columns=1)


def class_examples(per_class: int) -> Layout:
    """The layout of the examples of all classes: a row for each class."""
    return Layout(48, columns=per_class)
