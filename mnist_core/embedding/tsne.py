"""t-SNE by openTSNE: a map on which the images nearest to each other stay neighbours. For workers only.

Source: L. van der Maaten and G. Hinton, "Visualizing Data using t-SNE", 2008; P. Poličar, M. Stražar and B. Zupan,
"openTSNE: a modular Python library for t-SNE dimensionality reduction and embedding", 2019. All settings are
openTSNE's own but the seed, one thread and exact neighbours, so that the same images always make the same map.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import UserError

if TYPE_CHECKING:
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN

# openTSNE is imported where it is used: it takes a second, and most workers never need it.

SEED = 0
PERPLEXITY = 30
"""About how many neighbours of each image count."""
FEWEST = 10
"""Fewer images make no map."""
STEPS_PER_PIECE = 25
"""Steps of the optimization at a time: some 0.3 s for 2,000 images."""

Array = NDArray[np.floating]


def tsne_map(values: Array, initial: Array) -> Generator[float, None, Array]:
    """Make a map of what a layer makes of images, `values` (n, units), and return the positions (n, 2) float64.

    It begins with the map `initial` (n, 2), so that a map is like the one that it begins with. Yields how far it is,
    0 to 1. 2,000 images take 5 to 10 s. Raises `UserError` for fewer than `FEWEST` images.
    """
    from openTSNE import TSNE
    from openTSNE.initialization import jitter, rescale

    if len(values) < FEWEST:
        raise UserError(f"t-SNE needs at least {FEWEST} images.")
    yield 0.0
    affinities = _affinities(values)
    settings = TSNE(random_state=SEED, n_jobs=1, negative_gradient_method="bh")
    start = jitter(rescale(initial.astype(np.float64)), random_state=SEED) if np.ptp(initial[:, 0]) else "random"
    embedding = settings.prepare_initial(affinities=affinities, initialization=start)
    early, late, strength = settings.early_exaggeration_iter, settings.n_iter, settings.early_exaggeration
    # Exaggerated once, and not in each piece: the rounding of each time would add up.
    affinities.P *= strength
    for step in range(0, early + late, STEPS_PER_PIECE):
        yield step / (early + late)
        is_early = step < early
        if step == early:
            affinities.P /= strength
        embedding.optimize(
            STEPS_PER_PIECE,
            learning_rate=len(values) / strength if is_early else settings.learning_rate,
            exaggeration=1,
            momentum=settings.initial_momentum if is_early else settings.final_momentum,
            inplace=True,
            propagate_exception=True,
        )
    return np.asarray(embedding)


def place_on(positions: Array, values: Array, new: Array) -> Array:
    """Return where images with outputs `new` (m, units) lie on a map that `tsne_map` made of `values`: (m, 2)."""
    from openTSNE import TSNEEmbedding

    embedding: TSNEEmbedding = TSNEEmbedding(
        positions.astype(np.float64), _affinities(values), negative_gradient_method="bh", random_state=SEED, n_jobs=1
    )
    return np.asarray(embedding.transform(new))


def _affinities(values: Array) -> PerplexityBasedNN:
    from openTSNE.affinity import PerplexityBasedNN

    perplexity = min(PERPLEXITY, (len(values) - 1) // 3)
    return PerplexityBasedNN(values, perplexity=perplexity, method="exact", n_jobs=1, random_state=SEED)
