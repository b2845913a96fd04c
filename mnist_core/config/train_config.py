"""The settings of one training run: their values, checked, and what follows from them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from mnist_core.config.data_settings import DataSettings
from mnist_core.config.declaration import ConfigError, Value, value_in_words
from mnist_core.config.hidden_layers import USUAL_UNITS, as_one, layers_of, units_for, units_of_each
from mnist_core.config.learning_settings import LearningSettings
from mnist_core.config.main_settings import MainSettings
from mnist_core.config.network_settings import NetworkSettings
from mnist_core.config.optimizers import OPTIMIZERS, taken_by
from mnist_core.config.schedules import SCHEDULES
from mnist_core.config.settings import (
    CHOICES_FIRST,
    LIMITS,
    OPTIMIZER_SETTINGS,
    SETTINGS,
    has_effect,
    lacks_need,
)
from mnist_core.text.escape import quoted
from mnist_core.text.sentence import Sentence, joined, marked, plural_sentence, sentence
from mnist_core.text.words import counted, in_sentence, listed


@dataclass(frozen=True)
class TrainConfig(DataSettings, NetworkSettings, LearningSettings, MainSettings):  # the fields of the last first
    """All settings that determine the result of a training run, apart from the dataset.

    Raises `ConfigError` for a value of the wrong type, not finite, or not allowed by its declaration, for a setting
    that has no effect and not its default, and for other numbers of units than layers. None for a setting whose default
    depends on others is replaced by that default, such as the optimizer's in Keras; units are one number if all layers
    have the same. So equal settings always compare equal.
    """

    def __post_init__(self) -> None:
        for setting in CHOICES_FIRST:
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
            return 0 if none else USUAL_UNITS
        return layers_of(self.hidden_units, 1) if name == "hidden_layers" else self.default(name)

    def _match_units_to_layers(self) -> None:
        """Raise `ConfigError` if the units are those of another number of layers; make equal ones one number."""
        units, layers = self.hidden_units, self.hidden_layers
        if isinstance(units, tuple):
            if len(units) != layers:
                allowed = sentence(
                    "{number}, as many as the numbers of units ({units})",
                    number=len(units),
                    units=value_in_words(units),
                )
                raise SETTINGS["hidden_layers"].error(layers, allowed)
            object.__setattr__(self, "hidden_units", as_one(units))
        elif (units == 0) != (layers == 0):
            words = counted(layers, "hidden layer")
            allowed = sentence(
                marked("at least 1 with {layers}") if layers else marked("0 with {layers}"), layers=words
            )
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
            following["hidden_units"] = units_for(layers, self.hidden_units, USUAL_UNITS)
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
        return sentence(
            "Its learning rate follows a {schedule} schedule over {epochs}; over more of them it would have been "
            "another one from the start. Instead, train a new run with more epochs.",
            schedule=Sentence(self.schedule),
            epochs=counted(self.epochs, "epoch"),
        )

    def learned_images(self, images: int) -> int:
        """Return how many of a dataset's training images are used for training, see `data.examples`.

        The images that are held out for validation are the same for every seed, so that runs can be compared. Raises
        `ConfigError` if none would be left, or fewer than `training_images`.
        """
        if self.validation_images >= images:
            allowed = sentence("less than {images:,}, the number of training images", images=images)
            raise SETTINGS["validation_images"].error(self.validation_images, allowed)
        available = images - self.validation_images
        if self.training_images > available:
            if self.validation_images:
                has = marked("at most {available:,}, which is what the dataset has beside the validation images")
            else:
                has = marked("at most {available:,}, which is what the dataset has")
            allowed = sentence(has, available=available)
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
            if self.validation_images:
                number = marked("at most {learned:,}, the number of images left to train on")
            else:
                number = marked("at most {learned:,}, the number of training images")
            allowed = sentence(number, learned=learned)
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

    def changed_to_json_with_seeds(self, seeds: Iterable[int]) -> dict[str, int]:
        """Return each seed by the `changed_to_json` of these settings with it.

        Faster than to make all these settings: the seed has an effect on no other setting.
        """
        changed, usual = self.changed(), self.default("seed")
        changed.pop("seed", None)
        return {
            json.dumps(changed if seed == usual else changed | {"seed": seed}, sort_keys=True): seed for seed in seeds
        }

    def describe(self) -> str:
        """Return the settings in words: the three main ones, and others that differ from their defaults."""
        units, *others = (SETTINGS[name].in_words(getattr(self, name)) for name in SETTINGS if SETTINGS[name].main)
        if isinstance(self.hidden_units, int):
            units = (
                units
                if self.hidden_units == 0
                else plural_sentence("{number} unit", "{number} units", self.hidden_units)
            )
            if self.hidden_layers > 1:
                units = sentence("{layers} × {units}", layers=self.hidden_layers, units=units)
        words = [units, *others]
        changed = self.changed()
        rest = [name for name in changed if name != "hidden_layers" and not SETTINGS[name].main]
        seed_last = sorted(rest, key=lambda name: name == "seed")
        return joined([*words, *(SETTINGS[name].in_words(changed[name]) for name in seed_last)])

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
            raise ConfigError("The settings are not valid JSON: {error}.", error=error) from None
        if not isinstance(values, dict):
            raise ConfigError('The settings must be one JSON object, such as {"epochs": 5}.')
        unknown = sorted(set(values) - set(SETTINGS))
        if unknown:
            raise ConfigError(
                "Unknown setting: {unknown}. Known: {known}.",
                unknown=quoted(", ".join(unknown)),
                known=", ".join(sorted(SETTINGS)),
            )
        return cls(**values)


def lower_learning_rate(config: TrainConfig) -> float:
    """Return a learning rate to try after a diverged run: the default of the optimizer, or a tenth of a lower rate."""
    usual, rate = config.default_learning_rate, config.learning_rate
    return usual if rate > usual else max(LIMITS["learning_rate"].low, float(f"{rate / 10:g}"))


@cache
def defaults_by_optimizer(name: str) -> dict[str, Value]:
    """Return the default of a setting with each optimizer, by the optimizer's name."""
    return {optimizer: TrainConfig(optimizer=optimizer).default(name) for optimizer in OPTIMIZERS}
