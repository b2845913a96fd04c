"""Exports a run as data: weights for NumPy, the history as CSV, the settings as JSON and as the query of a link."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pandas as pd

from mnist_core.config import SETTINGS, Choice, ConfigError, Number, NumberPerLayer, Switch, TrainConfig, Value
from mnist_core.export.formats import require_readable, require_settings
from mnist_core.model.numpy_network import Network
from mnist_core.progress import ProgressPoint
from mnist_core.runs import History, NoNetworkYet, Run, RunStore
from mnist_core.text.escape import quoted
from mnist_core.text.numbers import parse_number, parse_numbers
from mnist_core.text.sentence import Sentence, sentence, sentence_of

_SWITCH_WORDS = {"true": True, "on": True, "false": False, "off": False}


def weights_of(store: RunStore, run: Run) -> bytes:
    """Return the weights of the network of a run. Raises `NoNetworkYet`, `DamagedBlob`."""
    return weights(Network.from_bytes(store.network_bytes(run.id)))


def starting_weights_of(store: RunStore, run: Run) -> bytes:
    """Return the weights from which a run has started, as `Network.to_bytes` writes them.

    Raises `NoNetworkYet` for random ones, which the code makes itself, `DamagedBlob`, and `UnknownSettings` for a
    damaged run.
    """
    require_readable(run)
    start = store.starting_network(run)
    if start is None:
        raise NoNetworkYet("Run {run} has started from random weights, which its script makes itself.", run=run.id)
    return start


def history_of(store: RunStore, run: Run) -> bytes:
    """Return the history of a run in UTF-8. Raises `UnknownSettings`, and `NoNetworkYet` before its first point."""
    require_settings(run)
    points = store.history(run.id)
    if not points.points:
        raise NoNetworkYet(
            "Run {run} has no curves yet: they begin when the training begins. Try again shortly.", run=run.id
        )
    return history(points).encode()


def settings_of(_store: RunStore, run: Run) -> bytes:
    """Return the settings of a run in UTF-8. Raises `UnknownSettings`."""
    return settings(run).encode()


def weights(network: Network) -> bytes:
    """Return a network as an npz archive: `kernel_1` (784, units), `bias_1` (units,), ..., float32, and `activation`.

    The last pair is that of the output layer. Convolutional layers come first, as `filters_1` (3, 3, channels,
    filters), `filter_bias_1` (filters,), ... `activation` is one name for all layers but the last, or one for each.
    `scaling` is present if the network scales images before the first layer (see `input_scaling`). `numpy.load` can
    read it; `Network.load` cannot, see `Network.to_bytes`.
    """
    arrays: dict[str, Any] = {}
    for number, convolution in enumerate(network.convolutions, 1):
        arrays |= {f"filters_{number}": convolution.kernel, f"filter_bias_{number}": convolution.bias}
    for number, layer in enumerate(network.layers, 1):
        arrays |= {f"kernel_{number}": layer.kernel, f"bias_{number}": layer.bias}
    if network.scaling:
        arrays["scaling"] = np.array(network.scaling)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays, activation=np.array(network.activation))
    return buffer.getvalue()


def history(points: History) -> str:
    """Return the curves as CSV: one row per point, with the epochs trained so far. Accuracies are from 0 to 1."""
    table = pd.DataFrame(points.points, columns=ProgressPoint._fields)
    table.insert(2, "epochs", points.epochs)
    return table.to_csv(index=False)


def settings(run: Run) -> str:
    """Return the settings as JSON for `TrainConfig.from_json`, one per line. Raises `UnknownSettings`."""
    require_settings(run)
    return json.dumps(asdict(run.config), indent=2) + "\n"


def settings_query(config: TrainConfig) -> str:
    """Return the settings as the query of a link, such as "hidden_units=512&epochs=10&batch_size=128".

    It contains the three main settings, and others that differ from the defaults.
    """
    changed = config.changed()
    shown = {name: value for name, value in vars(config).items() if SETTINGS[name].main or name in changed}
    return urlencode({name: _as_text(value) for name, value in shown.items()}, safe=",")


def _as_text(value: Value) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def read_settings(query: Mapping[str, str], base: TrainConfig | None = None) -> tuple[TrainConfig, list[Sentence]]:
    """Read the settings in the query of a link. Missing and invalid ones are those of `base`, by default the defaults.

    Also returns a sentence for each setting that is invalid or unknown.
    """
    values: dict[str, Any] = {}
    unknown = [name for name in query if name not in SETTINGS]
    problems = [sentence("There is no setting named {name}.", name=quoted(name)) for name in unknown]
    for name in query:
        if name in SETTINGS:
            try:
                values[name] = SETTINGS[name].checked(_value(name, query[name]))
            except ConfigError as error:
                problems.append(sentence_of(error))
    base = base or TrainConfig()
    while True:
        try:
            return base.with_changes(**values), problems
        except ConfigError as error:  # it does not suit the others, such as another optimizer's
            problems.append(sentence_of(error))
            if values.pop(error.setting, None) is None:
                return base, problems


def _value(name: str, text: str) -> Any:
    """Return the text of a setting as numbers or bool; if it is neither, the text itself, which the check rejects."""
    match SETTINGS[name].kind:
        case Choice():
            return text
        case Switch():
            return _SWITCH_WORDS.get(text.lower(), text)
        case Number() as number:
            with suppress(ValueError):
                return parse_numbers(text) if isinstance(number, NumberPerLayer) else parse_number(text)
    return text
