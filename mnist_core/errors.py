"""The base class of errors whose text is written for the user."""

from typing import Any


class UserError(Exception):
    """An error that the user can do something about.

    Its text says what is wrong, what was expected and what to do. Pages show it in a box; the terminal prints it to
    stderr and exits with code 2. Neither shows a traceback. Values are given by the names that the text has in braces:
    `UserError("There is no run {run}.", run=5)`. So a page can say it in another language, by `sentence_of` of
    mnist_core/text/sentence.py; `make translations` collects the text.
    """

    def __init__(self, text: str, /, **values: Any) -> None:
        super().__init__(text.format(**values) if values else text)
        self.template = text
        self.values = values
