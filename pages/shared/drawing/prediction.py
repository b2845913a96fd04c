"""A prediction: the class in large, its confidence, the preprocessed image, and all probabilities as bars."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import Dataset
from mnist_core.evaluation.best_two import best_two
from mnist_core.reading.digit import Digit
from mnist_core.text.escape import for_html
from mnist_core.text.words import Read, one_by_one, percent, side_by_side, with_article
from pages.components.gallery.gallery import sprite_url
from pages.shared.network_picker import ChosenNetwork
from pages.visit.language import _

UNSURE = 0.8  # on real pen digits the first guess is right about half the time below it, 19 times in 20 above it
LONGEST_SIGN = 3
"""Letters that are shown in large: digits and letters, not the names of clothes, which only appear in the sentence."""
LONGEST_ROW = 8
"""The same of several digits side by side, with their question marks."""


def prediction_html(
    probabilities: NDArray[np.float32], dataset: Dataset, digits: Sequence[Digit], chosen: int, announced: bool
) -> str:
    """Return the HTML of the predicted classes with their confidence, and of the chosen digit's image.

    `probabilities` are those of each digit, (n, classes). Screen readers say what is `announced`: not live answers, of
    which ten a second are too many.
    """
    if len(digits) == 1:
        sign, sentences = verdict(probabilities[chosen], dataset, digits[chosen])
        lines = "".join(f"<p>{for_html(sentence)}</p>" for sentence in sentences)
        text = f"<div>{lines}</div>"
    else:
        sign, (row, each, details) = verdict_of_several(probabilities, dataset.class_names, digits, chosen)
        lines = f"<p>{for_html(row)} <span>{for_html(each)}</span></p><p>{for_html(details)}</p>"
        text = f'<div class="several">{lines}</div>'
    large = large_html(sign, LONGEST_SIGN if len(digits) == 1 else LONGEST_ROW)
    status = ' role="status"' if announced else ""
    return f'<div class="answer"{status}>{large}{text}{_picture_html(digits[chosen].image)}</div>'


def class_probabilities(choice: ChosenNetwork, digits: Sequence[Digit]) -> NDArray[np.float32]:
    """Return the class probabilities of some digits, one at least: (n, classes)."""
    return choice.network.predict(np.stack([digit.image for digit in digits]))


def verdict(probabilities: NDArray[np.float32], dataset: Dataset, digit: Digit) -> tuple[str, list[str]]:
    """Return the prediction as one large character, and in sentences with its confidence."""
    first, second = best_two(probabilities)
    names = dataset.class_names
    likely, unlikely = _(with_article(names[first])), _(with_article(names[second]))
    if not digit.legible:
        sign, sentences = (
            "?",
            [_("This is hardly {thing}.", thing=_(dataset.thing)), _("If I had to guess: {likely}.", likely=likely)],
        )
    elif probabilities[first] < UNSURE:
        sign, sentences = (
            f"{names[first]}?",
            [_("I am not sure: {likely} or {unlikely}?", likely=likely, unlikely=unlikely)],
        )
    else:
        sign, sentences = names[first], [_("I read {likely}.", likely=likely)]
    sentences.append(_("Confidence: {confidence}", confidence=percent(probabilities[first], 1)))
    sentences.append(
        _("Runner-up: {name}, {confidence}", name=names[second], confidence=percent(probabilities[second], 1))
    )
    if digit.label is not None:
        label = names[digit.label]
        correct = digit.label == first
        sentences.append(
            _("The label is {label}: correct.", label=label)
            if correct
            else _("The label is {label}: wrong.", label=label)
        )
    return sign, sentences


def verdict_of_several(
    probabilities: NDArray[np.float32], names: Sequence[str], digits: Sequence[Digit], chosen: int
) -> tuple[str, tuple[str, str, str]]:
    """Return the same for several digits side by side, each with its confidence, and details of the chosen one."""
    row = read_digits(probabilities, names, digits)
    sign = side_by_side(row)
    begin = _("I read {sign}:", sign=sign) if all(it.sure for it in row) else _("Perhaps {sign}:", sign=sign)
    first, second = best_two(probabilities[chosen])
    details = _(
        "The {ordinal}: {name}, {confidence}; runner-up {second}, {less}.",
        ordinal=ordinal(chosen),
        name=names[first],
        confidence=percent(probabilities[chosen][first], 1),
        second=names[second],
        less=percent(probabilities[chosen][second], 1),
    )
    return sign, (begin, f"{_(one_by_one(row))}.", details)


def read_digits(probabilities: NDArray[np.floating], names: Sequence[str], digits: Sequence[Digit]) -> list[Read]:
    """Return each digit's prediction; it is unsure if the digit is illegible or the confidence low."""
    best = probabilities.argmax(axis=1)
    return [
        Read(names[label], float(row[label]), digit.legible and row[label] >= UNSURE)
        for row, label, digit in zip(probabilities, best, digits, strict=True)
    ]


def ordinal(index: int) -> str:
    """Return the ordinal number of an index: "1st" for 0."""
    number = index + 1
    special = {1: _("{number}st", number=number), 2: _("{number}nd", number=number), 3: _("{number}rd", number=number)}
    usual = _("{number}th", number=number)
    return usual if number % 100 in (11, 12, 13) else special.get(number % 10, usual)


def large_html(sign: str, longest: int = LONGEST_SIGN) -> str:
    """Return the HTML of an answer in large letters; "" if it has more than `longest`."""
    kind = ' class="row"' if len(sign) > LONGEST_SIGN else ""
    return f'<b aria-hidden="true"{kind}>{for_html(sign)}</b>' if len(sign) <= longest else ""


def _picture_html(image: NDArray[np.float32]) -> str:
    """Return the network's 28×28 pixels (in [0, 1]) as a picture with a caption."""
    url = sprite_url(np.rint(image[None] * 255).astype(np.uint8))
    caption = for_html(_("What the network sees"))
    alternative = _("28 by 28 grey pixels, as the network gets them")
    return f'<figure><img src="{url}" alt="{for_html(alternative)}"><figcaption>{caption}</figcaption></figure>'
