"""The analysis that finds the place of a drawing on the maps that `tsne_maps` has made of the same network.

Parameters: `drawing`, its 784 pixels as hexadecimal digits, two for each, 0 to 255. Arrays: `places` (layers, 2)
float32.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mnist_core.analyses.analysis import Analysis, Parameters, Progress, Steps, Subject
from mnist_core.analyses.tsne_maps import outputs_on_map
from mnist_core.analyses.tsne_names import MAPS, PLACES
from mnist_core.embedding.layers import layer_outputs
from mnist_core.embedding.tsne import place_on
from mnist_core.errors import UserError


def compute(subject: Subject, parameters: Parameters) -> Steps:
    """Place the drawing on one map after the other."""
    earlier = subject.earlier(MAPS, {})
    if earlier is None:
        raise UserError("The maps of this network are outdated. Make them again first.")
    drawing = np.frombuffer(bytes.fromhex(parameters["drawing"]), np.uint8)
    drawn = layer_outputs(subject.network, drawing.reshape(1, -1))
    places: list[NDArray[np.floating]] = []
    for positions, values, new in zip(earlier["positions"], outputs_on_map(subject), drawn, strict=True):
        yield Progress(len(places) / len(drawn), "Placing the drawing on the maps")
        places.append(place_on(positions, values, new)[0])
    return {"places": np.array(places, np.float32)}


ANALYSIS = Analysis(PLACES, compute)
