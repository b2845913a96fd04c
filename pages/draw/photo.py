"""A photo of digits: uploaded, rotated, and shown with the digits found in it. It is not stored."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import Dataset
from mnist_core.drawing import DrawingError
from mnist_core.drawing.photo import MOST_BYTES, open_picture, read_picture
from mnist_core.reading.digit import Digit, are_characters, in_photo
from mnist_core.text.sentence import marked
from pages.shared.drawing import found_digits
from pages.shared.messages import show_error
from pages.visit import session
from pages.visit.language import _

_TURNS, _READ = "photo_turns", "photo_read"
_ONE = marked("Dark on light or light on dark. The paper may be unevenly lit. It is not kept.")
_SEVERAL = marked(
    "Dark on light or light on dark. The paper may be unevenly lit, and several characters may stand side by side. It "
    "is not kept."
)


class _Photo(NamedTuple):
    """A photo (H, W, 3) with its digits, or the reason why none were found; `shown` is None if it is not a picture."""

    shown: NDArray[np.uint8] | None
    digits: tuple[Digit, ...]
    problem: DrawingError | None


def digits_in_photo(data: Dataset) -> tuple[Digit, ...]:
    """Let people upload a picture; show it with the digits found in it, and return these in reading order."""
    several = are_characters(data.class_names)
    file = st.file_uploader(
        _("A photo or picture of what you have drawn"),
        type=["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff"],
        max_upload_size=MOST_BYTES // 1_000_000,
        key="draw_photo",
        help=_(_SEVERAL if several else _ONE),
    )
    if file is None:
        session.put(_READ, None)
        return ()
    turns = _turns(file.file_id)
    photo = _read(file.file_id, file.getvalue(), turns, one=not several)
    if photo.shown is not None:
        found_digits.framed_photo(photo.shown, photo.digits)
        st.button(
            _("Turn"),
            icon=":material/rotate_90_degrees_cw:",
            on_click=_turn,
            args=(file.file_id,),
            width="stretch",
            help=_("Turns the photo by a quarter, clockwise: what is drawn must be upright."),
        )
    if photo.problem is not None:
        show_error(photo.problem)
    return photo.digits


def _turns(file_id: str) -> int:
    """Return the rotation of the photo in quarter turns, 0 for a new one."""
    of, turns = session.get(_TURNS, ("", 0))
    return int(turns) if of == file_id else 0


def _turn(file_id: str) -> None:
    session.put(_TURNS, (file_id, (_turns(file_id) + 1) % 4))


def _read(file_id: str, file: bytes, turns: int, one: bool) -> _Photo:
    """Find the digits of a photo; the result is cached, as every click reruns the script."""
    asked = (file_id, turns, one)
    known = session.get(_READ, None)
    if known is not None and known[0] == asked:
        photo: _Photo = known[1]
        return photo
    found_digits.reset_selection()
    photo = _read_anew(file, turns, one)
    session.put(_READ, (asked, photo))
    return photo


def _read_anew(file: bytes, turns: int, one: bool) -> _Photo:
    try:
        picture = read_picture(file, turns, one)
    except DrawingError as error:
        try:
            return _Photo(open_picture(file, turns), (), error)
        except DrawingError:
            return _Photo(None, (), error)
    return _Photo(picture.shown, in_photo(picture), None)
