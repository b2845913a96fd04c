"""Declarations of settings, and how values are checked against them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from mnist_core.errors import UserError
from mnist_core.text.escape import LONGEST_QUOTE, clean
from mnist_core.text.sentence import Sentence, marked, sentence
from mnist_core.text.words import counted, in_sentence

Value = int | float | str | bool | tuple[int, ...]

LONGEST_SHOWN = 1e18
"""Larger numbers are not written out in messages."""


class ConfigError(UserError):
    """A setting is invalid. The text names the setting and what is allowed.

    `setting` is its name; "" if no setting of its own is wrong.
    """

    def __init__(self, text: str, setting: str = "", /, **values: Any) -> None:
        super().__init__(text, **values)
        self.setting = setting


@dataclass(frozen=True)
class Number:
    """A number from `low` to `high`, both included.

    `step` is the step of the buttons of a number input; None means 1 for whole numbers and any precision for fractions.
    `logarithmic` numbers are compared by their ratio, so a sweep divides a range of them into equal factors. `zero`
    says what 0 means if 0 is allowed beside the range, such as "all of them"; "" if it is not.
    """

    low: float
    high: float
    whole: bool = False
    step: float | None = None
    logarithmic: bool = False
    zero: str = ""

    @property
    def range_in_words(self) -> str:
        """The limits in words: "1 to 2,048", or "100 to 60,000, or 0 for all of them"."""
        low, high = (_grouped(int(end)) if self.whole else value_in_words(end) for end in (self.low, self.high))
        if self.zero:
            return sentence("{low} to {high}, or 0 for {zero}", low=low, high=high, zero=Sentence(self.zero))
        return sentence("{low} to {high}", low=low, high=high)

    @property
    def allowed(self) -> str:
        """What is allowed, in words: "a whole number from 1 to 2,048"."""
        if self.whole:
            return sentence("a whole number from {range}", range=self.range_in_words)
        return sentence("a number from {range}", range=self.range_in_words)

    def checked(self, value: Any) -> int | float:
        """Return `value` as an int or float. NumPy scalars are accepted. Raises `ValueError`."""
        if isinstance(value, (bool, str)) or not hasattr(value, "__float__"):
            raise ValueError
        number = _as_float(value)
        allowed = self.low <= number <= self.high or (number == 0 and bool(self.zero))
        if not math.isfinite(number) or not allowed or (self.whole and number != int(number)):
            raise ValueError
        return int(number) if self.whole else number


@dataclass(frozen=True)
class NumberPerLayer(Number):
    """One number for all hidden layers, or several, one for each of at most `most` layers."""

    most: int = 1

    @property
    def range_in_words(self) -> str:
        """The limits in words, with an example of several numbers."""
        return sentence(
            "{range}, or several for up to {most} layers, such as 256, 64", range=super().range_in_words, most=self.most
        )

    def checked(self, value: Any) -> int | float | tuple[int, ...]:  # type: ignore[override]
        """Return one number, or one for each layer. Raises `ValueError`."""
        if not isinstance(value, (tuple, list)):
            return super().checked(value)
        if not 1 < len(value) <= self.most or 0 in value:
            raise ValueError
        return tuple(int(super(NumberPerLayer, self).checked(number)) for number in value)


@dataclass(frozen=True)
class Choice:
    """One of several words."""

    options: tuple[str, ...]

    @property
    def allowed(self) -> str:
        """What is allowed, for a sentence."""
        return sentence("one of {options}", options=", ".join(self.options))

    def checked(self, value: Any) -> str:
        """Return `value`. Raises `ValueError` if it is not one of the options."""
        if value not in self.options:
            raise ValueError
        return str(value)


@dataclass(frozen=True)
class Switch:
    """On or off."""

    allowed = sentence("true or false")

    def checked(self, value: Any) -> bool:
        """Return `value`. Raises `ValueError` if it is not a bool."""
        if not isinstance(value, bool):
            raise ValueError
        return value


class Group(Enum):
    """What a setting is about, in the order of the Train page; the values are the headings there."""

    DATA = marked("Data")
    NETWORK = marked("Network")
    LEARNING = marked("Learning")


class KerasArgument(NamedTuple):
    """How exported Keras code uses a setting: as an argument of the optimizer or of every `Dense` layer.

    `code` refers to a number by a constant, the name of the setting in capitals. For a choice, it is a format string
    that takes one of `expressions`, by the word that was chosen.
    """

    of: Literal["optimizer", "dense"]
    code: str
    expressions: Mapping[str, str] = MappingProxyType({})

    def code_for(self, value: Value) -> str:
        """Return the argument for a value of the setting."""
        return self.code.format(self.expressions[str(value)]) if self.expressions else self.code


class Need(NamedTuple):
    """Another setting, by its name, without which one must have its default; `reason` is a sentence for Train."""

    setting: str
    reason: str = ""


@dataclass(frozen=True)
class Setting:
    """One setting of a run.

    `name` and `default` are those of its field in `TrainConfig`. If the default is `dependent` on other settings, None
    there asks for it. `help` is shown on the Train page. `main` settings come first there, and are part of every link
    and description; the others are under the heading of their `group`. `aliases` are further names of its column in
    filters of the ledger. `summary` is a format string for descriptions, which takes the {value}, and `noun` is what a
    whole number counts; without either, descriptions have the label and the value. `in_words_if_zero` describes 0.
    `sweep_values` is what the sweep dialog suggests, by default values around the present one. `fixed_in_sweeps` says
    why a sweep cannot vary it; "" if it can. A run that starts from the weights of another one has the settings of the
    `architecture` from there; `fixed_with_parent` says why it has the default of this one; "" if it may have others.
    `need` is the setting without which this one has no effect, unless it is one `of_filters` and the network has these.
    """

    kind: Number | Choice | Switch
    help: str
    name: str = ""
    default: Value | None = None
    dependent: bool = False
    main: bool = False
    group: Group = Group.LEARNING
    aliases: tuple[str, ...] = ()
    summary: str = ""
    noun: str = ""
    in_words_if_zero: str = ""
    of_filters: bool = False
    sweep_values: str = ""
    fixed_in_sweeps: str = ""
    architecture: bool = False
    fixed_with_parent: str = ""
    keras_argument: KerasArgument | None = None
    need: Need | None = None

    @property
    def label(self) -> str:
        """The name for people: "Hidden units"."""
        return self.name.replace("_", " ").capitalize()

    @property
    def meaning_of_zero(self) -> str:
        """What 0 means where it is no number of the range: "all of them"; "" if it is, or not allowed."""
        return self.kind.zero if isinstance(self.kind, Number) else ""

    @property
    def constant(self) -> str:
        """The name of the constant in exported code: "HIDDEN_UNITS"."""
        return self.name.upper()

    @property
    def option(self) -> str:
        """The option of the terminal: "--hidden-units"."""
        return "--" + self.name.replace("_", "-")

    def checked(self, value: Any) -> Value:
        """Return `value` converted to the kind of the setting. Raises `ConfigError`, which says what is allowed."""
        try:
            return self.kind.checked(value)
        except ValueError:
            raise self.error(value, self.kind.allowed) from None

    def error(self, value: Any, allowed: str) -> ConfigError:
        """Return the error for an invalid value, which says what is allowed."""
        return ConfigError(
            "{label} must be {allowed}, not {value}.",
            self.name,
            label=Sentence(self.label),
            allowed=allowed,
            value=_shown(value),
        )

    def in_words(self, value: Value) -> Sentence:
        """Return a value for the description of a run, such as "1 unit", "batch 128" or "not augmented".

        Switches without a summary are called by their label: "batch normalisation", "without batch normalisation".
        """
        if value == 0 and (meaning := self.meaning_of_zero):
            label = in_sentence(self.label)
            return Sentence(self.in_words_if_zero or sentence("{setting} {value}", setting=label, value=meaning))
        if self.noun and isinstance(value, tuple):
            return sentence("{value} {noun}", value=value_in_words(value), noun=Sentence(f"{self.noun}s"))
        if self.noun and isinstance(value, int):
            return counted(value, self.noun)
        if isinstance(value, bool) and not self.summary:
            label = in_sentence(self.label)
            return label if value else sentence("without {setting}", setting=label)
        if value is False:
            return sentence("not {value}", value=Sentence(self.summary))
        if self.summary:
            return sentence(self.summary, value=value)
        return sentence("{setting} {value}", setting=in_sentence(self.label), value=value_in_words(value))

    def value_in_words(self, value: Value) -> Sentence:
        """Return a value without the setting's name, such as "2,048", "0.001", "on" or, for 0, "all of them"."""
        if value == 0 and (meaning := self.meaning_of_zero):
            return Sentence(meaning)
        return grouped_in_words(value)


def declared(default: Value | None, kind: Number | Choice | Switch, help_text: str, **more: Any) -> Any:
    """Return a dataclass field with the declaration of a setting in its metadata. `more` is as in `Setting`.

    Without a default, the setting is dependent.
    """
    setting = Setting(kind, help_text, default=default, **{"dependent": default is None, **more})
    return field(default=None if setting.dependent else default, metadata={"setting": setting})


def value_in_words(value: Value) -> str:
    """Return a value in words, such as "0.001", "0.00001", "64", "256, 64" or "on"."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return f"{Decimal(f'{value:g}'):f}" if isinstance(value, float) else str(value)


def grouped_in_words(value: Value) -> Sentence:
    """Return a value in words, with thousands of whole numbers apart, as each language has it: "2,048", "0.001"."""
    return _grouped(value) if type(value) is int else Sentence(value_in_words(value))


def _grouped(number: int) -> Sentence:
    return sentence("{number:,}", number=number)


def _as_float(value: Any) -> float:
    """Return a number as a float: infinite if it exceeds the range of floats, NaN if it is not a number."""
    try:
        return float(value)
    except OverflowError:
        return math.inf
    except (TypeError, ValueError):  # such as an array of several numbers
        return math.nan


def _shown(value: Any) -> str:
    """Return any value for a message."""
    if isinstance(value, (int, float)) and abs(value) > LONGEST_SHOWN:
        return sentence("a number of that size")
    if isinstance(value, (tuple, list)) and value:  # as people type it
        return clean(repr(", ".join(map(str, value))), LONGEST_QUOTE)
    return _grouped(value) if type(value) is int else clean(repr(value), LONGEST_QUOTE)
