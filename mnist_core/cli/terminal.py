"""What the terminal's commands do and print: JSON for programs, tables and a progress bar for people."""

from __future__ import annotations

import getpass
import json
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from mnist_core.cli.console import add_row, console
from mnist_core.config import TrainConfig
from mnist_core.data import DIGITS, MNIST, Dataset, load_dataset
from mnist_core.data.download import fetch
from mnist_core.data.fashion_mnist import FASHION_MNIST
from mnist_core.diagnosis.outcome import describe_outcome
from mnist_core.errors import UserError
from mnist_core.evaluation import class_metrics, confusion_matrix, score, top_confusions
from mnist_core.evaluation.measurement import measure
from mnist_core.export.formats import FORMATS
from mnist_core.network import Network
from mnist_core.progress import Point
from mnist_core.runs import TERMINAL, DatasetStore, Handwriting, Run, RunStore, State
from mnist_core.runs.reading import reading_of
from mnist_core.text.escape import for_terminal
from mnist_core.text.numbers import parse_run
from mnist_core.text.words import percent, with_article

POLL_SECONDS = 0.1
WATCH_SECONDS = 60.0
RELEASE_SECONDS = 5.0


def train(store: RunStore, config: TrainConfig, name: str, as_json: bool, dataset: str = MNIST) -> int:
    """Submit a run on a dataset of the store and follow it to its end; Ctrl-C pauses it. Returns the exit code.

    The workers of a running server train it; without one, this process does.
    Raises `UserError` with the run's reason if it fails.
    """
    owner = f"{TERMINAL}{uuid.uuid4().hex}"
    run_id = store.submit(config, owner=owner, nickname=user(), name=name, dataset=dataset)
    show = _print_json_points if as_json else _draw_bar
    try:
        show(store, run_id, _points(store, run_id))
    except KeyboardInterrupt:
        _put_down(store, run_id)
        print(f"Run {run_id} is paused. Resume it on the Train page of the app.", file=sys.stderr)
        raise
    return _conclude(store, store.run(run_id), as_json)


def dataset_of(run: str) -> Dataset:
    """Return the dataset that a run learned from, MNIST for a network that is no run. Raises `UserError`."""
    if not run.isdecimal():
        return load_dataset()
    with RunStore.open() as store:
        return DatasetStore(store).load(store.run(parse_run(run)).dataset_sha256)


def class_names_of(run: str) -> tuple[str, ...]:
    """Return what the classes of a run are called, digits for a network that is no run. Raises `UserError`."""
    if not run.isdecimal():
        return DIGITS
    with RunStore.open() as store:
        return DatasetStore(store).info(store.run(parse_run(run)).dataset_sha256).class_names


def run_as_json(run: Run) -> dict[str, Any]:
    """Return what a program may want to know of a run. Of an imported one, no settings are known; it has `layers`."""
    hidden = ("owner", "config", "deleted_at", "leased", "served")
    values = {name: value for name, value in asdict(run).items() if name not in hidden}
    settings = None if run.imported or run.state is State.DAMAGED else asdict(run.config)
    return {"run_id": values.pop("id"), **values, "steps": run.steps, "settings": settings}


def print_runs(runs: list[Run]) -> None:
    """Print a table of runs."""
    table = Table("Run", "Name", "By", "State", "Settings", "Test accuracy", "Seconds")
    for run in runs:
        accuracy = "" if run.test_accuracy is None else percent(run.test_accuracy)
        cells = (run.id, run.name, run.nickname, run.status, run.description, accuracy, f"{run.seconds:.1f}")
        add_row(table, *cells)
    console().print(table if runs else "No runs yet. Make one with: python -m mnist_core train")


def settings_of(run: str) -> TrainConfig | None:
    """Return with which settings a run was trained; None where that is unknown: of files and imported networks."""
    if not run.isdecimal():
        return TrainConfig() if run == "starter" else None
    with RunStore.open() as store:
        found = store.run(parse_run(run))
    return None if found.imported else found.config


def evaluate(network: Network, dataset: Dataset, as_json: bool, trained_with: TrainConfig | None = None) -> None:
    """Print accuracy, loss, confusion matrix, per-class metrics and the worst confusions on the test images.

    Where it is known with which settings the network was `trained_with`, also what it reads of what it learned from.
    """
    trained = None if trained_with is None else measure(network, trained_with, dataset, tests=False).training
    probabilities = network.predict(dataset.test_images)
    result = score(probabilities, dataset.test_labels)
    matrix = confusion_matrix(dataset.test_labels, probabilities.argmax(axis=1), len(dataset.class_names))
    confusions, names = top_confusions(matrix), [for_terminal(name) for name in dataset.class_names]
    metrics = class_metrics(matrix)
    if as_json:
        worst = [{"true": true, "predicted": predicted, "count": count} for true, predicted, count in confusions]
        values = {
            "test_accuracy": result.accuracy,
            "test_loss": result.loss,
            "train_accuracy": trained.accuracy if trained else None,
            "train_loss": trained.loss if trained else None,
            "confusion_matrix": matrix.to_numpy().tolist(),
        }
        classes = metrics.astype(object).where(metrics.notna(), None).to_dict("list")  # JSON knows no NaN
        print(json.dumps(values | {"classes": classes, "worst_confusions": worst}))
        return
    print(f"Test accuracy {percent(result.accuracy)}, loss {result.loss:.4f}, on {len(probabilities):,} images")
    if trained is not None:
        print(f"Training accuracy {percent(trained.accuracy)}, loss {trained.loss:.4f}, on what it learned from")
    print()
    named = matrix.set_axis(names, axis=0).set_axis(names, axis=1).rename_axis(index="True", columns="Predicted")
    print(f"{named}\n\n{metrics.set_axis(names, axis=0).round(4).to_string(na_rep='–')}\n")
    for true, predicted, count in confusions:
        print(f"{count} times {with_article(names[true])} was read as {with_article(names[predicted])}")


def with_handwriting(store: RunStore, dataset: str, name: str) -> str:
    """Return a dataset with the drawings of the handwriting set called `name` mixed in; itself for no name.

    Raises `UserError` if there is no such set or dataset, or they do not fit.
    """
    if not name:
        return dataset
    info = DatasetStore(store).info(dataset)
    sets = {it.name: it.id for it in Handwriting(store).sets(info.class_names)}
    if name not in sets:
        known = ", ".join(sets) or "none"
        raise UserError(f"There is no handwriting set {name!r} for the classes of {info.title}. There are: {known}.")
    return Handwriting(store).mixture(sets[name], info.sha256, f"terminal-{user()}", user()).sha256


def fetch_fashion(store: RunStore) -> None:
    """Have Fashion-MNIST in the store, with a progress bar where it has to be downloaded. Raises `DownloadFailed`."""
    dataset_store = DatasetStore(store)
    if any(info.name == FASHION_MNIST.name for info in dataset_store.all()):
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=console(stderr=True)) as bar:
        task = bar.add_task(FASHION_MNIST.title, total=FASHION_MNIST.size)
        dataset_store.add(fetch(FASHION_MNIST, lambda done, _total: bar.update(task, completed=done)))


def export(store: RunStore, run_id: int, name: str, path: Path | None) -> None:
    """Write a run to a file in the format called `name`. Raises `UserError` if that cannot be."""
    from mnist_core.export.make import make

    path = path or Path(FORMATS[name].file_name(store.run(run_id)))
    data = make(store, run_id, name)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror or error}.") from None
    print(for_terminal(f"Run {run_id} is in {path} ({len(data):,} bytes)."))


def export_to_tensorboard(store: RunStore, run_ids: list[int], folder: Path) -> None:
    """Write the runs of these numbers, or all that have curves, into TensorBoard's files in `folder`."""
    from mnist_core.export.tensorboard import write_runs

    runs = [store.run(run_id) for run_id in run_ids] or [run for run in store.runs() if run.step and not run.imported]
    write_runs(store, runs, folder)
    count = "1 run is" if len(runs) == 1 else f"{len(runs)} runs are"
    print(for_terminal(f"{count} in {folder}. See: tensorboard --logdir {folder}"))


def _points(store: RunStore, run_id: int) -> Iterator[Point]:
    """Yield each point of the run once, as it comes, until the run has ended or is paused. See `looks`."""
    seen = 0
    for _ in looks(store, lambda: store.watch(run_id)):
        run = store.run(run_id)
        for point in store.history(run_id).points:
            if point.step > seen:
                seen = point.step
                yield point
        if run.state is not State.ACTIVE:
            return


def looks(store: RunStore, watch: Callable[[], None]) -> Iterator[None]:
    """Yield, without end, whenever it is time to look how training stands; `watch` tells the store that somebody does.

    Where no worker is alive, starts one in a thread of this process.
    """
    watched = 0.0
    worker: threading.Thread | None = None
    while True:
        yield
        if time.monotonic() - watched > WATCH_SECONDS:
            watch()
            watched = time.monotonic()
        if (worker is None or not worker.is_alive()) and not store.workers():
            worker = _start_own_worker(store)
        time.sleep(POLL_SECONDS)


def _put_down(store: RunStore, run_id: int) -> None:
    """Pause the run and give its worker a moment to write a checkpoint."""
    if store.run(run_id).state is State.ACTIVE:
        store.pause(run_id)
    end = time.monotonic() + RELEASE_SECONDS
    while store.run(run_id).leased and time.monotonic() < end:
        time.sleep(POLL_SECONDS)


def _start_own_worker(store: RunStore) -> threading.Thread:
    from mnist_core.workers.worker import Worker

    thread = threading.Thread(target=Worker(store).run, name="worker", daemon=True)
    thread.start()
    return thread


def _print_json_points(_store: RunStore, run_id: int, points: Iterator[Point]) -> None:
    for point in points:
        print(json.dumps({"run_id": run_id, **point._asdict()}), flush=True)


def _draw_bar(store: RunStore, run_id: int, points: Iterator[Point]) -> None:
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
                bar.console.print(f"Epoch {point.epoch}: {_tested(point)}")


def _tested(point: Point) -> str:
    training = f"loss {point.loss:.4f}, accuracy {percent(point.accuracy)}"
    if point.validation_accuracy is not None:
        training += f", validation accuracy {percent(point.validation_accuracy)}"
    return f"{training}, test loss {point.test_loss:.4f}, test accuracy {percent(point.test_accuracy)}"


def _conclude(store: RunStore, run: Run, as_json: bool) -> int:
    if run.state is State.FAILED:
        later = run.failure is not None and run.failure.may_pass
        resume = " What was trained is kept: the Train page of the app resumes it." if later else ""
        raise UserError(f"Run {run.id} failed. {run.message}{resume}")
    per_epoch = run.seconds / max(1, run.epochs_done)
    if as_json:
        values = {"run_id": run.id, "state": run.state, "test_accuracy": run.test_accuracy, "test_loss": run.test_loss}
        values |= {"train_accuracy": run.train_accuracy, "train_loss": run.train_loss}
        values |= {"validation_accuracy": run.validation_accuracy} if run.config.validation_images else {}
        print(json.dumps(values | {"seconds_per_epoch": per_epoch}), flush=True)
    elif run.state is State.FINISHED:
        print(f"Run {run.id}: test accuracy {percent(run.test_accuracy)}, {per_epoch:.2f} seconds an epoch")
        network = Network.from_bytes(store.network_bytes(run.id))
        print(describe_outcome(run, reading_of(run, network, DatasetStore(store).load(run.dataset_sha256))))
    else:
        print(f"Run {run.id} is {run.status.lower()}.")
    return 0


def user() -> str:
    """Return who is at the terminal, as others see it beside runs."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "terminal"
