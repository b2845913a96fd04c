"""The penalty for large weights hinders the training although there is no overfitting that it could reduce."""

from __future__ import annotations

from mnist_core.diagnosis.hints.corrections import tenth_of_l2
from mnist_core.diagnosis.hints.facts import Facts
from mnist_core.diagnosis.hints.hint import Hint, hint
from mnist_core.text.sentence import Sentence, sentence

LARGE = 0.15
"""Times what the network gains over guessing, in loss, that the penalty must be at least.

It was 0.05 with L2 of 0.001, 0.18 with 0.01, and 0.65 with 0.1, where a quarter fewer of the images were read.
"""


def strong_l2(facts: Facts) -> Hint | None:
    """Say how large the penalty is beside the loss. With label noise, the training loss tells nothing about it.

    Batch normalisation is folded into the weights, and what they were is not known any more.
    """
    scores, config, network = facts.scores, facts.run.config, facts.network
    if not config.l2 or config.label_noise or config.batch_normalisation or scores is None or network is None:
        return None
    kernels = [it.kernel for it in network.convolutions] + [it.kernel for it in network.layers]
    penalty = config.l2 * sum(float((kernel**2).sum()) for kernel in kernels)
    gain = facts.loss_of_guessing - scores.training.loss
    if penalty < LARGE * gain or scores.training.loss < scores.new.loss:
        return None
    text = sentence(
        "The penalty for large weights is {penalty:.3g}, beside a training loss of {loss:.3g}. There is "
        "no overfitting to prevent: on the {kind} images the loss is {new:.3g}.",
        penalty=penalty,
        loss=scores.training.loss,
        kind=Sentence(scores.kind),
        new=scores.new.loss,
    )
    return hint(sentence("L2 too strong"), text, config, l2=tenth_of_l2(config))
