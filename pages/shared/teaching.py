"""Teaching a network somebody's handwriting: a short run that starts from its weights, with their drawings mixed in."""

from __future__ import annotations

from typing import Any, NamedTuple

import streamlit as st

from mnist_core.config import TrainConfig, value_in_words
from mnist_core.config.fine_tuning import fine_tuning
from mnist_core.errors import UserError
from mnist_core.estimate import about
from mnist_core.runs import STARTER, HandwritingSet, NewSeed, ParentError, ParentNetwork, Run
from mnist_core.runs.handwriting.planned_mixture import PlannedMixture
from mnist_core.text.escape import for_markdown, sentence_for_markdown
from mnist_core.text.sentence import Sentence, marked, sentence
from mnist_core.text.words import counted
from pages.shared import estimates, services
from pages.shared.dataset_picker import make_dataset
from pages.shared.messages import in_words, show_error
from pages.visit import session
from pages.visit.language import _


class FineTuning(NamedTuple):
    """What a network is to learn: its own weights to start from, settings, and its images with the drawings."""

    start: ParentNetwork
    config: TrainConfig
    images: PlannedMixture


def fine_tuning_of(run: Run | None, drawings: HandwritingSet) -> FineTuning:
    """Return how a run's network, or the starter network for None, learns the drawings of a set.

    Raises `ParentError` if it cannot: its training has not ended, it tells other classes apart, or its layers are none
    that can be trained here; `HandwritingError` if too few people have drawn for a class.
    """
    start = services.store().parent_network(run.id if run else STARTER)
    store = services.dataset_store()
    base = store.info(store.info(start.dataset_sha256).base_sha256)
    if base.class_names != drawings.class_names:
        title = start.parent.title
        raise ParentError("The drawings are of other classes than those that {title} tells apart.", title=title)
    return FineTuning(start, fine_tuning(start.config), services.handwriting().plan(base, drawings))


def teach_button(run: Run | None, drawings: HandwritingSet, *, key: str, main: bool = False) -> int | None:
    """Draw the button that teaches a network the drawings; return the number of the new run once it is pressed.

    Where the network cannot learn them, it cannot be pressed, and its help says why.
    """
    network = sentence("run {run}", run=run.id) if run else sentence("the starter network")
    own = drawings.owner == session.owner()
    teach = marked("Teach {network} my handwriting") if own else marked("Teach {network} this handwriting")
    label = _(teach, network=network)
    look: dict[str, Any] = {"icon": ":material/school:", "type": "primary" if main else "secondary", "key": key}
    try:
        planned = fine_tuning_of(run, drawings)
    except UserError as reason:
        st.button(label, disabled=True, help=sentence_for_markdown(in_words(reason)), **look)
        return None
    return _start(planned) if st.button(label, help=_about(planned), **look) else None


def _about(planned: FineTuning) -> str:
    images, config, title = planned.images, planned.config, planned.start.parent.title
    seconds = estimates.seconds_of(config, images, more=1)
    return _(
        "A new run starts from the weights of {network} and learns {these} of *{set}*, each repeated with small "
        "distortions, among all training images of {dataset}, so that those are not forgotten: {epochs} with learning "
        "rate {rate}. Takes {duration}. The network of before stays as it is.",
        network=title,
        these=_these(images),
        set=for_markdown(images.drawings.name),
        dataset=for_markdown(images.base.title),
        epochs=counted(config.epochs, "epoch"),
        rate=value_in_words(config.learning_rate),
        duration=about(seconds),
    )


def _these(images: PlannedMixture) -> Sentence:
    """Return which drawings of a set are learned, with their number."""
    drawings = counted(images.learned, "drawing")
    if images.split is None:
        return sentence("the {drawings}", drawings=drawings)
    return sentence("{drawings} by {writers}", drawings=drawings, writers=counted(len(images.split.learned), "writer"))


def _start(planned: FineTuning) -> int | None:
    try:
        return services.store().submit(
            planned.config,
            owner=session.owner(),
            nickname=session.nickname(),
            dataset=make_dataset(planned.images).sha256,
            seed=NewSeed.UNLIKE_OTHERS,
            parent=planned.start.parent,
        )
    except UserError as error:
        show_error(error)
        return None
