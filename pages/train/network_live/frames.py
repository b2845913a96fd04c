"""What the picture of a network shows, as JSON for network_live.js: a frame for each snapshot of a run."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import Dataset
from mnist_core.errors import UserError
from mnist_core.evaluation.image_sample import sample_of
from mnist_core.evaluation.network_snapshot import NOT_COUNTED, Count, Snapshot, choose_units, take_snapshot
from mnist_core.model.architecture import Architecture
from mnist_core.runs import Run, State
from mnist_core.runs.snapshot_store import SnapshotStore
from mnist_core.text.sentence import marked
from pages.shared import services
from pages.visit.language import _, current_language, ngettext

FIRST_GREY, GREY_STEP = 35, 5
"""The letters of pixels: "#" is white paper, "V" full ink, 51 letters later."""

_READING_WEIGHTS = marked("orange where ink raises the output, blue where it lowers it")
_READING_MAPS = marked("orange where the image is like the filter, blue where it is the opposite")
_HELP_FOR_WEIGHTS = marked(
    "Each picture shows one unit: its input weights, one for each pixel. Where it is orange, ink raises the output of "
    "the unit; where it is blue, ink lowers it. The stronger the colour, the larger the weight. If there are too many "
    "units to show, you see those with the most influence on the answers early in the training, the most influential "
    "first; they keep their places. At the edge, where no image has ink, the random initial weights do not change."
)
_HELP_FOR_MAPS = marked(
    "The weights of a filter are 3 × 3 numbers, too few for a picture, and those of the hidden units do not belong to "
    "pixels. So each picture shows what one filter of the first layer finds in the first of the test images: for each "
    "place, the sum of the pixels around it times the weights, before the activation. Where it is orange, the sum is "
    "above 0, and where it is blue, below; with relu, only what is orange goes on to the next layer. The strongest "
    "colour of each picture is its largest sum."
)


def frames_address(run_id: int) -> str:
    """Return the address of a run's frames, relative to the app's own."""
    return f"news/{run_id}/network"


def frames_as_json(run: Run, after: int) -> bytes:
    """Return the frames of a run after a step, oldest first, as JSON: see network_live.js.

    With `after` < 0, all frames, and what they have in common: words, and the test images that are read.
    Raises `UserError` if the store or the images cannot be read.
    """
    return _frames_as_json(run.id, run.updated_at, _at_rest(run), after, current_language(), run)


# Shared by all who watch a run, until it is updated or at rest.
@st.cache_resource(max_entries=64, show_spinner=False)
def _frames_as_json(run_id: int, updated_at: float, at_rest: bool, after: int, language: str, _run: Run) -> bytes:
    snapshots = SnapshotStore(services.store()).of(run_id, after)
    if after < 0 and not snapshots and _run.state is not State.ACTIVE:
        snapshots = _of_stored_network(_run)
    answer: dict[str, Any] = {"frames": [_frame(_run, it) for it in _with_last_count(_run, snapshots)]}
    if after < 0:
        answer |= {"empty": _why_empty(_run)} if not snapshots else _about(_run, snapshots[-1])
    return json.dumps(answer).encode()


def _at_rest(run: Run) -> bool:
    return run.state.ended and not run.leased


def _of_stored_network(run: Run) -> list[Snapshot]:
    """Return a snapshot of a run's network as it is, for want of any that were taken while it was trained."""
    try:
        stored = services.network(run.id)
    except UserError:
        return []
    sample = sample_of(services.stored_dataset(run.dataset_sha256))
    units = choose_units(stored.network, sample)
    step = _kept_step(run) if run.kept_weights else stored.step
    snapshot = take_snapshot(stored.network, step, units, sample, NOT_COUNTED)
    return [snapshot] if snapshot else []


def _with_last_count(run: Run, snapshots: list[Snapshot]) -> list[Snapshot]:
    """Count in the last snapshot what the network of a run that was stopped, or imported, is known to read wrong."""
    if not snapshots or snapshots[-1].read or not _accuracy_is_of_network(run):
        return snapshots
    last = snapshots[-1]
    measured = _kept_step(run) if run.kept_weights else run.step
    if run.test_accuracy is None or (last.step != measured and not run.imported):
        return snapshots
    images = services.dataset_of(run).test_images
    return [*snapshots[:-1], last._replace(mistakes=round((1 - run.test_accuracy) * images), read=images)]


def _accuracy_is_of_network(run: Run) -> bool:
    """Whether the test accuracy of a run is that of the network that it has now, not of an earlier epoch's."""
    measured = run.train_accuracy is not None or run.step % run.steps_per_epoch == 0
    return run.imported != "" or (_at_rest(run) and measured)


def _frame(run: Run, snapshot: Snapshot) -> dict[str, Any]:
    return {
        "step": snapshot.step,
        "when": _moment(run, snapshot.step),
        "lasting": snapshot.lasting,
        "units": snapshot.units,
        "weights": snapshot.weight_characters,
        "answers": snapshot.answers,
        "mistakes": _mistakes(run, Count(snapshot.mistakes, snapshot.read)),
    }


def _moment(run: Run, step: int) -> str:
    if run.imported:
        return _("as it was imported")
    if step == 0:
        return _("before the first step")
    epochs, more = divmod(step, run.steps_per_epoch)
    when = (
        _("in epoch {epoch}, step {step:,}", epoch=epochs + 1, step=step)
        if more
        else _("after epoch {epoch}", epoch=epochs)
    )
    return when + _what_was_kept(run, step)


def _what_was_kept(run: Run, step: int) -> str:
    """Say of the network at a step whether early stopping has kept it, or an earlier one; "" before that one."""
    if not run.kept_weights or step < (kept := _kept_step(run)):
        return ""
    return _(", which is kept") if step == kept else _("; epoch {epoch} is kept", epoch=run.kept_epoch)


def _kept_step(run: Run) -> int:
    return (run.kept_epoch or 0) * run.steps_per_epoch


def _mistakes(run: Run, count: Count) -> str:
    """Say how many of all test images are read wrong; by a sample, it is an estimate. "" if they were not counted."""
    if not count.read:
        return ""
    images = services.dataset_of(run).test_images
    if count.read == images:
        return _("{mistakes:,} of {images:,}", mistakes=count.mistakes, images=images)
    estimate = round(count.mistakes / count.read * images, -1)
    return _("≈ {mistakes:,.0f} of {images:,}", mistakes=estimate, images=images)


def _why_empty(run: Run) -> str:
    if run.state is not State.ACTIVE:
        return _("There is no picture of this network: it has no weights that can be shown.")
    if run.sweep_id is not None:
        return _("The network of a run of a sweep is shown when the run has ended.")
    return _("What the network learns appears here with its first steps.")


def _about(run: Run, newest: Snapshot) -> dict[str, Any]:
    """Return what all frames have in common."""
    dataset = services.stored_dataset(run.dataset_sha256)
    network = run.architecture(len(dataset.class_names))
    return {
        **_about_units(network, newest.units, dataset),
        "images": _letters(dataset, newest.images),
        "labels": [int(dataset.test_labels[place]) for place in newest.images],
        "classes": dataset.class_names,
        "words": _words(len(newest.images), digits=dataset.noun == "digit"),
    }


def _words(images: int, *, digits: bool) -> dict[str, str]:
    """Return the words around what changes from frame to frame, of which network_live.js fills in the {names}."""
    if digits:
        answers = _("Answers to {images} test digits", images=images)
        read = marked("Of {images} test digits {right} are read correctly {when}.")
        one_read = marked("Of {images} test digits {right} is read correctly {when}.")
    else:
        answers = _("Answers to {images} test images", images=images)
        read = marked("Of {images} test images {right} are read correctly {when}.")
        one_read = marked("Of {images} test images {right} is read correctly {when}.")
    return {
        "answers": answers,
        "read": _(read),
        "oneRead": _(one_read),
        "mistakes": _("Mistakes on the test images: {mistakes}."),
        "wrong": _("{answer}: wrong, it is {label}"),
        "pictures": _("{title}, {when}, as pictures: {reading}."),
    }


def _about_units(network: Architecture, units: tuple[int, ...], dataset: Dataset) -> dict[str, Any]:
    """Return what the pictures of the first layer's units are called, and how they are to be read."""
    if network.convolutions:
        title = ngettext(
            "What {number:,} filter finds in the first test image",
            "What {number:,} filters find in the first test image",
            len(units),
        )
        reading = {"unit": _("Filter"), "reading": _(_READING_MAPS), "help": _(_HELP_FOR_MAPS)}
        return {"title": title, "unitNames": [], **reading}
    reading = {"unit": _("Unit"), "reading": _(_READING_WEIGHTS), "help": _(_HELP_FOR_WEIGHTS)}
    if not network.hidden:
        title = ngettext("Input weights of {number:,} class", "Input weights of {number:,} classes", len(units))
        return {"title": title, "unitNames": [dataset.class_names[unit] for unit in units], **reading}
    title = _title_of_hidden_units(len(units), network.hidden[0].units, several=len(network.hidden) > 1)
    return {"title": title, "unitNames": [], **reading}


def _title_of_hidden_units(shown: int, units: int, *, several: bool) -> str:
    if shown < units and several:
        return _("Input weights of {shown} of {units:,} units (layer 1)", shown=shown, units=units)
    if shown < units:
        return _("Input weights of {shown} of {units:,} hidden units", shown=shown, units=units)
    if several:
        return ngettext(
            "Input weights of {number:,} unit (layer 1)", "Input weights of {number:,} units (layer 1)", units
        )
    return ngettext("Input weights of {number:,} unit", "Input weights of {number:,} hidden units", units)


def _letters(dataset: Dataset, places: tuple[int, ...]) -> list[str]:
    """Return test images as strings with a letter for each of their 784 pixels."""
    images: NDArray[np.uint8] = dataset.test_images[list(places)].reshape(len(places), -1)
    return [row.tobytes().decode("ascii") for row in images // GREY_STEP + FIRST_GREY]
