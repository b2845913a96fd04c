"""Images of Data that lead to their way through a network, where one knows their classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import MNIST_SHA256, Dataset
from mnist_core.runs import Run
from pages.components.gallery.buttons import gallery_of_buttons
from pages.components.gallery.gallery import gallery
from pages.components.gallery.gallery_columns import Layout
from pages.shared.current_run import current_run
from pages.shared.inside_link import open_test_image, open_training_image


class KnowingNetwork(NamedTuple):
    """A network that knows the classes of a dataset: that of a run, or the starter network where `run` is None."""

    run: Run | None


def knowing_network(dataset: Dataset) -> KnowingNetwork | None:
    """Return the network of this browser's run, or the starter network; None if neither knows the classes."""
    run = current_run()
    if run is not None and run.dataset_sha256 == dataset.sha256 and run.step:
        return KnowingNetwork(run)
    return KnowingNetwork(None) if dataset.sha256 == MNIST_SHA256 else None


def followed_gallery(
    dataset: Dataset,
    split: str,
    which: NDArray[np.intp],
    captions: Sequence[str],
    labels: Sequence[str],
    layout: Layout,
    *,
    key: str,
) -> None:
    """Show images of a split by their indices, as `gallery` does; one that is pressed is followed through a network."""
    images = dataset.split(split)[0][which]
    network = knowing_network(dataset)
    if network is None:
        gallery(images, captions, labels, layout)
        return
    pressed = gallery_of_buttons(images, captions, labels, which.tolist(), layout, key=key)
    if pressed is not None:
        (open_test_image if split == "test" else open_training_image)(network.run, pressed)
