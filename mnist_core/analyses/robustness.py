"""The analysis of robustness: the accuracy of a network on test images that are disturbed more and more.

No parameters. Arrays: for each disturbance, by its name, the accuracies (strengths,) float64 at its strengths; and
`images`, the number of test images that were read.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mnist_core.analyses.analysis import Analysis, Parameters, Progress, Steps, Subject
from mnist_core.evaluation.disturbances import DISTURBANCES
from mnist_core.evaluation.robustness import right_answers, robustness_sample
from mnist_core.model.numpy_network import CHUNK

NAME = "robustness"


def compute(subject: Subject, _parameters: Parameters) -> Steps:
    """Test the network at one strength after the other."""
    network, dataset = subject.network, subject.dataset
    sample = robustness_sample(network, len(dataset.test_images))
    images, labels = dataset.test_images[sample], dataset.test_labels[sample]
    chunks = -(-len(sample) // CHUNK)
    pieces = 1 + chunks * sum(len(disturbance.strengths) - 1 for disturbance in DISTURBANCES)
    done = 0
    found: dict[str, NDArray] = {"images": np.array(len(sample))}
    plain = sum(right_answers(network, images, labels, DISTURBANCES[0], 0.0)) / len(sample)
    for disturbance in DISTURBANCES:
        accuracies = []
        for strength in disturbance.strengths:
            right = 0
            for more in right_answers(network, images, labels, disturbance, strength) if strength else ():
                right, done = right + more, done + 1
                yield Progress(done / pieces, disturbance.title)
            accuracies.append(right / len(sample) if strength else plain)
        found[disturbance.name] = np.array(accuracies)
    return found


ANALYSIS = Analysis(NAME, compute)
