"""What the view of the epochs shows, as JSON for epochs.js: a frame for each epoch whose predictions are stored."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import streamlit as st

from mnist_core.data import Dataset
from mnist_core.evaluation.ended_epoch import CONFIDENCE_LEVELS, EpochPredictions
from mnist_core.evaluation.through_epochs import EpochChanges, Indices
from mnist_core.runs import Run
from mnist_core.text.words import counted, percent
from pages.components.gallery.gallery import picture_url
from pages.shared import services
from pages.shared.stored_epochs import at_rest, changes, epoch_store, predictions, why_no_epochs

MOST_IMAGES = 18
"""The most images of a kind that are shown of an epoch: three rows of six."""
FEWEST_BARS = 2
"""Of so many later epochs and more, bars count the images that were first read correctly after each."""
WHAT = "predictions"


def epochs_address(run_id: int) -> str:
    """Return the address of a run's frames, relative to the app's own."""
    return f"news/{run_id}/epochs"


def epochs_as_json(run: Run, after: int) -> bytes:
    """Return the frames of a run after an epoch, oldest first, as JSON: see epochs.js. With `after` < 0, all of them.

    Raises `UserError` if the store or the images cannot be read.
    """
    stored = epoch_store().predicted(run.id)
    if not stored:
        empty = {"frames": [], "empty": why_no_epochs(run, WHAT), "atRest": at_rest(run)}
        return json.dumps(empty).encode()
    return _epochs_as_json(run.id, stored[-1], run.config.epochs, at_rest(run), after, run.dataset_sha256)


# Shared by all who watch a run.
@st.cache_resource(max_entries=32, show_spinner=False)
def _epochs_as_json(run_id: int, newest: int, planned: int, rests: bool, after: int, sha256: str) -> bytes:
    dataset = services.stored_dataset(sha256)
    found = changes(run_id, newest, sha256)
    read = {it.epoch: it for it in predictions(run_id, newest)}
    before = [None, *found[:-1]]
    pairs = [(it, earlier) for it, earlier in zip(found, before, strict=False) if it.epoch > after]
    frames = [_frame(it, earlier, read, dataset, planned) for it, earlier in pairs]
    shown = {tile["image"] for frame in frames for group in frame["groups"].values() for tile in group["tiles"]}
    answer = {
        "frames": frames,
        "images": {number: picture_url(dataset.test_images[number]) for number in sorted(shown)},
        "classes": dataset.class_names,
        "bars": [[it.epoch, len(it.first_right)] for it in later_epochs(found)],
        "summary": summary(found, len(dataset.test_labels)),
        "empty": "",
        "atRest": rests,
    }
    return json.dumps(answer).encode()


def later_epochs(found: Sequence[EpochChanges]) -> Sequence[EpochChanges]:
    """Return the epochs after the first that was trained, or the first that is stored: most images are read by then."""
    later = [it for it in found[1:] if it.epoch > 1]
    return later if len(later) >= FEWEST_BARS else []


def summary(found: Sequence[EpochChanges], images: int) -> str:
    """Say after which epochs the images were first read correctly, and how many never were."""
    if not found:
        return ""
    counts = [f"{len(it.first_right):,}" for it in found]
    untrained = found[0].epoch == 0
    first = "read correctly" if untrained else "first read correctly"
    parts = [f"{counts[0]} of {images:,} test images were {first} {_at(found[0].epoch)}"]
    if untrained and len(found) > 1:
        parts.append(f"{counts[1]} for the first time {_at(found[1].epoch)}")
    if later := found[1 + untrained :]:
        parts.append(f"{sum(len(it.first_right) for it in later):,} in a later epoch")
    if never := len(found[-1].never_right):
        parts.append(f"{never:,} never")
    words = f"{', '.join(parts)}."
    bars = later_epochs(found)
    return f"{words} The bars count those of epochs {bars[0].epoch} to {bars[-1].epoch}." if bars else words


def _at(epoch: int) -> str:
    """Return when an epoch's network was, in words."""
    return f"after epoch {epoch}" if epoch else "before the first step"


def _frame(
    it: EpochChanges,
    before: EpochChanges | None,
    read: dict[int, EpochPredictions],
    dataset: Dataset,
    planned: int,
) -> dict[str, Any]:
    now = read[it.epoch]
    earlier = now if before is None else read[before.epoch]
    of = max(planned, it.epoch)
    return {
        "step": it.epoch,
        "when": _at(it.epoch),
        "lasting": True,
        "sentence": _sentence(it, before, len(dataset.test_labels), of),
        "matrix": it.matrix.tolist(),
        "groups": {
            "misread": _group(it.misread, now, dataset, "Most confident errors first."),
            "learned": _group(it.learned, earlier, dataset, _since(before, "Misread", "read correctly now")),
            "forgotten": _group(it.forgotten, now, dataset, _since(before, "Read correctly", "misread now")),
            "first": _group(it.first_right, earlier, dataset, _about_first(before)),
            "never": _group(it.never_right, now, dataset, "Misread each time so far, most confident first."),
        },
    }


def _sentence(it: EpochChanges, before: EpochChanges | None, images: int, of: int) -> str:
    wrong = len(it.misread)
    when = f"After epoch {it.epoch} of {of}" if it.epoch else "Before the first step"
    words = f"{when}: {percent(1 - wrong / images)} correct, {counted(wrong, 'misprediction')}."
    if before is None:
        return words
    since = f"epoch {before.epoch}" if before.epoch else "the start"
    return f"{words} Since {since}, {counted(len(it.learned), 'image')} learned and {len(it.forgotten):,} forgotten."


def _since(before: EpochChanges | None, then: str, now: str) -> str:
    if before is None:
        return "There is no earlier epoch to compare with."
    return f"{then} {_at(before.epoch)}, {now}. Most confident errors first."


def _about_first(before: EpochChanges | None) -> str:
    if before is None:
        return "Read correctly, least confident first."
    return "Read correctly for the first time, most confident errors of before first."


def _group(numbers: Indices, read: EpochPredictions, dataset: Dataset, about: str) -> dict[str, Any]:
    """Return how many images there are, and the first of them with what was read in them."""
    tiles = [_tile(int(number), read, dataset) for number in numbers[:MOST_IMAGES]]
    if len(numbers) > MOST_IMAGES:
        about = f"{about} The first {MOST_IMAGES} of {len(numbers):,}."
    return {"count": len(numbers), "about": about, "tiles": tiles}


def _tile(number: int, read: EpochPredictions, dataset: Dataset) -> dict[str, Any]:
    true, predicted = (dataset.class_names[int(label[number])] for label in (dataset.test_labels, read.predicted))
    level = int(read.confidence[number])
    confidence = ">99 %" if level == CONFIDENCE_LEVELS else percent(level / CONFIDENCE_LEVELS, 0)
    return {"image": number, "caption": f"{true} read as {predicted}", "confidence": confidence}
