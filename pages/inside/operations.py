"""The operations of surgery: what each does to a network, the numbers that its slider offers, and its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

from mnist_core.data import Dataset
from mnist_core.evaluation.image_sample import sample_of
from mnist_core.evaluation.influence import most_influential_units
from mnist_core.model.numpy_network import Network
from mnist_core.model.surgery import with_noise, with_pruned_weights, with_rounded_weights, with_units
from mnist_core.text.words import counted


class Operation(NamedTuple):
    """One way to operate on a network.

    `apply` changes a network by the number that the `slider` is set to, one of `numbers`. `done` says what was done, as
    in "90 % of the weights set to 0". `look_at` is a sentence on what to look at, `help` a definition with its source.
    """

    name: str
    slider: str
    numbers: Sequence[int]
    first: int
    apply: Callable[[Network, int], Network]
    done: Callable[[int], str]
    look_at: str
    help: str


def operations(network: Network, dataset: Dataset) -> list[Operation]:
    """Return what can be done to a network: without a hidden layer, there are no units to keep."""
    found = [_PRUNE, _ROUND, _NOISE]
    return found if len(network.layers) == 1 else [_keep_units(network, dataset), *found]


def _keep_units(network: Network, dataset: Dataset) -> Operation:
    last = len(network.layers) - 2
    count = len(network.layers[last].bias)

    def apply(network: Network, kept: int) -> Network:
        return with_units(network, last, _by_influence(network, dataset)[:kept])

    which = "the hidden layer" if last == 0 else "the last hidden layer"
    return Operation(
        "Keep the best units",
        f"Units kept in {which}, of {count:,}",
        range(1, count + 1),
        max(1, count // 2),
        apply,
        lambda kept: f"all but {counted(kept, 'unit')} of {which} switched off",
        "How few units are enough?",
        "The other units of the layer are switched off. The best are those that move the logits most: the standard "
        "deviation of a unit's output over test images, times the length of its outgoing weights, a "
        "measure of this app's own.",
    )


def _by_influence(network: Network, dataset: Dataset) -> list[int]:
    """Return the units of the last hidden layer by falling influence; a network's are computed once for a slider."""
    if network not in _orders:
        last = len(network.layers) - 2
        count = len(network.layers[last].bias)
        _orders[network] = most_influential_units(network, sample_of(dataset).images, count, last).tolist()
    return _orders[network]


_orders: WeakKeyDictionary[Network, list[int]] = WeakKeyDictionary()

_PRUNE = Operation(
    "Prune weights",
    "Smallest weights set to 0, in %",
    range(100),
    80,
    lambda network, percent: with_pruned_weights(network, percent / 100),
    lambda percent: f"{percent} % of the weights set to 0",
    "Most weights can go before the accuracy falls.",
    "The weights closest to 0 are set to 0, whichever layers they are in. Source: Han et al., Learning both Weights "
    "and Connections for Efficient Neural Networks, 2015; there, the others are trained further.",
)
_ROUND = Operation(
    "Round weights",
    "Bits of each weight",
    range(2, 9),
    4,
    with_rounded_weights,
    lambda bits: f"weights rounded to {bits} bits",
    "A weight is trained with 32 bits. How many does it need?",
    "Each weight is rounded to one of 2^bits − 1 evenly spaced values between plus and minus the largest of its layer. "
    "Source: Krishnamoorthi, Quantizing deep convolutional networks for efficient inference, 2018.",
)
_NOISE = Operation(
    "Add noise",
    "Noise, in % of the spread of the weights",
    range(0, 201, 5),
    50,
    lambda network, percent: with_noise(network, percent / 100),
    lambda percent: f"{percent} % noise on the weights",
    "What a network knows is spread over many weights, so that none has to be exact.",
    "A random number is added to each weight, from a normal distribution whose standard deviation is this share of "
    "that of the weights of its layer. The same numbers are drawn each time. Source: Murray and Edwards, Enhanced "
    "MLP performance and fault tolerance resulting from synaptic weight noise during training, 1994; there, noise is "
    "added while a network learns.",
)
