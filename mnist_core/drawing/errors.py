"""The errors that a picture raises when no digit can be read from it."""

from __future__ import annotations

from mnist_core.errors import UserError
from mnist_core.text.sentence import marked


class DrawingError(UserError):
    """Pixels that are not a picture that can be read; the text says what was expected."""


class NothingDrawn(DrawingError):
    """A picture without any ink."""

    def __init__(self, text: str = marked("There is nothing to read yet. Draw a digit, as large as you like.")) -> None:
        super().__init__(text)
