"""A fake Keras that trains nothing and records the calls of an exported program."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass
class Asked:
    """What a program has asked for: `steps` are the names of the calls in their order."""

    steps: list[str] = field(default_factory=list)
    seeds: list[int] = field(default_factory=list)
    layers: list[tuple[Any, ...]] = field(default_factory=list)
    compiled: dict[str, Any] = field(default_factory=dict)
    fits: list[dict[str, Any]] = field(default_factory=list)
    evaluated: list[tuple[NDArray, NDArray]] = field(default_factory=list)
    predicted: list[NDArray] = field(default_factory=list)
    downloads: list[str] = field(default_factory=list)


class _Model:
    def __init__(self, asked: Asked, layers: list[tuple[Any, ...]]) -> None:
        self.asked = asked
        asked.layers = layers
        asked.steps.append("Sequential")

    def compile(self, **options: Any) -> None:
        self.asked.compiled = options

    def summary(self) -> None: ...

    def fit(self, x: NDArray, y: NDArray, **options: Any) -> None:
        self.asked.steps.append("fit")
        self.asked.fits.append({"x": x, "y": y, **options})
        logs = {"accuracy": 0.5, "loss": 1.0, "val_accuracy": 0.25}
        for callback in options["callbacks"]:
            callback.on_train_batch_end(0, logs)
            callback.on_epoch_end(options["initial_epoch"], logs)

    def evaluate(self, x: NDArray, y: NDArray, **_: Any) -> tuple[float, float]:
        self.asked.evaluated.append((x, y))
        return 1.5, 0.75

    def predict(self, x: NDArray, **_: Any) -> NDArray[np.float32]:
        self.asked.predicted.append(x)
        return np.eye(self.asked.layers[-1][1], dtype=np.float32)[np.zeros(len(x), int)]


class _Picture:
    width, height = 28, 28

    def resize(self, _size: tuple[int, int]) -> _Picture:
        return self


def _set_seed(asked: Asked, seed: int) -> None:
    asked.steps.append("set_random_seed")
    asked.seeds.append(seed)


@contextmanager
def fake_keras(downloaded: Any = None) -> Iterator[Asked]:
    """Let `import keras` find the pretender; its datasets are `downloaded`, as `load_data` returns them."""
    asked = Asked()

    def dataset(name: str) -> SimpleNamespace:
        def load_data() -> Any:
            asked.downloads.append(name)
            return downloaded

        return SimpleNamespace(load_data=load_data)

    keras = ModuleType("keras")
    keras.__dict__.update(
        Input=lambda shape: ("Input", shape),
        Sequential=lambda layers: _Model(asked, layers),
        layers=SimpleNamespace(
            Dense=lambda units, activation="none", use_bias=True: (
                "Dense",
                units,
                activation if use_bias else "no bias",
            ),
            BatchNormalization=lambda: ("BatchNormalization",),
            Activation=lambda name: ("Activation", name),
            Dropout=lambda rate: ("Dropout", rate),
        ),
        optimizers=SimpleNamespace(
            **{name: lambda learning_rate, name=name: (name, learning_rate) for name in ("RMSprop", "Adam", "SGD")}
        ),
        utils=SimpleNamespace(
            set_random_seed=lambda seed: _set_seed(asked, seed), array_to_img=lambda *_, **__: _Picture()
        ),
        callbacks=SimpleNamespace(Callback=object),
        datasets=SimpleNamespace(mnist=dataset("mnist"), fashion_mnist=dataset("fashion_mnist")),
    )
    real = sys.modules.get("keras")
    sys.modules["keras"] = keras
    try:
        yield asked
    finally:
        if real is None:
            del sys.modules["keras"]
        else:
            sys.modules["keras"] = real
