"""The dataset, classes and settings of a network that a command names: a run number, a file or "starter"."""

from __future__ import annotations

from mnist_core.config import TrainConfig
from mnist_core.data import DIGITS, Dataset, load_dataset
from mnist_core.runs import DatasetStore, RunStore, State
from mnist_core.text.numbers import parse_run


def dataset_of(run: str) -> Dataset:
    """Return the dataset of a run; MNIST for a network that is no run. Raises `UserError`."""
    if not run.isdecimal():
        return load_dataset()
    with RunStore.open() as store:
        return DatasetStore(store).load(store.run(parse_run(run)).dataset_sha256)


def class_names_of(run: str) -> tuple[str, ...]:
    """Return the class names of a run; the digits for a network that is no run. Raises `UserError`."""
    if not run.isdecimal():
        return DIGITS
    with RunStore.open() as store:
        return DatasetStore(store).info(store.run(parse_run(run)).dataset_sha256).class_names


def settings_of(run: str) -> TrainConfig | None:
    """Return the settings of a run; None for files, imported networks and damaged runs, whose settings are unknown."""
    if not run.isdecimal():
        return TrainConfig() if run == "starter" else None
    with RunStore.open() as store:
        found = store.run(parse_run(run))
    return None if found.imported or found.state is State.DAMAGED else found.config
