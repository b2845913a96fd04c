"""The analysis that maps test images by t-SNE, one map for each layer. Each begins with the map of the layer before.

No parameters. Arrays: `positions` (layers, n, 2) float32, by layer as in `layer_outputs`, of the images that
`which_images` chooses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from mnist_core.analyses.analysis import Analysis, Parameters, Progress, Steps, Subject
from mnist_core.analyses.tsne_names import MAPS
from mnist_core.embedding.image_map import pca_maps
from mnist_core.embedding.layers import layer_names, layer_outputs
from mnist_core.embedding.sample import images_on_map, which_images
from mnist_core.embedding.tsne import tsne_map
from mnist_core.model.numpy_network import Network
from mnist_core.text.words import in_sentence


def compute(subject: Subject, parameters: Parameters) -> Steps:
    """Map one layer after the other, the pixels first."""
    names = [in_sentence(name) for name in layer_names(subject.network)]
    return (yield from maps_in_turn(names, outputs_on_map(subject)))


def maps_in_turn(names: Sequence[str], outputs: Iterable[NDArray[np.float32]]) -> Steps:
    """Map some outputs (n, units) for the same n images, each from the map before; the first from that by PCA.

    `names` are those of the outputs. Returns the arrays `positions` (outputs, n, 2).
    """
    positions: list[NDArray[np.floating]] = []
    for done, (name, values) in enumerate(zip(names, outputs, strict=True)):
        steps = tsne_map(values, positions[-1] if positions else pca_maps([values])[0].positions)
        while True:
            try:
                fraction = next(steps)
            except StopIteration as over:
                positions.append(over.value)
                break
            yield Progress((done + fraction) / len(names), f"Mapping the images by t-SNE: {name}")
    return {"positions": np.array(positions, np.float32)}


def outputs_on_map(subject: Subject, network: Network | None = None) -> list[NDArray[np.float32]]:
    """Return what each layer makes of the test images on the maps; those of another `network`, if it is given."""
    dataset = subject.dataset
    numbers = which_images(dataset.test_labels, images_on_map(subject.network, len(dataset.test_images)))
    return layer_outputs(network or subject.network, dataset.test_images[numbers])


ANALYSIS = Analysis(MAPS, compute)
