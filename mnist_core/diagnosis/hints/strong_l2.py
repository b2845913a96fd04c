"""The penalty for large weights hinders the training although there is no overfitting that it could reduce."""

from __future__ import annotations

from mnist_core.config import LIMITS
from mnist_core.diagnosis.hints.facts import Facts
from mnist_core.diagnosis.hints.hint import Hint, hint

LARGE = 0.4
"""Times the training loss that the penalty must be at least. The optimizer makes the sum of both small."""


def strong_l2(facts: Facts) -> Hint | None:
    """Say how large the penalty is beside the loss. With label noise, the training loss tells nothing about it.

    Batch normalisation is folded into the weights, and what they were is not known any more.
    """
    scores, config, network = facts.scores, facts.run.config, facts.network
    if not config.l2 or config.label_noise or config.batch_normalisation or scores is None or network is None:
        return None
    kernels = [it.kernel for it in network.convolutions] + [it.kernel for it in network.layers]
    penalty = config.l2 * sum(float((kernel**2).sum()) for kernel in kernels)
    if penalty < LARGE * scores.training.loss or scores.training.loss < scores.new.loss:
        return None
    text = (
        f"The penalty for large weights is {penalty:.3g}, beside a training loss of {scores.training.loss:.3g}. There "
        f"is no overfitting to prevent: on the {scores.kind} images the loss is {scores.new.loss:.3g}."
    )
    weaker = float(f"{config.l2 / 10:g}")
    return hint("L2 too strong", text, config, l2=weaker if weaker >= LIMITS["l2"].low else 0.0)
