"""The analysis that maps test images by t-SNE, one map for each layer. Each begins with the map of the layer before.

No parameters. Arrays: `positions` (layers, n, 2) float32, by layer as in `layer_outputs`, of the images that
`which_images` chooses.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mnist_core.analyses.analysis import Analysis, Parameters, Progress, Steps, Subject
from mnist_core.analyses.tsne_names import MAPS
from mnist_core.embedding.image_map import pca_maps
from mnist_core.embedding.layers import layer_names, layer_outputs
from mnist_core.embedding.sample import images_on_map, which_images
from mnist_core.embedding.tsne import tsne_map
from mnist_core.text.words import in_sentence


def compute(subject: Subject, parameters: Parameters) -> Steps:
    """Map one layer after the other, the pixels first."""
    outputs = outputs_on_map(subject)
    position: NDArray[np.floating] = pca_maps(outputs[:1])[0].positions
    positions = []
    for done, (name, values) in enumerate(zip(layer_names(subject.network), outputs, strict=True)):
        steps = tsne_map(values, position)
        while True:
            try:
                fraction = next(steps)
            except StopIteration as over:
                position = over.value
                break
            yield Progress((done + fraction) / len(outputs), f"Mapping the images by t-SNE: {in_sentence(name)}")
        positions.append(position)
    return {"positions": np.array(positions, np.float32)}


def outputs_on_map(subject: Subject) -> list[NDArray[np.float32]]:
    """Return what each layer makes of the test images on the maps of a network."""
    network, dataset = subject.network, subject.dataset
    numbers = which_images(dataset.test_labels, images_on_map(network, len(dataset.test_images)))
    return layer_outputs(network, dataset.test_images[numbers])


ANALYSIS = Analysis(MAPS, compute)
