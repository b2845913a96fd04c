"""A field for files says how large these may be: the browser does not send more, and no more would be taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.visits import OpenPage

Open = Callable[..., OpenPage]


def on_data(open_page: Open) -> OpenPage:
    return open_page("data/page.py")


def on_evaluate(open_page: Open) -> OpenPage:
    return open_page("evaluate/page.py", "starter")


def on_draw(open_page: Open) -> OpenPage:
    page = open_page("draw/page.py", "starter")
    next(group for group in page.app.button_group if group.key == "draw_source").select("A photo")
    page.rerun()
    return page


def on_handwriting(open_page: Open) -> OpenPage:
    page = open_page("draw/handwriting.py")
    next(field for field in page.app.text_input if field.label == "Name").set_value("Class 8")
    page.press("Create")
    return page


@pytest.mark.parametrize(
    ("visit", "label", "megabytes"),
    [
        (on_data, "Files", 200),
        (on_evaluate, "Keras file", 80),
        (on_draw, "A photo or picture of what you have drawn", 25),
        (on_handwriting, "npz file", 16),
    ],
)
def test_a_field_takes_files_of_so_many_megabytes(open_page: Any, visit: Any, label: str, megabytes: int) -> None:
    fields = {field.label: field.proto.max_upload_size_mb for field in visit(open_page).app.file_uploader}
    assert fields == {label: megabytes}
