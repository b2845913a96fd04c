"""The analysis of what each unit of a hidden layer is worth: the accuracy that is lost without it.

Parameters: `layer`, 0 for the first hidden layer. Arrays: `lost` (units,) float64, from -1 to 1, and `images`, the
number of test images that were read.
"""

from __future__ import annotations

import numpy as np

from mnist_core.analyses.analysis import Analysis, Parameters, Progress, Steps, Subject
from mnist_core.evaluation.units_switched_off import accuracies_lost, images_within_budget
from mnist_core.text.words import counted

NAME = "units switched off"


def compute(subject: Subject, parameters: Parameters) -> Steps:
    """Switch off one unit after the other."""
    network, dataset = subject.network, subject.dataset
    layer = int(parameters["layer"])
    units = len(network.layers[layer].bias)
    sample = images_within_budget(network, layer, len(dataset.test_images))
    images, labels = dataset.test_images[sample], dataset.test_labels[sample]
    doing = f"Switching off each of {counted(units, 'unit')}"
    yield Progress(0.0, doing)
    lost: list[float] = []
    for accuracy in accuracies_lost(network, layer, images, labels):
        lost.append(accuracy)
        yield Progress(len(lost) / units, doing)
    return {"lost": np.array(lost), "images": np.array(len(sample))}


ANALYSIS = Analysis(NAME, compute)
