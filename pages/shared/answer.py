"""What a network reads: the digit in large, how sure it is, what it was shown, and the bars of all probabilities."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import charts
from mnist_core.data import Dataset
from mnist_core.escape import for_html
from mnist_core.words import percent, with_article
from pages.shared.digit import Digit
from pages.shared.gallery import sprite_url
from pages.shared.plot import plot
from pages.shared.widgets import Choice

UNSURE = 0.8  # on real pen digits the first guess is right about half the time below it, 19 times in 20 above it
LONGEST_SIGN = 3
"""Letters that are shown in large: digits and letters, not the names of clothes, which stand in the sentence."""

STYLE = """
.answer { display: flex; align-items: center; gap: 1rem; min-height: 9.5rem; }  /* nothing moves while one draws */
.answer b { font-size: 5rem; line-height: 1; font-weight: 600; min-width: 5.5rem; text-align: center; }
.answer div { flex: 1; }
.answer p { margin: 0; line-height: 1.5; }
.answer p:first-child { font-size: 1.25rem; font-weight: 600; line-height: 1.3; }
.answer figure { flex: none; margin: 0; width: 7rem; text-align: center; font-size: 0.8125rem; line-height: 1.25; }
.answer img { width: 100%; image-rendering: pixelated; border-radius: 4px; margin-bottom: 0.25rem; }
@media (max-width: 480px) { .answer { gap: 0.5rem; } .answer b { font-size: 4rem; min-width: 4.5rem; }
    .answer figure { width: 5rem; } }
"""


def show_answer(choice: Choice, digit: Digit, frame: int | None = None) -> None:
    """Show what the network reads: the digit, how sure it is, all ten probabilities, and what it was shown.

    `frame` is the number of a live picture. Those are not announced to screen readers: ten a second are too many.
    """
    probabilities = choice.network.predict(digit.image[None])[0]
    sign, sentences = verdict(probabilities, choice.dataset, digit)
    lines = "".join(f"<p>{for_html(sentence)}</p>" for sentence in sentences)
    kind = 'role="status"' if frame is None else f'data-frame="{frame}"'
    large = f'<b aria-hidden="true">{for_html(sign)}</b>' if len(sign) <= LONGEST_SIGN else ""
    st.html(
        f'<style>{STYLE}</style><div class="answer" {kind}>{large}<div>{lines}</div>{_picture_html(digit.image)}</div>'
    )
    chart = charts.probability_bars(probabilities, choice.dataset.class_names)
    plot(chart.figure, key="draw_bars", summary=chart.summary, height=240)


def verdict(probabilities: NDArray[np.float32], dataset: Dataset, digit: Digit) -> tuple[str, list[str]]:
    """Return the answer as one large sign, and in sentences that say how sure the network is."""
    first, second = best_two(probabilities)
    names = dataset.class_names
    likely, unlikely = with_article(names[first]), with_article(names[second])
    if not digit.legible:
        sign, sentences = "?", [f"This is hardly {dataset.thing}.", f"If I had to guess: {likely}."]
    elif probabilities[first] < UNSURE:
        sign, sentences = f"{names[first]}?", [f"I am not sure: {likely} or {unlikely}?"]
    else:
        sign, sentences = names[first], [f"I read {likely}."]
    sentences.append(f"Confidence: {percent(probabilities[first], 1)}")
    sentences.append(f"Runner-up: {names[second]}, {percent(probabilities[second], 1)}")
    if digit.label is not None:
        sentences.append(f"The label says {names[digit.label]}: {'right' if digit.label == first else 'wrong'}.")
    return sign, sentences


def best_two(probabilities: NDArray[np.floating]) -> tuple[int, int]:
    """Return the class that a network reads and the runner-up, of its probabilities (classes,)."""
    first, second = (int(index) for index in np.argsort(-probabilities, kind="stable")[:2])
    return first, second


def _picture_html(image: NDArray[np.float32]) -> str:
    """Return the network's 28×28 pixels (in [0, 1]) as a picture with a caption."""
    url = sprite_url(np.rint(image[None] * 255).astype(np.uint8))
    alternative = "The drawing as 28 by 28 grey pixels, fitted and centred as in MNIST"
    return f'<figure><img src="{url}" alt="{alternative}"><figcaption>What the network sees</figcaption></figure>'
