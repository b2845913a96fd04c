"""Images that are in no dataset, in a gallery from which each can be followed through the network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnist_core.runs import Run
from mnist_core.text.sentence import marked
from pages.components.gallery.buttons import gallery_of_buttons
from pages.components.gallery.gallery_columns import Layout
from pages.shared.inside_link import open_drawing

PRESS = marked("Press an image to follow it through the network.")


def gallery_of_drawings(
    run: Run | None,
    images: NDArray[np.uint8],
    captions: Sequence[str],
    labels: Sequence[str],
    layout: Layout,
    *,
    key: str,
) -> None:
    """Show images (n, 28, 28), 0 to 255, as `gallery` does; one that is pressed opens in Inside, in the run's network.

    None is the starter network.
    """
    pressed = gallery_of_buttons(images, captions, labels, range(len(images)), layout, key=key)
    if pressed is not None:
        open_drawing(run, (images[pressed] / 255).astype(np.float32))
