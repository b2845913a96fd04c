"""The columns of the ledger: one for each setting, the results, and the notes, tags and names that people give."""

from __future__ import annotations

from mnist_core.config import SETTINGS, Choice, Number, NumberPerLayer, Setting, Switch
from mnist_core.estimate import duration_in_words
from mnist_core.ledger.column_declaration import Column, Kind
from mnist_core.runs.dataset_info import dataset_title


def _column_of(setting: Setting) -> Column:
    """Return the column of a setting. Settings that differ are shown by default, see `table.differing_settings`."""
    return Column(
        setting.name,
        setting.label,
        _KINDS[type(setting.kind)],
        lambda row: row.settings[setting.name],
        aliases=setting.aliases,
        meaning_of_zero=setting.meaning_of_zero,
        setting=True,
        by_default=False,
    )


_KINDS = {Number: Kind.NUMBER, NumberPerLayer: Kind.PER_LAYER, Choice: Kind.TEXT, Switch: Kind.SWITCH}
_LEARNED = "Of the trained network, on the images that it learned from, with the labels that it was given"

CLASS_ACCURACY = "class_accuracy"
"""Known only where a class is, which reads its drawings with each network: see `table.with_class_accuracies`."""

COLUMNS: tuple[Column, ...] = (
    Column("run", "Run", Kind.NUMBER, lambda row: row.run.id, aliases=("id", "number"), digits=0),
    Column("name", "Name", Kind.TEXT, lambda row: row.run.name or row.run.imported, only_if_any=True),
    Column("state", "State", Kind.TEXT, lambda row: row.state),
    Column(
        "test_accuracy",
        "Test accuracy",
        Kind.FRACTION,
        lambda row: row.run.test_accuracy,
        "After the last full epoch, or with the weights that early stopping has kept",
        aliases=("accuracy", "acc"),
        digits=2,
        result=True,
    ),
    Column(
        CLASS_ACCURACY,
        "Our class",
        Kind.FRACTION,
        lambda _row: None,
        "Share of the class’s drawings that it reads correctly, of those by people of whom it has learned nothing",
        aliases=("class accuracy",),
        digits=0,
        result=True,
        only_if_any=True,
    ),
    *(_column_of(setting) for setting in SETTINGS.values()),
    Column(
        "dataset",
        "Dataset",
        Kind.TEXT,
        lambda row: row.dataset,
        aliases=("data",),
        in_words=dataset_title,
        setting=True,
        by_default=False,
    ),
    Column(
        "parent",
        "Parent",
        Kind.NUMBER,
        lambda row: row.run.parent and row.run.parent.id,
        "The run whose weights it started from",
        aliases=("continues", "parent run"),
        digits=0,
        meaning_of_zero="starter network",
        setting=True,
        by_default=False,
    ),
    Column(
        "parent_epochs",
        "Parent’s epochs",
        Kind.NUMBER,
        lambda row: row.run.parent and row.run.parent.epochs,
        "How many epochs the parent was trained before",
        aliases=("parent epochs", "parent epoch"),
        setting=True,
        by_default=False,
    ),
    Column(
        "best_test_accuracy",
        "Best test accuracy",
        Kind.FRACTION,
        lambda row: row.best[0],
        "After the best epoch. That epoch was chosen by the test images, so the number is too optimistic: "
        "choose settings and epochs by validation accuracy.",
        aliases=("best",),
        digits=2,
        result=True,
        by_default=False,
    ),
    Column(
        "best_epoch",
        "Best epoch",
        Kind.NUMBER,
        lambda row: row.best[1],
        "The first epoch with the best test accuracy",
        digits=0,
        result=True,
        by_default=False,
    ),
    Column(
        "kept_epoch",
        "Kept epoch",
        Kind.NUMBER,
        lambda row: row.run.kept_epoch if row.run.kept_weights else None,
        "The epoch whose weights early stopping has kept: the one with the best validation accuracy",
        aliases=("kept",),
        digits=0,
        result=True,
        only_if_any=True,
    ),
    Column(
        "validation_accuracy",
        "Validation accuracy",
        Kind.FRACTION,
        lambda row: row.run.validation_accuracy,
        "On training images that were held out",
        aliases=("val",),
        digits=2,
        result=True,
        only_if_any=True,
    ),
    Column(
        "test_loss",
        "Test loss",
        Kind.NUMBER,
        lambda row: row.run.test_loss,
        "After the last full epoch, or with the weights that early stopping has kept",
        aliases=("loss",),
        digits=4,
        result=True,
    ),
    Column(
        "gap",
        "Gap",
        Kind.POINTS,
        lambda row: row.gap,
        "Training accuracy minus test accuracy of the trained network, in percentage points. "
        "A large gap is a sign of overfitting.",
        aliases=("overfitting",),
        digits=2,
        result=True,
    ),
    Column(
        "parameters",
        "Parameters",
        Kind.NUMBER,
        lambda row: row.settings["parameters"],
        "Weights and biases that are learned",
        aliases=("params",),
        digits=0,
        result=True,
    ),
    Column(
        "seconds",
        "Seconds",
        Kind.NUMBER,
        lambda row: row.run.seconds,
        "Time spent training",
        aliases=("time", "duration"),
        digits=1,
        in_words=duration_in_words,
        result=True,
    ),
    Column(
        "training_accuracy",
        "Training accuracy",
        Kind.FRACTION,
        lambda row: row.run.train_accuracy,
        _LEARNED,
        aliases=("train accuracy", "trained"),
        digits=2,
        result=True,
        by_default=False,
    ),
    Column(
        "training_loss",
        "Training loss",
        Kind.NUMBER,
        lambda row: row.run.train_loss,
        _LEARNED,
        aliases=("train loss",),
        digits=4,
        result=True,
        by_default=False,
    ),
    Column(
        "owner",
        "By",
        Kind.TEXT,
        lambda row: row.run.nickname,
        "Nickname of the person who trained it",
        aliases=("by", "nickname", "who"),
    ),
    Column(
        "sweep",
        "Sweep",
        Kind.NUMBER,
        lambda row: row.run.sweep_id,
        "The number of the sweep that made it",
        digits=0,
        only_if_any=True,
    ),
    Column("tags", "Tags", Kind.TAGS, lambda row: row.run.tags, aliases=("tag",), only_if_any=True),
    Column("notes", "Notes", Kind.TEXT, lambda row: row.run.notes, aliases=("note",), only_if_any=True),
    Column(
        "pinned",
        "Pinned",
        Kind.SWITCH,
        lambda row: row.run.pinned,
        "Kept when the run store reaches its limit",
        only_if_any=True,
    ),
    Column("started", "Started", Kind.TIME, lambda row: row.run.created_at),
)
"""All columns in the order of the screen. To add one, add it here; nothing else lists them all."""

SETTING_COLUMNS = tuple(item for item in COLUMNS if item.setting)
RESULT_COLUMNS = tuple(item for item in COLUMNS if item.result)

_BY_NAME = {item.name: item for item in COLUMNS}


def column(name: str) -> Column:
    """Return the column of that name. Raises `KeyError` if there is none."""
    return _BY_NAME[name]


def is_column(name: str) -> bool:
    """Whether there is a column of that name."""
    return name in _BY_NAME
