"""An implementation of the training in a process of its own, which trains an epoch on request.

    python -m benchmarks.implementation keras_fit      # reads settings as JSON from standard input, one line per epoch

Separate processes let rounds alternate between implementations. The number of threads is a property of a process, and
the libraries must not share one.
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
from mnist_core.workers.worker import NICENESS  # noqa: E402


class EpochTime(NamedTuple):
    """The wall-clock seconds and the processor seconds, of all threads together, of an epoch."""

    seconds: float
    cpu_seconds: float


class NotInstalled(Exception):
    """The library of the implementation is not installed."""


class Implementation:
    """A process that trains with `benchmarks.implementations.<module>`; idle between the calls of `epoch`."""

    def __init__(self, module: str, environment: Mapping[str, str] | None = None) -> None:
        """Start the process with additional environment variables."""
        self._command = [sys.executable, "-m", "benchmarks.implementation", module]
        self._process = subprocess.Popen(
            ["nice", "-n", str(NICENESS), *self._command],  # as a worker has it: other load slows down all alike
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # TensorFlow logs a lot
            text=True,
            cwd=PROJECT,
            env=os.environ | dict(environment or {}),
        )
        self._requests = cast(IO[str], self._process.stdin)
        self._responses = cast(IO[str], self._process.stdout)

    def epoch(self, config: TrainConfig, repetitions: int = 1) -> EpochTime:
        """Train `repetitions` epochs and return their mean time.

        The first call for a config also calls `prepare`, which is not counted. Raises `NotInstalled` if the library is
        missing, `RuntimeError` if the process failed.
        """
        times = [self._epoch(config) for _ in range(repetitions)]
        return EpochTime(*(mean(values) for values in zip(*times, strict=True)))

    def _epoch(self, config: TrainConfig) -> EpochTime:
        print(config.to_json(), file=self._requests, flush=True)
        response = json.loads(self._responses.readline() or "null")
        if response is None:
            raise RuntimeError(
                f"an implementation failed; to see why: echo '{config.to_json()}' | {shlex.join(self._command)}"
            )
        if "missing" in response:
            raise NotInstalled(response["missing"])
        return EpochTime(**response)

    def close(self) -> None:
        """End the process."""
        self._requests.close()
        self._process.wait()


def serve(module: str) -> None:
    """Answer each line of standard input with the time of an epoch, until standard input ends."""
    prepared: dict[TrainConfig, Callable[[], object]] = {}
    for line in sys.stdin:
        config = TrainConfig.from_json(line)
        try:
            if config not in prepared:
                prepared[config] = importlib.import_module(f"benchmarks.implementations.{module}").prepare(config)
            response: dict[str, Any] = _time(prepared[config])._asdict()
        except ImportError as error:
            response = {"missing": str(error)}
        print(json.dumps(response), flush=True)


def _time(epoch: Callable[[], object]) -> EpochTime:
    started = EpochTime(time.perf_counter(), time.process_time())
    epoch()
    return EpochTime(time.perf_counter() - started.seconds, time.process_time() - started.cpu_seconds)


if __name__ == "__main__":
    serve(sys.argv[1])
