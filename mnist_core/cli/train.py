"""The command `train`: submits a run, shows its progress as a bar or as JSON, and prints its outcome."""

from __future__ import annotations

import argparse
import json
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from mnist_core.cli.console import console, user
from mnist_core.cli.follow import POLL_SECONDS, poll
from mnist_core.config import SETTINGS, TrainConfig, value_in_words
from mnist_core.data import MNIST
from mnist_core.data.download import fetch
from mnist_core.data.fashion_mnist import FASHION_MNIST
from mnist_core.diagnosis.outcome import describe_outcome
from mnist_core.errors import UserError
from mnist_core.model.numpy_network import Network
from mnist_core.progress import ProgressPoint
from mnist_core.runs import (
    STARTER,
    TERMINAL,
    DatasetStore,
    HandwritingStore,
    Parent,
    ParentNetwork,
    Run,
    RunNotFound,
    RunStore,
    State,
)
from mnist_core.runs.run_scores import scores_of
from mnist_core.text.words import percent

RELEASE_SECONDS = 5.0


def run(options: argparse.Namespace) -> int:
    """Train with the settings in the options, and return the exit code. Raises `UserError`."""
    given = {name: value for name, value in vars(options).items() if name in SETTINGS}
    with RunStore.open() as store:
        found = parent_network(store, options.parent)
        config = (found.config if found else TrainConfig()).with_changes(**given)
        if options.dataset == FASHION_MNIST.name:
            fetch_fashion_mnist(store)
        dataset = options.dataset or (found.dataset_sha256 if found else MNIST)
        dataset = with_handwriting(store, dataset, options.handwriting)
        return train(store, config, options.name, options.json, dataset, found.parent if found else None)


def parent_network(store: RunStore, named: int | str | None) -> ParentNetwork | None:
    """Return the network of a run, by its number, or "starter"; None if none is named. Raises `UserError`."""
    return None if named is None else store.parent_network(STARTER if isinstance(named, str) else named)


def train(
    store: RunStore,
    config: TrainConfig,
    name: str,
    as_json: bool,
    dataset: str = MNIST,
    parent: Parent | None = None,
) -> int:
    """Submit a run on a dataset of the store and follow it to its end. Ctrl-C pauses it. Returns the exit code.

    The workers of a running server train it; without one, this process does.
    Raises `UserError` with the reason if the run fails, or if somebody deletes it.
    """
    owner = f"{TERMINAL}{uuid.uuid4().hex}"
    run_id = store.submit(config, owner=owner, nickname=user(), name=name, dataset=dataset, parent=parent)
    show = _print_json_points if as_json else _draw_bar
    try:
        show(store, run_id, _points(store, run_id))
    except KeyboardInterrupt:
        print(_put_down(store, run_id), file=sys.stderr)
        raise
    return _conclude(store, _require_there(store, run_id), as_json)


def with_handwriting(store: RunStore, dataset: str, name: str) -> str:
    """Return a dataset, mixed with the drawings of the handwriting set called `name` unless the name is empty.

    Drawings of an earlier mixture are left out.

    Raises `UserError` if there is no such set or dataset, or they do not fit.
    """
    if not name:
        return dataset
    info = DatasetStore(store).info(dataset)
    sets = {it.name: it.id for it in HandwritingStore(store).sets(info.class_names)}
    if name not in sets:
        known = ", ".join(sets) or "none"
        raise UserError(f"There is no handwriting set {name!r} for the classes of {info.title}. Known: {known}.")
    return HandwritingStore(store).mixture(sets[name], info.base_sha256, f"terminal-{user()}", user()).sha256


def fetch_fashion_mnist(store: RunStore) -> None:
    """Add Fashion-MNIST to the store, downloaded with a progress bar if needed. Raises `DownloadFailed`."""
    dataset_store = DatasetStore(store)
    if any(info.name == FASHION_MNIST.name for info in dataset_store.all()):
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=console(stderr=True)) as bar:
        task = bar.add_task(FASHION_MNIST.title, total=FASHION_MNIST.size)
        dataset_store.add(fetch(FASHION_MNIST, lambda done, _total: bar.update(task, completed=done)))


def _points(store: RunStore, run_id: int) -> Iterator[ProgressPoint]:
    """Yield each new point of the run, until the run has ended, is paused or was deleted. See `poll`."""
    seen = 0
    for _ in poll(store, lambda: store.watch(run_id)):
        run = _require_there(store, run_id)
        for point in store.history(run_id).points:
            if point.step > seen:
                seen = point.step
                yield point
        if run.state is not State.ACTIVE:
            return


def _require_there(store: RunStore, run_id: int) -> Run:
    """Return the run. Raises `RunNotFound` if somebody has deleted it: nobody trains it then."""
    with suppress(RunNotFound):  # deleted for good
        run = store.run(run_id)
        if run.deleted_at is None:
            return run
    raise RunNotFound(f"Run {run_id} was deleted.")


def _put_down(store: RunStore, run_id: int) -> str:
    """Pause the run, give its worker a moment to write a checkpoint, and return a sentence on what became of it."""
    try:
        if _require_there(store, run_id).state is State.ACTIVE:
            store.pause(run_id)
    except RunNotFound as deleted:
        return str(deleted)
    end = time.monotonic() + RELEASE_SECONDS
    while store.run(run_id).leased and time.monotonic() < end:
        time.sleep(POLL_SECONDS)
    return f"Run {run_id} is paused. Resume it on the Train page of the app."


def _print_json_points(_store: RunStore, run_id: int, points: Iterator[ProgressPoint]) -> None:
    for point in points:
        print(json.dumps({"run_id": run_id, **point._asdict()}), flush=True)


def _draw_bar(store: RunStore, run_id: int, points: Iterator[ProgressPoint]) -> None:
    run = store.run(run_id)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console(stderr=True)) as bar:
        task = bar.add_task(f"Run {run_id}: waiting for its first step", total=run.steps)
        for point in points:
            epoch = f"epoch {point.epoch} of {run.config.epochs}"
            text = f"Run {run_id}: {epoch}  loss {point.loss:.4f}  accuracy {percent(point.accuracy)}"
            bar.update(task, completed=point.step, description=text)
            if point.test_accuracy is not None:
                bar.console.print(f"Epoch {point.epoch}: {_tested(point, run.config)}")
        if (ended := store.run(run_id)).stopped_early:
            bar.update(task, completed=ended.steps, description=f"Run {run_id} {ended.kept_weights}")


def _tested(point: ProgressPoint, config: TrainConfig) -> str:
    training = f"loss {point.loss:.4f}, accuracy {percent(point.accuracy)}"
    if config.schedule != TrainConfig.schedule and point.learning_rate is not None:
        training = f"learning rate {value_in_words(float(f'{point.learning_rate:.3g}'))}, {training}"
    if point.validation_accuracy is not None:
        training += f", validation accuracy {percent(point.validation_accuracy)}"
    return f"{training}, test loss {point.test_loss:.4f}, test accuracy {percent(point.test_accuracy)}"


def _conclude(store: RunStore, run: Run, as_json: bool) -> int:
    if run.state is State.FAILED:
        later = run.failure is not None and run.failure.may_pass
        resume = " Its progress is kept: resume it on the Train page of the app." if later else ""
        raise UserError(f"Run {run.id} failed. {run.message}{resume}")
    per_epoch = run.seconds / max(1, run.epochs_done)
    if as_json:
        values = {"run_id": run.id, "state": run.state, "test_accuracy": run.test_accuracy, "test_loss": run.test_loss}
        values |= {"train_accuracy": run.train_accuracy, "train_loss": run.train_loss}
        values |= {"validation_accuracy": run.validation_accuracy} if run.config.validation_images else {}
        values |= {"kept_epoch": run.kept_epoch} if run.config.patience else {}
        print(json.dumps(values | {"seconds_per_epoch": per_epoch}), flush=True)
    elif run.state is State.FINISHED:
        print(f"Run {run.id}: test accuracy {percent(run.test_accuracy)}, {per_epoch:.2f} seconds per epoch")
        network = Network.from_bytes(store.network_bytes(run.id))
        print(describe_outcome(run, scores_of(run, network, DatasetStore(store).load(run.dataset_sha256))))
    else:
        print(f"Run {run.id} is {run.status.lower()}.")
    return 0
