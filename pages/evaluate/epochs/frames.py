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
from mnist_core.text.sentence import marked
from mnist_core.text.words import counted, percent
from pages.components.gallery.gallery import picture_url
from pages.shared import services
from pages.shared.stored_epochs import at_rest, changes, epoch_store, predictions, why_no_epochs
from pages.visit.language import _, current_language

MOST_IMAGES = 18
"""The most images of a kind that are shown of an epoch: three rows of six."""
FEWEST_BARS = 2
"""Of so many later epochs and more, bars count the images that were first read correctly after each."""
WHAT = marked("predictions")


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
    asked = run.id, stored[-1], run.config.epochs, at_rest(run), after, run.dataset_sha256
    return _epochs_as_json(*asked, current_language())


# Shared by all who watch a run.
@st.cache_resource(max_entries=32, show_spinner=False)
def _epochs_as_json(
    run_id: int, newest: int, planned: int, rests: bool, after: int, sha256: str, language: str
) -> bytes:
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
        "words": _words(),
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
    untrained = found[0].epoch == 0
    first = {"number": len(found[0].first_right), "images": images, "when": _at(found[0].epoch)}
    if untrained:
        parts = [_("{number:,} of {images:,} test images were read correctly {when}", **first)]
    else:
        parts = [_("{number:,} of {images:,} test images were first read correctly {when}", **first)]
    if untrained and len(found) > 1:
        parts.append(
            _("{number:,} for the first time {when}", number=len(found[1].first_right), when=_at(found[1].epoch))
        )
    if later := found[1 + untrained :]:
        parts.append(_("{number:,} in a later epoch", number=sum(len(it.first_right) for it in later)))
    if never := len(found[-1].never_right):
        parts.append(_("{number:,} never", number=never))
    words = f"{', '.join(parts)}."
    if not (bars := later_epochs(found)):
        return words
    return (
        words + " " + _("The bars count those of epochs {first} to {last}.", first=bars[0].epoch, last=bars[-1].epoch)
    )


def _at(epoch: int) -> str:
    """Return when an epoch's network was, in words."""
    return _("after epoch {epoch}", epoch=epoch) if epoch else _("before the first step")


def _words() -> dict[str, str]:
    """Return the words around what epochs.js shows, which fills in the {names}."""
    return {
        "cell": _("{true} read as {predicted}: {count}"),
        "tile": _("Test image {image}: {caption} with {confidence} confidence"),
        "bar": _("{count} first read correctly after epoch {epoch}"),
        "none": _("Each image was read correctly once."),
    }


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
            "misread": _group(it.misread, now, dataset, _("Most confident errors first.")),
            "learned": _group(it.learned, earlier, dataset, _about_learned(before)),
            "forgotten": _group(it.forgotten, now, dataset, _about_forgotten(before)),
            "first": _group(it.first_right, earlier, dataset, _about_first(before)),
            "never": _group(it.never_right, now, dataset, _("Misread each time so far, most confident first.")),
        },
    }


def _sentence(it: EpochChanges, before: EpochChanges | None, images: int, of: int) -> str:
    wrong = len(it.misread)
    correct = {"correct": percent(1 - wrong / images), "errors": counted(wrong, "misprediction")}
    if it.epoch:
        words = _("After epoch {epoch} of {epochs}: {correct} correct, {errors}.", epoch=it.epoch, epochs=of, **correct)
    else:
        words = _("Before the first step: {correct} correct, {errors}.", **correct)
    if before is None:
        return words
    changed = {"images": counted(len(it.learned), "image"), "forgotten": len(it.forgotten)}
    if not before.epoch:
        return words + " " + _("Since the start, {images} learned and {forgotten:,} forgotten.", **changed)
    since = _("Since epoch {epoch}, {images} learned and {forgotten:,} forgotten.", epoch=before.epoch, **changed)
    return f"{words} {since}"


def _about_learned(before: EpochChanges | None) -> str:
    if before is None:
        return _("There is no earlier epoch to compare with.")
    return _("Misread {when}, read correctly now. Most confident errors first.", when=_at(before.epoch))


def _about_forgotten(before: EpochChanges | None) -> str:
    if before is None:
        return _("There is no earlier epoch to compare with.")
    return _("Read correctly {when}, misread now. Most confident errors first.", when=_at(before.epoch))


def _about_first(before: EpochChanges | None) -> str:
    if before is None:
        return _("Read correctly, least confident first.")
    return _("Read correctly for the first time, most confident errors of before first.")


def _group(numbers: Indices, read: EpochPredictions, dataset: Dataset, about: str) -> dict[str, Any]:
    """Return how many images there are, and the first of them with what was read in them."""
    tiles = [_tile(int(number), read, dataset) for number in numbers[:MOST_IMAGES]]
    if len(numbers) > MOST_IMAGES:
        about += " " + _("The first {shown} of {number:,}.", shown=MOST_IMAGES, number=len(numbers))
    return {"count": len(numbers), "about": about, "tiles": tiles}


def _tile(number: int, read: EpochPredictions, dataset: Dataset) -> dict[str, Any]:
    true, predicted = (dataset.class_names[int(label[number])] for label in (dataset.test_labels, read.predicted))
    level = int(read.confidence[number])
    confidence = ">99 %" if level == CONFIDENCE_LEVELS else percent(level / CONFIDENCE_LEVELS, 0)
    caption = _("{true} read as {predicted}", true=true, predicted=predicted)
    return {"image": number, "caption": caption, "confidence": confidence}
