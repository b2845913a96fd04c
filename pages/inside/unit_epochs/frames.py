"""What units look for after each epoch, as JSON for unit_epochs.js: a frame for each epoch whose network is stored."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import Dataset
from mnist_core.evaluation.network_snapshot import LEVELS, MIDDLE
from mnist_core.evaluation.units_after_epoch import UnitsAfterEpoch, units_after_epoch
from mnist_core.runs import Run
from mnist_core.text.sentence import marked
from mnist_core.text.words import percent, signed
from pages.components.gallery.gallery import picture_url
from pages.shared import services
from pages.shared.stored_epochs import at_rest, epoch_store, network_after, why_no_epochs

WHAT = marked("weights")


def unit_epochs_address(run_id: int, layer: int, units: Sequence[int]) -> str:
    """Return the address of the frames of some units of a hidden layer, relative to the app's own."""
    return f"news/{run_id}/units?layer={layer}&units={','.join(map(str, units))}"


def unit_epochs_as_json(run: Run, layer: int, units: tuple[int, ...], after: int) -> bytes:
    """Return the frames of some units of a hidden layer after an epoch as JSON: see unit_epochs.js.

    With `after` < 0, all of them. Layers and units that the network does not have are left out.
    Raises `UserError` if the store or the images cannot be read.
    """
    stored = epoch_store().with_network(run.id)
    accuracies = {point.epoch: point.test_accuracy for point in services.history(run.id, run.updated_at).tested}
    frames = [
        {**frame, "step": epoch, "sentence": _sentence(epoch, max(run.config.epochs, epoch), accuracies.get(epoch))}
        for epoch in stored
        if epoch > after and (frame := _frame(run.id, epoch, run.dataset_sha256, layer, units))
    ]
    empty = "" if stored else why_no_epochs(run, WHAT)
    return json.dumps({"frames": frames, "empty": empty, "atRest": at_rest(run)}).encode()


def _sentence(epoch: int, of: int, accuracy: float | None) -> str:
    if not epoch:
        return "Before the first step: the initial weights."
    read = "" if accuracy is None else f": {percent(accuracy)} of the test images are read correctly"
    return f"After epoch {epoch} of {of}{read}."


# Shared by all who watch a run; the network after an epoch never changes.
@st.cache_resource(max_entries=256, show_spinner=False)
def _frame(run_id: int, epoch: int, sha256: str, layer: int, units: tuple[int, ...]) -> dict[str, Any] | None:
    network, dataset = network_after(run_id, epoch), services.stored_dataset(sha256)
    if network is None or layer not in range(len(network.layers) - 1):
        return None
    count = len(network.layers[layer].bias)
    chosen = [unit for unit in units if unit < count]
    found = units_after_epoch(network, dataset.test_images, dataset.test_labels, layer, chosen)
    return {
        "when": f"after epoch {epoch}" if epoch else "before the first step",
        "lasting": True,
        "units": [_unit(found, place, unit, dataset) for place, unit in enumerate(chosen)],
    }


def _unit(found: UnitsAfterEpoch, place: int, unit: int, dataset: Dataset) -> dict[str, Any]:
    """Return what is shown of a unit: its weights, or the images that excite it most, and lines of text."""
    names = dataset.class_names
    lines = [f"Above 0 for {percent(float(found.fires[place]), 0)} of the images"]
    if found.votes is not None and found.lost is not None:
        votes = found.votes[place]
        lines.insert(0, f"For {names[int(votes.argmax())]}, against {names[int(votes.argmin())]}")
        lines.append(f"Without it: {signed(-100 * float(found.lost[place]), 2)} points")
    shown: dict[str, Any] = {"unit": unit, "lines": lines}
    if found.weights is not None and found.scales is not None:
        scale = float(found.scales[place])
        return shown | {"weights": _letters(found.weights[place], scale), "scale": scale}
    examples = dataset.test_images[found.excited_by[place]]
    return shown | {"picture": picture_url(np.concatenate(list(examples), axis=1))}


def _letters(weights: NDArray[np.float32], scale: float) -> str:
    """Return weights (784,) as a character each: "?" is 0, "#" and "[" are -`scale` and `scale`."""
    steps = np.rint(np.clip(weights / (scale or 1), -1, 1) * LEVELS) + MIDDLE
    return steps.astype(np.uint8).tobytes().decode("ascii")
