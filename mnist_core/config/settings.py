"""The settings of a training run. This is the only place that declares them, with limits, defaults and texts."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from typing import Any

from mnist_core.config.architectures import FILTERS
from mnist_core.config.declaration import (
    Choice,
    ConfigError,
    Group,
    KerasArgument,
    Need,
    Number,
    NumberPerLayer,
    Setting,
    Switch,
    Value,
    declared,
    value_in_words,
)
from mnist_core.config.hidden_layers import as_one, layers_of, units_for, units_of_each
from mnist_core.config.initialisations import INITIALISATIONS
from mnist_core.config.optimizers import OPTIMIZERS, adaptive_in_words, taken_by
from mnist_core.config.schedules import SCHEDULES, schedules_in_words
from mnist_core.text.escape import quoted
from mnist_core.text.words import counted, in_sentence, listed

MOST_HIDDEN_LAYERS = 5
_USUAL_UNITS = 256


@dataclass(frozen=True)
class TrainConfig:
    """All settings that determine the result of a training run, apart from the dataset.

    Raises `ConfigError` for a value of the wrong type, not finite, or not allowed by its declaration, for a setting
    that has no effect and not its default, and for other numbers of units than layers. None for a setting whose default
    depends on others is replaced by that default, such as the optimizer's in Keras; units are one number if all layers
    have the same. So equal settings always compare equal.
    """

    hidden_units: int | tuple[int, ...] = declared(
        _USUAL_UNITS,
        NumberPerLayer(1, 2048, whole=True, logarithmic=True, zero="no hidden layer", most=MOST_HIDDEN_LAYERS),
        "The number of units, also called neurons, in each hidden layer. A unit computes a weighted sum of its "
        "inputs; the weights are learned. More units can learn more, but take longer to train and overfit sooner. "
        "Several numbers give each layer its own.",
        dependent=True,  # on the number of layers
        main=True,
        aliases=("units", "neurons"),
        noun="unit",
        architecture=True,
        in_words_if_zero="no hidden layer",
    )
    epochs: int = declared(
        5,
        Number(1, 100, whole=True),
        "How many times the training goes through all training images. One such pass is called an epoch.",
        main=True,
        aliases=("epoch",),
        noun="epoch",
    )
    batch_size: int = declared(
        128,
        Number(1, 8192, whole=True, logarithmic=True),
        "The number of images in a batch. After each batch the weights are corrected once, which is called a step. "
        "Smaller batches mean more steps and slower epochs.",
        main=True,
        aliases=("batch",),
        summary="batch {}",
    )
    seed: int = declared(
        0,
        Number(0, 2**31 - 1, whole=True),
        "The start value of the random numbers. The same settings and the same seed give exactly the same network.",
        fixed_in_sweeps='A sweep varies the seed by itself: choose the number of "Seeds per setting".',
    )
    optimizer: str = declared(
        next(iter(OPTIMIZERS)),
        Choice(tuple(OPTIMIZERS)),
        "The optimizer is the rule by which each step changes the weights so that the loss falls. "
        f"{adaptive_in_words()}",
        summary="{}",
    )
    learning_rate: float = declared(
        None,  # the optimizer's
        Number(1e-6, 10.0, logarithmic=True),
        "How large each correction of the weights is. With a rate that is too small the network learns slowly, with "
        "one that is too large the loss never settles. The default is the usual rate of the optimizer.",
        aliases=("rate", "lr"),
        keras_argument=KerasArgument("optimizer", "learning_rate=LEARNING_RATE"),
    )
    schedule: str = declared(
        next(iter(SCHEDULES)),
        Choice(tuple(SCHEDULES)),
        "How the learning rate changes from the first step to the last that is planned: large steps at first, small "
        f"ones in the end. {schedules_in_words()} A run with a schedule cannot be trained for more epochs afterwards, "
        "since its rate has come to its end.",
        aliases=("rate schedule", "decay"),
        summary="{} schedule",
    )
    patience: int = declared(
        0,
        Number(1, 100, whole=True, zero="no early stopping"),
        "Early stopping: the training ends after so many epochs in a row without a gain in validation accuracy, and "
        "the weights of the best epoch are kept. This saves epochs in which the network would only overfit.",
        summary="patience {}",
        sweep_values="0, 2, 5",
        need=Need(
            "validation_images",
            "Early stopping needs validation images. If it went by the test images, these would choose the epoch, and "
            "the test accuracy would be too optimistic.",
        ),
    )
    min_delta: float = declared(
        0.0,
        Number(0.0, 0.1, step=0.001),
        "The smallest rise in validation accuracy that early stopping counts as a gain: 0.001 is a tenth of a "
        "percentage point. With 0, every rise counts.",
        sweep_values="0, 0.001, 0.005",
        need=Need("patience"),
    )
    momentum: float = declared(
        None,  # the optimizer's
        Number(0.0, 0.99, step=0.1),
        "The share of the last correction that is added to the next one, so that corrections in the same direction "
        f"add up. Only for {listed(taken_by('momentum'))}.",
        sweep_values="0, 0.5, 0.9",
        keras_argument=KerasArgument("optimizer", "momentum=MOMENTUM"),
    )
    weight_decay: float = declared(
        None,  # the optimizer's
        Number(1e-6, 0.1, logarithmic=True, zero="none"),
        "In each step, every weight shrinks by this fraction of itself times the learning rate. This reduces "
        f"overfitting. Only for {listed(taken_by('weight_decay'))}.",
        sweep_values="0, 0.004, 0.04",
        keras_argument=KerasArgument("optimizer", "weight_decay=WEIGHT_DECAY"),
    )
    architecture: str = declared(
        next(iter(FILTERS)),
        Choice(tuple(FILTERS)),
        "A dense network reads the pixels as a row of numbers. A convolutional one first moves small filters over the "
        "image, 3 × 3 pixels large, in two layers, and its hidden layers read what these find. It makes fewer "
        "mistakes, but an epoch takes several times as long.",
        summary="{}",
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
        summary="{}",
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
        summary="{} initialisation",
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
    augment: bool = declared(
        False,
        Switch(),
        "Also trains on a distorted copy of every image, a new one in each epoch: rotated by up to 10°, slanted, "
        "resized and moved by a pixel. Epochs take twice as long, but drawn digits are read better.",
        summary="augmented",
        group=Group.DATA,
    )
    training_images: int = declared(
        0,
        Number(100, 60_000, whole=True, step=1000, zero="all of them"),
        "The number of training images that the network learns from, a random sample that depends on the seed and "
        "keeps the proportions of the classes. Fewer images mean faster epochs and more overfitting.",
        noun="training image",
        sweep_values="500, 2000, 10000",
        group=Group.DATA,
    )
    label_noise: float = declared(
        0.0,
        Number(0.0, 0.5, step=0.1),
        "The fraction of the training labels that are made wrong, the same in each class. A wrong label is one of the "
        "other classes at random. Validation and test labels stay right. Evaluate shows which wrong labels the network "
        "has memorised.",
        aliases=("noise",),
        sweep_values="0, 0.1, 0.3",
        group=Group.DATA,
    )
    validation_images: int = declared(
        0,
        Number(0, 50_000, whole=True, step=1000),
        "The number of training images that are held out: the network does not learn from them, and its accuracy on "
        "them after each epoch shows how well it reads new images. Choose settings by this accuracy, and keep the test "
        "images for the end.",
        noun="validation image",
        fixed_in_sweeps="Validation images cannot vary: only runs with the same ones can be compared.",
        group=Group.DATA,
    )

    def __post_init__(self) -> None:
        for setting in _CHOICES_FIRST:
            value = getattr(self, setting.name)
            if value is None and setting.dependent:
                value = self._missing(setting.name)
            object.__setattr__(self, setting.name, setting.checked(value))
        self._match_units_to_layers()
        for name in SETTINGS:
            value, usual = getattr(self, name), self.default(name)
            if value != usual and not self.applies(name):
                raise SETTINGS[name].error(value, f"{value_in_words(usual)} {self._why_not(name)}")

    def _missing(self, name: str) -> Value:
        """Return the value of a dependent setting that was not given."""
        layers: Any = self.hidden_layers
        if name == "hidden_units":
            none = layers is not None and SETTINGS["hidden_layers"].checked(layers) == 0
            return 0 if none else _USUAL_UNITS
        return layers_of(self.hidden_units, 1) if name == "hidden_layers" else self.default(name)

    def _match_units_to_layers(self) -> None:
        """Raise `ConfigError` if the units are those of another number of layers; make equal ones one number."""
        units, layers = self.hidden_units, self.hidden_layers
        if isinstance(units, tuple):
            if len(units) != layers:
                allowed = f"{len(units)}, as many as the numbers of units ({value_in_words(units)})"
                raise SETTINGS["hidden_layers"].error(layers, allowed)
            object.__setattr__(self, "hidden_units", as_one(units))
        elif (units == 0) != (layers == 0):
            allowed = f"{'at least 1' if layers else 0} with {counted(layers, 'hidden layer')}"
            raise SETTINGS["hidden_units"].error(units, allowed)

    def applies(self, name: str) -> bool:
        """Whether a setting has an effect here: those of other optimizers or of absent hidden layers have none."""
        return has_effect(name, vars(self))

    def _why_not(self, name: str) -> str:
        if name in OPTIMIZER_SETTINGS:
            return f"with the optimizer {self.optimizer}, since it is a setting of {listed(taken_by(name))}"
        need = SETTINGS[name].need
        return f"without {in_sentence(SETTINGS[need.setting].label)}" if need else ""

    def default(self, name: str) -> Value:
        """Return the default of a setting beside the others.

        It is the optimizer's own, the number of layers that several numbers of units are for, or 0 units in 0 layers.
        """
        if name == "hidden_units" and self.hidden_layers == 0:
            return 0
        if name == "hidden_layers" and isinstance(self.hidden_units, tuple):
            return len(self.hidden_units)
        usual = SETTINGS[name].default
        return self.optimizer_default(name) if usual is None else usual

    @property
    def units_of_each_layer(self) -> tuple[int, ...]:
        """The units of each hidden layer, from the first to the last; () if there is none."""
        return units_of_each(self.hidden_units, self.hidden_layers)

    def optimizer_default(self, name: str) -> float:
        """Return the default of one of `OPTIMIZER_SETTINGS` in Keras; 0 if the optimizer does not take it."""
        return OPTIMIZERS[self.optimizer].defaults.get(name, 0.0)

    @property
    def default_learning_rate(self) -> float:
        """The learning rate that Keras gives the optimizer by default."""
        return self.optimizer_default("learning_rate")

    @property
    def optimizer_arguments(self) -> dict[str, float]:
        """The values of the settings that the optimizer takes, by their names in Keras."""
        return {name: getattr(self, name) for name in OPTIMIZER_SETTINGS if self.applies(name)}

    def with_changes(self, **changes: Value | None) -> TrainConfig:
        """Return the settings with some of them changed. What is not named follows a new optimizer or new layers.

        A setting of the optimizer that has its default, or that the new optimizer does not take, takes the new
        optimizer's default. So does a setting whose need is taken away. Units and layers follow each other. Raises
        `ConfigError`.
        """
        following: dict[str, Any] = {}
        if "optimizer" in changes:
            taken = OPTIMIZERS[str(SETTINGS["optimizer"].checked(changes["optimizer"]))].defaults
            own = [name for name in taken if getattr(self, name) != self.optimizer_default(name)]
            following = {name: None for name in OPTIMIZER_SETTINGS if name not in own}
        if "hidden_layers" in changes and "hidden_units" not in changes:
            layers: Any = SETTINGS["hidden_layers"].checked(changes["hidden_layers"])
            following["hidden_units"] = units_for(layers, self.hidden_units, _USUAL_UNITS)
        elif "hidden_units" in changes and "hidden_layers" not in changes:
            following["hidden_layers"] = layers_of(changes["hidden_units"], self.hidden_layers)
        values: dict[str, Any] = {**vars(self), **following, **changes}
        for name, setting in SETTINGS.items():
            if name not in changes and lacks_need(name, values):
                values[name] = setting.default
        return TrainConfig(**values)

    def learning_rate_at(self, step: int, steps: int) -> float:
        """Return the learning rate of a step (from 0) of a run of so many steps."""
        return self.learning_rate * SCHEDULES[self.schedule].factor(step, steps)

    @property
    def fixed_length(self) -> str:
        """Why a run with these settings cannot be trained for more epochs than planned; "" if it can.

        A run of more epochs must be the same as one that was planned so, and a schedule depends on what is planned.
        """
        if self.schedule == TrainConfig.schedule:
            return ""
        return (
            f"Its learning rate follows a {self.schedule} schedule over {counted(self.epochs, 'epoch')}; over more of "
            "them it would have been another one from the start. Instead, train a new run with more epochs."
        )

    def learned_images(self, images: int) -> int:
        """Return how many of a dataset's training images are used for training, see `data.examples`.

        The images that are held out for validation are the same for every seed, so that runs can be compared. Raises
        `ConfigError` if none would be left, or fewer than `training_images`.
        """
        if self.validation_images >= images:
            allowed = f"less than {images:,}, the number of training images"
            raise SETTINGS["validation_images"].error(self.validation_images, allowed)
        available = images - self.validation_images
        if self.training_images > available:
            beside = " beside the validation images" if self.validation_images else ""
            allowed = f"at most {available:,}, which is what the dataset has{beside}"
            raise SETTINGS["training_images"].error(self.training_images, allowed)
        return self.training_images or available

    def examples_per_epoch(self, images: int) -> int:
        """Return the examples per epoch over `images`: each image and, with `augment`, a distorted copy of each."""
        return 2 * images if self.augment else images

    def steps_per_epoch(self, images: int) -> int:
        """Return the batches per epoch for a dataset with so many training images. The last batch may be smaller.

        Raises `ConfigError` if a batch would be larger than the training set.
        """
        learned = self.learned_images(images)
        if self.batch_size > learned:
            which = "images left to train on" if self.validation_images else "training images"
            allowed = f"at most {learned:,}, the number of {which}"
            raise SETTINGS["batch_size"].error(self.batch_size, allowed)
        return math.ceil(self.examples_per_epoch(learned) / self.batch_size)

    def changed(self) -> dict[str, Value]:
        """Return the settings that differ from their defaults, which depend on other settings for some."""
        return {name: value for name, value in vars(self).items() if value != self.default(name)}

    def changed_to_json(self) -> str:
        """Return `changed` as a JSON object with sorted keys. It does not depend on which settings there are besides.

        So equal settings have the same text in every version of the program, unlike with `to_json`.
        """
        return json.dumps(self.changed(), sort_keys=True)

    def describe(self) -> str:
        """Return the settings in words: the three main ones, and others that differ from their defaults."""
        units, *others = (SETTINGS[name].in_words(getattr(self, name)) for name in SETTINGS if SETTINGS[name].main)
        if isinstance(self.hidden_units, int):
            layers = f"{self.hidden_layers} × " if self.hidden_layers > 1 else ""
            units = layers + units.replace(",", "")  # commas separate the settings
        words = [units, *others]
        changed = self.changed()
        rest = [name for name in changed if name != "hidden_layers" and not SETTINGS[name].main]
        seed_last = sorted(rest, key=lambda name: name == "seed")
        return ", ".join([*words, *(SETTINGS[name].in_words(changed[name]) for name in seed_last)])

    def to_json(self) -> str:
        """Return the settings as a JSON object with sorted keys."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> TrainConfig:
        """Read settings from JSON. Missing ones take their defaults.

        Raises `ConfigError` for text that is not a JSON object, an unknown setting or an invalid value.
        """
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:  # such as thousands of digits or levels
            raise ConfigError(f"The settings are not valid JSON: {error}.") from None
        if not isinstance(values, dict):
            raise ConfigError('The settings must be one JSON object, such as {"epochs": 5}.')
        unknown = sorted(set(values) - set(SETTINGS))
        if unknown:
            raise ConfigError(f"Unknown setting: {quoted(', '.join(unknown))}. Known: {', '.join(sorted(SETTINGS))}.")
        return cls(**values)


SETTINGS: dict[str, Setting] = {
    item.name: replace(item.metadata["setting"], name=item.name) for item in fields(TrainConfig)
}
"""By name, in the order of `TrainConfig`."""

OPTIMIZER_SETTINGS = tuple(
    name for name, setting in SETTINGS.items() if setting.keras_argument and setting.keras_argument.of == "optimizer"
)
"""The settings that are arguments of the optimizer. It declares which of them it takes, with their defaults."""

ARCHITECTURE_SETTINGS = tuple(name for name, setting in SETTINGS.items() if setting.architecture)
"""The settings that a run has in common with the run that it continues."""
LIMITS = {name: setting.kind for name, setting in SETTINGS.items() if isinstance(setting.kind, Number)}
"""The limits of each number, by name."""

CHOICES = {name: setting.kind.options for name, setting in SETTINGS.items() if isinstance(setting.kind, Choice)}
"""The options of each choice, by name."""

_CHOICES_FIRST = sorted(SETTINGS.values(), key=lambda setting: setting.name in LIMITS)
"""The order of the checks: the default learning rate depends on the optimizer."""


def has_effect(name: str, values: Mapping[str, Any]) -> bool:
    """Whether a setting has an effect beside others, of which `values` has those that decide it."""
    if name in OPTIMIZER_SETTINGS:
        return values["optimizer"] in taken_by(name)
    return not lacks_need(name, values)


def lacks_need(name: str, values: Mapping[str, Any]) -> bool:
    """Whether a setting has no effect because the one that it needs is 0."""
    setting = SETTINGS[name]
    if setting.need is None or values[setting.need.setting]:
        return False
    return not (setting.of_filters and FILTERS[values["architecture"]])


def lower_learning_rate(config: TrainConfig) -> float:
    """Return a learning rate to try after a diverged run: the default of the optimizer, or a tenth of a lower rate."""
    usual, rate = config.default_learning_rate, config.learning_rate
    return usual if rate > usual else max(LIMITS["learning_rate"].low, float(f"{rate / 10:g}"))


@cache
def defaults_by_optimizer(name: str) -> dict[str, Value]:
    """Return the default of a setting with each optimizer, by the optimizer's name."""
    return {optimizer: TrainConfig(optimizer=optimizer).default(name) for optimizer in OPTIMIZERS}
