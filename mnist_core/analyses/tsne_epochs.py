"""The analysis that maps test images by t-SNE after some epochs of a run. Each begins with the map of the epoch before.

Parameters: `layer`, as in `layer_outputs`, and `epochs`, a list. Arrays: `positions` (epochs, n, 2) float32, of the
images that `which_images` chooses.
"""

from __future__ import annotations

from mnist_core.analyses.analysis import Analysis, Parameters, Steps, Subject
from mnist_core.analyses.tsne_maps import maps_in_turn, outputs_on_map
from mnist_core.analyses.tsne_names import EPOCHS
from mnist_core.errors import UserError


def compute(subject: Subject, parameters: Parameters) -> Steps:
    """Map one epoch after the other."""
    layer, epochs = int(parameters["layer"]), [int(epoch) for epoch in parameters["epochs"]]
    networks = [network for epoch in epochs if (network := subject.after_epoch(epoch)) is not None]
    if len(networks) < len(epochs):
        raise UserError("The networks of these epochs are not stored any more.")
    names = [f"epoch {epoch}" if epoch else "before training" for epoch in epochs]
    outputs = (outputs_on_map(subject, network)[layer] for network in networks)
    return (yield from maps_in_turn(names, outputs))


ANALYSIS = Analysis(EPOCHS, compute)
