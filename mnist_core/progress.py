"""The output of a training in progress: points of its curves, and checkpoints.

Plain data that training, the run store and the pages share.
"""

from __future__ import annotations

from typing import NamedTuple


class ProgressPoint(NamedTuple):
    """Progress at one step: running means over the epoch, as Keras reports them.

    Accuracies are fractions from 0 to 1. Test and validation values are None except at the end of an epoch. `seconds`
    is the training time of the run so far, `learning_rate` that of the step before; both are None in runs of earlier
    versions, which did not store them.
    """

    step: int
    epoch: int
    loss: float
    accuracy: float
    test_loss: float | None = None
    test_accuracy: float | None = None
    validation_loss: float | None = None
    validation_accuracy: float | None = None
    seconds: float | None = None
    learning_rate: float | None = None


class Checkpoint(NamedTuple):
    """All state that a run needs to continue: the network (see `Network.to_bytes`) and the optimizer's state.

    A run that starts from the weights of another one begins with a checkpoint at step 0, whose `optimizer` is b"": the
    optimizer has its initial state then.

    At the end of a run with early stopping, the network is that of `kept_epoch`; `stopped_early` says that its patience
    has come to an end, so that it cannot go on.
    """

    step: int
    network: bytes
    optimizer: bytes
    kept_epoch: int | None = None
    stopped_early: bool = False
