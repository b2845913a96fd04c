"""Seconds per epoch with the default settings: our training loop, Keras, other libraries, and a lower bound."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from statistics import median
from typing import Protocol

from benchmarks.implementation import EpochTime, Implementation, NotInstalled
from benchmarks.report import Table
from benchmarks.run_with_open_page import run_with_open_page
from mnist_core.config import TrainConfig

FIT, LOOP, PRODUCTS = "Keras model.fit", "our loop", "matrix products alone"
ONE_THREAD = f"{PRODUCTS}, one thread"
IMPLEMENTATIONS: dict[str, tuple[str, dict[str, str]]] = {
    FIT: ("keras_fit", {}),
    LOOP: ("training_loop", {}),
    "PyTorch": ("pytorch", {}),
    "JAX scan": ("jax_scan", {}),
    PRODUCTS: ("matrix_products", {}),
    ONE_THREAD: ("matrix_products", {"OPENBLAS_NUM_THREADS": "1"}),
}
COLUMNS = (
    *("", "seconds an epoch", "lowest", "processor seconds"),
    *("÷ model.fit", "÷ our loop", "÷ products", "÷ products, one thread"),
)
WITH_OPEN_PAGE = "our loop, in a worker, page open"


class EpochTimer(Protocol):
    """Anything that trains an epoch and returns how long that took."""

    def epoch(self, config: TrainConfig, repetitions: int = 1) -> EpochTime:
        """Train `repetitions` epochs and return their mean time."""


def measure(rounds: int) -> Table:
    """Let each implementation in turn train as many epochs as the default settings have, `rounds` times."""
    config = TrainConfig()
    with ExitStack() as stack:
        implementations: dict[str, EpochTimer] = {}
        for name, (module, environment) in IMPLEMENTATIONS.items():
            implementation = Implementation(module, environment)
            stack.callback(implementation.close)
            implementations[name] = implementation
            if name == LOOP:
                implementations[WITH_OPEN_PAGE] = stack.enter_context(run_with_open_page(config))
        return _table(alternate(implementations, config, rounds, repetitions=config.epochs), rounds, config.epochs)


def alternate(
    implementations: Mapping[str, EpochTimer], config: TrainConfig, rounds: int, repetitions: int = 1
) -> dict[str, list[EpochTime]]:
    """Return the times of each implementation in each round; [] if its library is not installed."""
    times: dict[str, list[EpochTime]] = {name: [] for name in implementations}
    for number in range(rounds + 1):
        for name, implementation in implementations.items():
            try:
                time = implementation.epoch(config, repetitions)
            except NotInstalled:
                continue
            if number > 0:  # the first round warms up
                times[name].append(time)
    return times


def ratio(ours: list[EpochTime], theirs: list[EpochTime]) -> float:
    """Return the median over the rounds of ours ÷ theirs. What slows down a whole round cancels out."""
    return median(one.seconds / other.seconds for one, other in zip(ours, theirs, strict=True))


def _table(times: dict[str, list[EpochTime]], rounds: int, repetitions: int) -> Table:
    rows = [_row(name, own, times) for name, own in times.items()]
    note = (
        f"60,000 images, 256 units, batch 128. Medians of {rounds} alternating rounds of {repetitions} epochs in a "
        "row, each implementation in a process of its own; ratios are medians of the rounds' ratios. Processor seconds "
        "add up all threads and depend less on the other load of the machine. Our loop also evaluates the test set "
        "after each epoch; model.fit and the others do not. The page is measured once it shows the run live."
    )
    return Table("Seconds an epoch", COLUMNS, rows, note)


def _row(name: str, own: list[EpochTime], times: dict[str, list[EpochTime]]) -> list[str]:
    if not own:
        return [name, "not installed", *[""] * (len(COLUMNS) - 2)]
    seconds, processor = median(time.seconds for time in own), median(time.cpu_seconds for time in own)
    ratios = [f"{ratio(own, times[other]):.2f}" for other in (FIT, LOOP, PRODUCTS, ONE_THREAD)]
    known = "" if processor != processor else f"{processor:.2f}"
    return [name, f"{seconds:.2f}", f"{min(time.seconds for time in own):.2f}", known, *ratios]
