"""The settings of the network: its layers, and what holds for their weights."""

from __future__ import annotations

from dataclasses import dataclass

from mnist_core.config.architectures import FILTERS
from mnist_core.config.declaration import Choice, Group, KerasArgument, Need, Number, Switch, declared
from mnist_core.config.hidden_layers import MOST_HIDDEN_LAYERS
from mnist_core.config.initialisations import INITIALISATIONS


@dataclass(frozen=True)
class NetworkSettings:
    """What decides which network is trained, beside its units."""

    architecture: str = declared(
        next(iter(FILTERS)),
        Choice(tuple(FILTERS)),
        "A dense network reads the pixels as a row of numbers. A convolutional one first moves small filters over the "
        "image, 3 × 3 pixels large, in two layers, and its hidden layers read what these find. It makes fewer "
        "mistakes, but an epoch takes several times as long.",
        summary="{value}",
        group=Group.NETWORK,
        architecture=True,
    )
    hidden_layers: int = declared(
        1,
        Number(0, MOST_HIDDEN_LAYERS, whole=True),
        "The number of hidden layers. Each layer computes new numbers from all numbers of the layer before it. With "
        "none, a dense network computes its outputs from the pixels: softmax regression, the simplest to compare with.",
        dependent=True,  # on the numbers of units
        aliases=("layers",),
        noun="hidden layer",
        sweep_values="1, 2, 3",
        architecture=True,
        group=Group.NETWORK,
    )
    activation: str = declared(
        "relu",
        Choice(("relu", "tanh", "sigmoid", "elu")),
        "The function applied to the output of each hidden unit: relu keeps positive values and sets the rest to 0. "
        "Without such a function, several layers could do no more than one.",
        summary="{value}",
        architecture=True,
        need=Need("hidden_layers"),
        of_filters=True,
        group=Group.NETWORK,
    )
    initialisation: str = declared(
        next(iter(INITIALISATIONS)),
        Choice(tuple(INITIALISATIONS)),
        "How large the random weights of all layers are before the first step. glorot and he suit the size of each "
        "layer; too-small is a hundredth of glorot, and too-large five times as much. With zeros, the units of a layer "
        "stay alike.",
        aliases=("initialization", "init"),
        summary="{value} initialisation",
        keras_argument=KerasArgument(
            "dense", "kernel_initializer={}", {name: its.keras_code for name, its in INITIALISATIONS.items()}
        ),
        architecture=True,
        group=Group.NETWORK,
    )
    batch_normalisation: bool = declared(
        False,
        Switch(),
        "Scales the weighted sums of each hidden unit so that over the images of a batch they have mean 0 and standard "
        "deviation 1, before the activation. The network learns in fewer epochs, and at higher learning rates, but "
        "each epoch takes longer. A trained network uses moving averages over the batches instead.",
        aliases=("batch_normalization", "batchnorm"),
        fixed_with_parent="A run that continues another one has no batch normalisation: that of its parent is part of "
        "the weights that it starts from, and cannot be separated from them.",
        need=Need("hidden_layers"),
        group=Group.NETWORK,
    )
    dropout: float = declared(
        0.0,
        Number(0.0, 0.9, step=0.1),
        "The fraction of hidden units that are switched off at random in each step. This reduces overfitting.",
        sweep_values="0, 0.2, 0.4",
        need=Need("hidden_layers"),
        group=Group.NETWORK,
    )
    l2: float = declared(
        0.0,
        Number(1e-6, 0.1, logarithmic=True, zero="none"),
        "The penalty for large weights: this number times the sum of their squares is added to the loss that is "
        "minimised, but not to the one that is shown. This reduces overfitting.",
        sweep_values="0, 0.0001, 0.001",
        keras_argument=KerasArgument("dense", "kernel_regularizer=keras.regularizers.L2(L2)"),
        group=Group.NETWORK,
    )
