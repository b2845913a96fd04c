"""The loss on new images rises while that on the training images falls."""

from __future__ import annotations

from mnist_core.config import LIMITS
from mnist_core.diagnosis.hints.facts import Facts
from mnist_core.diagnosis.hints.hint import Hint, hint
from mnist_core.diagnosis.hints.jumping import jumping
from mnist_core.text.sentence import Sentence, sentence
from mnist_core.text.words import told_apart

RISEN = 1.15
"""The loss on new images must be higher than at its lowest by this factor at least ..."""
FOR_EPOCHS = 2
"""... in each of so many epochs at the end: once may be an accident."""
SUGGESTED_DROPOUT = 0.3
MORE_IMAGES = 10
"""Times the training images, where a run has learned from some of them only."""


def overfitting(facts: Facts) -> Hint | None:
    """Say since which epoch a network has been memorising its training images."""
    losses = facts.losses_of_new_images
    if facts.run.kept_weights:  # of the epochs after that, nothing is left
        losses = [(epoch, loss) for epoch, loss in losses if epoch <= (facts.run.kept_epoch or 0)]
    if len(losses) <= FOR_EPOCHS or jumping(facts):
        return None
    best, lowest = min(losses, key=lambda pair: pair[1])
    if any(loss < RISEN * lowest for _, loss in losses[-FOR_EPOCHS:]):
        return None
    trained = {point.epoch: point.loss for point in facts.ends_of_epochs}
    last, loss = losses[-1]
    if best not in trained or last not in trained or trained[last] >= trained[best]:
        return None
    before, after = told_apart(trained[best], trained[last])
    if before == after:
        return None
    text = sentence(
        "Since epoch {best}, the {kind} loss has risen from {lowest:.3g} to {loss:.3g}, while the "
        "training loss fell from {before} to {after}: the network memorises images.",
        best=best,
        kind=Sentence(facts.new_images),
        lowest=lowest,
        loss=loss,
        before=before,
        after=after,
    )
    return hint(sentence("Overfitting"), text, facts.run.config, **_change(facts, best))


def _change(facts: Facts, best: int) -> dict[str, int | float]:
    """Return what to try: more images if there are more, else dropout if it has an effect, else the `best` epoch."""
    config = facts.run.config
    if config.training_images:
        available = min(facts.train_images - config.validation_images, int(LIMITS["training_images"].high))
        more = min(MORE_IMAGES * config.training_images, available)
        if more > config.training_images:
            return {"training_images": more}
    add_dropout = config.applies("dropout") and not config.dropout
    return {"dropout": SUGGESTED_DROPOUT} if add_dropout else {"epochs": best}
