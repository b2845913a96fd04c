"""Seconds an epoch of the default settings: ours, Keras's own, other libraries', and the floor."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from statistics import median
from typing import Protocol

from benchmarks.contender import Contender, Cost, NotInstalled
from benchmarks.report import Table
from benchmarks.watched_run import watched_run
from mnist_core.config import TrainConfig

FIT, LOOP, FLOOR = "Keras model.fit", "our loop", "matrix products alone"
ONE_THREAD = f"{FLOOR}, one thread"
CONTENDERS: dict[str, tuple[str, dict[str, str]]] = {
    FIT: ("fit", {}),
    LOOP: ("loop", {}),
    "PyTorch": ("pytorch", {}),
    "JAX scan": ("jax_scan", {}),
    FLOOR: ("products", {}),
    ONE_THREAD: ("products", {"OPENBLAS_NUM_THREADS": "1"}),
}
COLUMNS = (
    *("", "seconds an epoch", "lowest", "processor seconds"),
    *("÷ model.fit", "÷ our loop", "÷ products", "÷ products, one thread"),
)
WATCHED = "our loop, in a worker, page open"


class Epochs(Protocol):
    """What can train an epoch and say what it cost."""

    def epoch(self, config: TrainConfig, in_a_row: int = 1) -> Cost:
        """Train so many epochs; return the cost of one, their mean."""


def measure(rounds: int) -> Table:
    """Let every contender train as many epochs as a run of the default settings has in turn, `rounds` times."""
    config = TrainConfig()
    with ExitStack() as stack:
        contenders: dict[str, Epochs] = {}
        for name, (module, environment) in CONTENDERS.items():
            contender = Contender(module, environment)
            stack.callback(contender.close)
            contenders[name] = contender
            if name == LOOP:
                contenders[WATCHED] = stack.enter_context(watched_run(config))
        return _table(alternate(contenders, config, rounds, in_a_row=config.epochs), rounds, config.epochs)


def alternate(
    contenders: Mapping[str, Epochs], config: TrainConfig, rounds: int, in_a_row: int = 1
) -> dict[str, list[Cost]]:
    """Return what an epoch costs each contender in each round; an empty list where its library is not installed."""
    costs: dict[str, list[Cost]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, contender in contenders.items():
            try:
                cost = contender.epoch(config, in_a_row)
            except NotInstalled:
                continue
            if number > 0:  # the first round warms up
                costs[name].append(cost)
    return costs


def ratio(ours: list[Cost], theirs: list[Cost]) -> float:
    """Return the median over the rounds of ours ÷ theirs: what slows down a whole round cancels out."""
    return median(one.seconds / other.seconds for one, other in zip(ours, theirs, strict=True))


def _table(costs: dict[str, list[Cost]], rounds: int, in_a_row: int) -> Table:
    rows = [_row(name, own, costs) for name, own in costs.items()]
    note = (
        f"60,000 images, 256 units, batch 128. Medians of {rounds} alternating rounds of {in_a_row} epochs in a row, "
        "each contender in a process of its own; ratios are medians of the rounds' ratios. Processor seconds add up "
        "all threads, and depend less on what else the machine does. Our loop also reads the test set once an epoch; "
        "model.fit and the others do not. The page is measured once it shows the run live."
    )
    return Table("Seconds an epoch", COLUMNS, rows, note)


def _row(name: str, own: list[Cost], costs: dict[str, list[Cost]]) -> list[str]:
    if not own:
        return [name, "not installed", *[""] * (len(COLUMNS) - 2)]
    seconds, processor = median(cost.seconds for cost in own), median(cost.cpu_seconds for cost in own)
    ratios = [f"{ratio(own, costs[other]):.2f}" for other in (FIT, LOOP, FLOOR, ONE_THREAD)]
    known = "" if processor != processor else f"{processor:.2f}"
    return [name, f"{seconds:.2f}", f"{min(cost.seconds for cost in own):.2f}", known, *ratios]
