"""One digit, step by step: what each layer computes for it, and which units decide the answer."""

from __future__ import annotations

import streamlit as st

from mnist_core.evaluation.best_two import best_two
from mnist_core.evaluation.forward_pass import ForwardPass
from mnist_core.text.escape import for_markdown
from mnist_core.text.words import percent, with_article
from pages.inside.flip import show_flip
from pages.inside.steps import show_steps
from pages.inside.strong_units import show_units, show_votes
from pages.inside.which_digit import FollowedDigit, choose_digit
from pages.shared.attribution import show_attribution
from pages.shared.network_picker import ChosenNetwork

_HELP = (
    "Each layer computes weighted sums of the numbers before it and adds a bias: z = W x + b. Its activation makes its "
    "outputs of them. The sums of the last layer are the logits, of which softmax makes probabilities that add up to "
    "100 %. Source: Goodfellow, Bengio and Courville, Deep Learning, 2016, chapter 6."
)


def show_one_digit(choice: ChosenNetwork) -> None:
    """Let people choose a digit, and show its way through the network."""
    digit = choose_digit(choice)
    passed = ForwardPass.of(choice.network, digit.image)
    names = choice.dataset.class_names
    probabilities = passed.probabilities()
    pair = best_two(probabilities)
    st.markdown(_what(digit, names, float(probabilities[pair[0]]), pair[0]), help=_HELP)
    show_steps(passed, digit.image, names)
    if len(passed.layers) == 1:
        read = "what the filters find" if choice.network.convolutions else "the pixels"
        st.caption(f"This network has no hidden layer: there are no units between {read} and the classes to vote.")
        show_attribution(choice.network, digit.image, pair, names, key="inside_why")
    else:
        left, right = st.columns([4, 5], gap="medium")
        with left:
            show_votes(passed, pair, names)
        with right:
            show_units(passed, pair)
    show_flip(choice, digit.image, *pair)


def _what(digit: FollowedDigit, names: tuple[str, ...], confidence: float, read: int) -> str:
    """Say which digit it is, and what the network reads."""
    answer = f"read as **{for_markdown(names[read])}** with {percent(confidence, 1)} confidence"
    if digit.number is None or digit.label is None:
        return f"The picture, {answer}. Follow it from left to right."
    label = for_markdown(with_article(names[digit.label]))
    verdict = "correctly " if read == digit.label else "mis"
    kind = "Training image" if digit.learned else "Test image"
    return f"{kind} {digit.number:,}: {label}, {verdict}{answer}. Follow it from left to right."
