"""The command `predict`: reads the digits in picture files, and prints a sentence or JSON for each file."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mnist_core.cli.networks import class_names_of
from mnist_core.cli.parser import USER_ERROR
from mnist_core.data import DIGITS
from mnist_core.drawing import Box
from mnist_core.drawing.photo import MOST_BYTES, read_picture
from mnist_core.errors import UserError
from mnist_core.evaluation.best_two import best_two
from mnist_core.network import Network
from mnist_core.text.escape import for_terminal
from mnist_core.text.words import percent, with_article


def run(options: argparse.Namespace) -> int:
    """Read the pictures in the options, and return the exit code. Raises `UserError`."""
    names = class_names_of(options.run)
    return 0 if predict(Network.load(options.run), options.images, names, options.json) else USER_ERROR


class Answer(NamedTuple):
    """The prediction for one part of a picture: probabilities (classes,), its box, and whether it is legible."""

    probabilities: NDArray[np.float32]
    box: Box
    legible: bool

    @property
    def best(self) -> int:
        """The class with the highest probability."""
        return int(self.probabilities.argmax())

    @property
    def confidence(self) -> float:
        """The probability of that class."""
        return float(self.probabilities.max())


def predict(network: Network, paths: list[Path], class_names: tuple[str, ...], as_json: bool) -> bool:
    """Read each picture file and print the result. Return whether all could be read.

    The error of a file is printed to stderr, or as JSON in place of its result. The other files are read nevertheless.
    """
    all_read = True
    for path in paths:
        try:
            answers, error = _read(network, path, class_names), ""
        except UserError as problem:
            answers, error, all_read = [], str(problem), False
        if as_json:
            print(json.dumps({"file": str(path)} | (_as_json(answers, class_names) if answers else {"error": error})))
        elif error:
            name = "" if str(path) in error else f"{path}: "
            print(for_terminal(f"Error: {name}{error}"), file=sys.stderr)
        else:
            name = f"{path}: " if len(paths) > 1 else ""
            print(for_terminal(f"{name}{_in_words(answers, class_names)}"))
    return all_read


def _read(network: Network, path: Path, class_names: tuple[str, ...]) -> list[Answer]:
    """Read the digits in a file, or a single image for other classes. Raises `UserError` if that fails."""
    try:
        too_large = path.stat().st_size > MOST_BYTES  # checked before reading it
        file = b"" if too_large else path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read as a picture: {error.strerror or error}.") from None
    if too_large:
        raise UserError(f"{path} is larger than {MOST_BYTES // 10**6} MB; at most that much is accepted.")
    digits = read_picture(file, one=class_names != DIGITS).digits
    probabilities = network.predict(np.stack([digit.image for digit in digits]))
    return [Answer(row, digit.box, digit.legible) for row, digit in zip(probabilities, digits, strict=True)]


def _as_json(answers: list[Answer], class_names: tuple[str, ...]) -> dict[str, Any]:
    """Return the values of the first prediction, and those of all under `digits`."""
    every = [_values(answer, class_names) | {"box": answer.box._asdict()} for answer in answers]
    return _values(answers[0], class_names) | {"digits": every}


def _values(answer: Answer, class_names: tuple[str, ...]) -> dict[str, Any]:
    name = {} if class_names == DIGITS else {"class_name": class_names[answer.best]}
    probabilities = [float(value) for value in answer.probabilities]
    values = {"confidence": answer.confidence, "probabilities": probabilities, "legible": answer.legible}
    return {"digit": answer.best, **name, **values}


def _in_words(answers: list[Answer], class_names: tuple[str, ...]) -> str:
    """Return a sentence: "This is a 7 (98.2 %); if not, a 1 (0.9 %).", or "72: a 7, 99 %, and a 2, 97 %"."""
    if len(answers) == 1:
        answer = answers[0]
        first, second = (
            f"{with_article(class_names[index])} ({percent(answer.probabilities[index], 1)})"
            for index in best_two(answer.probabilities)
        )
        return f"This {'is' if answer.legible else 'may be'} {first}; if not, {second}."
    number = "".join(class_names[answer.best] for answer in answers)
    return f"{number}: {_listed(_with_confidence(answer, class_names) for answer in answers)}"


def _with_confidence(answer: Answer, class_names: tuple[str, ...]) -> str:
    doubt = "" if answer.legible else ", hard to tell"
    return f"{with_article(class_names[answer.best])}, {percent(answer.confidence, 0)}{doubt}"


def _listed(parts: Iterable[str]) -> str:
    *others, last = parts
    return f"{', '.join(others)}, and {last}" if others else last
