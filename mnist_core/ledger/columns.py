"""The columns of the ledger: every setting, whatever settings there are, and what came out of the run."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum
from typing import Any

from mnist_core.config import CHOICES, SWITCHES, TrainConfig
from mnist_core.estimate import duration_in_words
from mnist_core.runs.records import dataset_title
from mnist_core.text.words import percent

UNKNOWN = "–"
"""What is written for a value that nobody knows, or that there is none of."""


class Kind(Enum):
    """What the values of a column are."""

    NUMBER = "number"
    FRACTION = "fraction"  # 0 to 1, shown in percent
    POINTS = "points"  # a difference of fractions, shown in percentage points
    TEXT = "text"
    SWITCH = "switch"  # on or off
    TAGS = "tags"
    TIME = "time"  # seconds since 1970

    @property
    def numeric(self) -> bool:
        """Whether values can be larger or smaller, and have differences and means."""
        return self in (Kind.NUMBER, Kind.FRACTION, Kind.POINTS)


@dataclass(frozen=True)
class Column:
    """One column: `name` in the data frame and in addresses, `label` on the screen, `aliases` in filters.

    `digits` are those after the point on the screen (of percent for fractions); None stands for all there are.
    """

    name: str
    label: str
    kind: Kind
    help: str = ""
    aliases: tuple[str, ...] = ()
    digits: int | None = None
    setting: bool = False


_SETTING_ALIASES = {
    "hidden_units": ("units", "neurons"),
    "epochs": ("epoch",),
    "batch_size": ("batch",),
    "learning_rate": ("rate", "lr"),
    "hidden_layers": ("layers",),
    "dataset": ("data",),
}


def _settings() -> tuple[Column, ...]:
    """Return a column for each field of `TrainConfig`, so that a new setting appears by itself, and the dataset."""
    kinds = dict.fromkeys(CHOICES, Kind.TEXT) | dict.fromkeys(SWITCHES, Kind.SWITCH)
    names = {field.name: _kind_of_default(getattr(TrainConfig(), field.name)) for field in fields(TrainConfig)}
    names |= kinds | {"dataset": Kind.TEXT}
    return tuple(
        Column(name, name.replace("_", " ").capitalize(), kind, aliases=_SETTING_ALIASES.get(name, ()), setting=True)
        for name, kind in names.items()
    )


def _kind_of_default(value: Any) -> Kind:
    if isinstance(value, bool):
        return Kind.SWITCH
    return Kind.NUMBER if isinstance(value, (int, float)) else Kind.TEXT


SETTINGS = _settings()
"""In the order in which `TrainConfig` declares them."""

_RUN = Column("run", "Run", Kind.NUMBER, aliases=("id", "number"), digits=0)
_ABOUT = (
    Column("name", "Name", Kind.TEXT),
    Column("state", "State", Kind.TEXT),
)
_ACCURACY = Column("test_accuracy", "Test accuracy", Kind.FRACTION, "After the last full epoch", ("accuracy", "acc"), 2)
_LEARNED = "Of the trained network, on the images that it learned from"
_RESULTS = (
    Column("best_test_accuracy", "Best test accuracy", Kind.FRACTION, "After the best epoch", ("best",), 2),
    Column("best_epoch", "Best epoch", Kind.NUMBER, "The first epoch with the best test accuracy", (), 0),
    Column("validation_accuracy", "Validation accuracy", Kind.FRACTION, "On training images held out", ("val",), 2),
    Column("test_loss", "Test loss", Kind.NUMBER, "After the last full epoch", ("loss",), 4),
    Column(
        "gap",
        "Gap",
        Kind.POINTS,
        "Training accuracy minus test accuracy of the trained network, in percentage points. "
        "A large gap is a sign of overfitting.",
        ("overfitting",),
        2,
    ),
    Column("parameters", "Parameters", Kind.NUMBER, "Weights and biases that are learned", ("params",), 0),
    Column("seconds", "Seconds", Kind.NUMBER, "Time spent training", ("time", "duration"), 1),
    Column("training_accuracy", "Training accuracy", Kind.FRACTION, _LEARNED, ("train accuracy", "trained"), 2),
    Column("training_loss", "Training loss", Kind.NUMBER, _LEARNED, ("train loss",), 4),
)
_REST = (
    Column("owner", "By", Kind.TEXT, "Nickname of whoever trained it", ("by", "nickname", "who")),
    Column("sweep", "Sweep", Kind.NUMBER, "The number of the sweep that made it", digits=0),
    Column("tags", "Tags", Kind.TAGS, aliases=("tag",)),
    Column("notes", "Notes", Kind.TEXT, aliases=("note",)),
    Column("pinned", "Pinned", Kind.SWITCH, "Kept when the run store reaches its limit"),
    Column("started", "Started", Kind.TIME),
)


RESULTS = (_ACCURACY, *_RESULTS)
COLUMNS: tuple[Column, ...] = (_RUN, *_ABOUT, _ACCURACY, *SETTINGS, *_RESULTS, *_REST)
"""All columns in the order of the screen."""

BY_DEFAULT = {item.name for item in (_RUN, *_ABOUT, *RESULTS, *_REST)} - {"training_accuracy", "training_loss"}
"""Those that are shown unless somebody picks others; of the settings, those that differ."""

_BY_NAME = {item.name: item for item in COLUMNS}


def column(name: str) -> Column:
    """Return the column of that name. Raises `KeyError` if there is none."""
    return _BY_NAME[name]


def is_column(name: str) -> bool:
    """Whether there is a column of that name."""
    return name in _BY_NAME


def in_words(item: Column, value: Any) -> str:
    """Return a value as people read it: "98.12 %", "on", "0.001"."""
    if value is None or value != value:
        return UNKNOWN
    if item.kind is Kind.SWITCH:
        return "on" if value else "off"
    if item.kind is Kind.TAGS:
        return value if isinstance(value, str) else ", ".join(value)
    if item.kind is Kind.FRACTION:
        return percent(value, item.digits or 0)
    if item.kind is Kind.POINTS:
        return f"{100 * value:.{item.digits or 0}f} points"
    if item.name == "seconds":
        return duration_in_words(value)
    if item.name == "dataset":
        return dataset_title(value)
    if item.kind is Kind.NUMBER:
        return f"{value:,.{item.digits}f}" if item.digits is not None else f"{value:,.6g}"
    return str(value)
