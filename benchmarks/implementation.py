"""A contender is a process of its own that trains an epoch whenever it is asked to, so that rounds can alternate.

    python -m benchmarks.contender fit      # reads settings as JSON from standard input, a line for each epoch

Processes, because the number of threads belongs to a process, and because libraries must not share one.
"""

from __future__ import annotations

import importlib
import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import mean
from typing import IO, Any, NamedTuple, cast

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from mnist_core.config import TrainConfig  # noqa: E402


class Cost(NamedTuple):
    """What an epoch cost: seconds by the clock, and seconds of processors, all threads together."""

    seconds: float
    cpu_seconds: float


class NotInstalled(Exception):
    """The contender's library is not there."""


class Contender:
    """The process that trains by the means of `benchmarks.epochs.<module>`; idle between the calls of `epoch`."""

    def __init__(self, module: str, environment: Mapping[str, str] | None = None) -> None:
        """Start the process, with further environment variables."""
        self._command = [sys.executable, "-m", "benchmarks.contender", module]
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # TensorFlow has much to say that is of no interest
            text=True,
            cwd=PROJECT,
            env=os.environ | dict(environment or {}),
        )
        self._questions = cast(IO[str], self._process.stdin)
        self._answers = cast(IO[str], self._process.stdout)

    def epoch(self, config: TrainConfig, in_a_row: int = 1) -> Cost:
        """Train so many epochs and return the cost of one, their mean.

        The first call for a config also prepares, which is not counted. Raises `NotInstalled` if the library is
        missing, `RuntimeError` if the process broke.
        """
        costs = [self._epoch(config) for _ in range(in_a_row)]
        return Cost(*(mean(values) for values in zip(*costs, strict=True)))

    def _epoch(self, config: TrainConfig) -> Cost:
        print(config.to_json(), file=self._questions, flush=True)
        answer = json.loads(self._answers.readline() or "null")
        if answer is None:
            raise RuntimeError(
                f"a contender broke; to see why: echo '{config.to_json()}' | {shlex.join(self._command)}"
            )
        if "missing" in answer:
            raise NotInstalled(answer["missing"])
        return Cost(**answer)

    def close(self) -> None:
        """End the process."""
        self._questions.close()
        self._process.wait()


def serve(module: str) -> None:
    """Answer each line of standard input with the cost of an epoch, until it ends."""
    prepared: dict[TrainConfig, Callable[[], object]] = {}
    for line in sys.stdin:
        config = TrainConfig.from_json(line)
        try:
            if config not in prepared:
                prepared[config] = importlib.import_module(f"benchmarks.epochs.{module}").prepare(config)
            answer: dict[str, Any] = _cost_of(prepared[config])._asdict()
        except ImportError as error:
            answer = {"missing": str(error)}
        print(json.dumps(answer), flush=True)


def _cost_of(epoch: Callable[[], object]) -> Cost:
    started = Cost(time.perf_counter(), time.process_time())
    epoch()
    return Cost(time.perf_counter() - started.seconds, time.process_time() - started.cpu_seconds)


if __name__ == "__main__":
    serve(sys.argv[1])
