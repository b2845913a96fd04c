"""What a network makes of the wrong labels that it was trained with: memorised, or classified correctly."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.evaluation.wrong_labels import WrongLabels
from mnist_core.text.sentence import marked
from mnist_core.text.words import counted, percent, with_article
from pages.components.gallery import gallery_columns
from pages.components.gallery.buttons import gallery_of_buttons
from pages.shared.inside_link import open_training_image
from pages.shared.network_picker import ChosenNetwork
from pages.visit.language import _, translator

MEMORISED, CORRECT = marked("Memorised"), marked("Classified correctly")
MOST_IMAGES = 24


def show_wrong_labels(choice: ChosenNetwork, accuracy: float) -> None:
    """Show how many wrong labels the network has memorised, and examples; nothing for a run without any.

    `accuracy` (0 to 1) is that on the test images.
    """
    found = choice.wrong_labels
    if found is None:
        return
    st.header(
        _("Label noise"),
        help=_(
            "For this run, a share of the training labels was replaced by other classes, drawn at random. A network "
            "has memorised a wrong label if it predicts it: nothing in the image speaks for it. Source: Zhang et al., "
            "Understanding deep learning requires rethinking generalization, 2017."
        ),
    )
    begin = _(
        "Of the {labels}, {number:,} were made wrong.",
        labels=counted(found.training_images, "training label"),
        number=found.wrong,
    )
    if len(found.indices) == found.wrong:
        question = _("What does the network predict for these?")
    else:
        question = _("What does the network predict for {number:,} of these?", number=len(found.indices))
    st.markdown(f"{begin} {question}")
    _show_counts(found)
    st.caption(_meaning(found, accuracy))
    _show_examples(choice, found)


def _show_counts(found: WrongLabels) -> None:
    memorised, correct = len(found.memorised), len(found.correct)
    counts = {
        _("Wrong label: memorised"): memorised,
        _("True class, all the same"): correct,
        _("Another class"): len(found.indices) - memorised - correct,
    }
    with st.container(horizontal=True, key="wrong_label_counts"):
        for label, count in counts.items():
            st.metric(
                label,
                _("{number:,} ({share})", number=count, share=percent(count / len(found.indices), 1)),
                width="content",
            )


def _meaning(found: WrongLabels, accuracy: float) -> str:
    """Say how far chance explains that wrong labels are predicted."""
    expected = round(found.by_chance(accuracy))
    if found.exceed_chance(accuracy):
        return _(
            "With the errors that it makes on test images, it would predict about {expected:,} of them by chance; the "
            "others it can only have memorised.",
            expected=expected,
        )
    return _(
        "With the errors that it makes on test images, it would predict about {expected:,} of them by chance, so "
        "nothing shows that it has memorised any.",
        expected=expected,
    )


@st.fragment
def _show_examples(choice: ChosenNetwork, found: WrongLabels) -> None:
    """Show images of one kind; the other is one press away."""
    kinds = {name: which for name, which in ((MEMORISED, found.memorised), (CORRECT, found.correct)) if len(which)}
    if not kinds:
        return
    chosen = st.segmented_control(
        _("Images with a wrong label"),
        list(kinds),
        default=next(iter(kinds)),
        required=True,
        format_func=translator(),
        key="wrong_label_kind",
    )
    which = kinds.get(chosen, next(iter(kinds.values())))  # another network may lack what was chosen
    if len(which) > 1:
        if len(which) > MOST_IMAGES:
            order = _(
                "The first {shown} of {number:,}, the most confident first.", shown=MOST_IMAGES, number=len(which)
            )
        else:
            order = _("The most confident first.")
        st.caption(order)
    _show_images(choice, found, which[:MOST_IMAGES])


def _show_images(choice: ChosenNetwork, found: WrongLabels, which: NDArray[np.intp]) -> None:
    """Show some of the images; one that is pressed is followed through the network."""
    dataset = choice.dataset
    names = dataset.class_names
    rows = [(found.indices[it], names[found.true[it]], names[found.given[it]], found.confidence[it]) for it in which]
    read = [names[label] for label in found.predicted[which]]
    pressed = gallery_of_buttons(
        dataset.train_images[found.indices[which]],
        [
            _("{true} given as {given}", true=true, given=given) + f"\n{percent(confidence, 1)}"
            for _index, true, given, confidence in rows
        ],
        [
            _(
                "Training image {index}: {name}, given as {given}, read as {read} with {confidence} confidence",
                index=index,
                name=with_article(true),
                given=given,
                read=its,
                confidence=percent(confidence, 1),
            )
            for (index, true, given, confidence), its in zip(rows, read, strict=True)
        ],
        found.indices[which].tolist(),
        gallery_columns.WRONG_LABELS,
        key="wrong_label_images",
    )
    if pressed is not None:
        open_training_image(choice.run, pressed)
