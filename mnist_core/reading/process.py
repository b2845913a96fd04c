"""The process that reads drawings for live answers, so that pages which are being drawn do not hold them up.

Python lets one thread of a process compute at a time, and NumPy hands that right over at almost each operation on a
picture: beside the scripts of pages, a thread that reads a drawing waits for twice as long as it computes.
"""

from __future__ import annotations

import pickle
import signal
import sys
from typing import BinaryIO, NamedTuple

from mnist_core.model.numpy_network import Network
from mnist_core.reading.readings import Drawing, read_drawings

LENGTH_BYTES = 4
"""Of the number, with the highest byte first, that says how many bytes an answer has."""


class Question(NamedTuple):
    """A drawing to be read by the network with a number of the server's.

    `new` is that network, where the process has yet to get it; `dropped` are numbers that are asked for no more.
    """

    network: int
    drawing: Drawing
    new: Network | None = None
    dropped: tuple[int, ...] = ()


def answer_all(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer each pickled `Question` with a pickled `Reading`, in their order, until there are no more.

    Each answer has its length before it. The first is None: from now on it is quick.
    """
    _send(answers, None)
    networks: dict[int, Network] = {}
    while True:
        try:
            question: Question = pickle.load(questions)  # noqa: S301 - from the server, which has started this process
        except (EOFError, pickle.UnpicklingError):  # the latter if the server was killed in the middle of a question
            return
        for number in question.dropped:
            del networks[number]
        if question.new is not None:
            networks[question.network] = question.new
        _send(answers, read_drawings([(networks[question.network], question.drawing)])[0])


def _send(answers: BinaryIO, answer: object) -> None:
    content = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
    answers.write(len(content).to_bytes(LENGTH_BYTES, "big") + content)
    answers.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the server, and that ends the questions
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # where nobody is left to be answered, end without a traceback
    answers, sys.stdout = sys.stdout, sys.stderr  # what a library may print is no answer
    answer_all(sys.stdin.buffer, answers.buffer)
