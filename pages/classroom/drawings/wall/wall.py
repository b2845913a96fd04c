"""The wall of the instructor: the class's drawings as they arrive, of which each can be looked at and deleted."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from mnist_core.runs import Classroom, Requester
from mnist_core.text.escape import clean, for_markdown
from mnist_core.text.sentence import marked
from pages.classroom.drawings.removal import offer_undo, remove
from pages.classroom.instructor.actions import act, require_instructor, show_drawing
from pages.classroom.instructor.said import show_said
from pages.components.gallery import gallery_columns
from pages.components.gallery.gallery import gallery, sheet_shape, sprite_url
from pages.components.javascript import joined_javascript
from pages.shared import classroom, services
from pages.shared.class_readings import class_readings
from pages.shared.class_score import those_that_tell_its_classes_apart
from pages.shared.messages import user_errors
from pages.visit import session
from pages.visit.language import _

PATH = "class/drawings"
_CHOSEN = "wall_chosen"
_PLACE = "wall"

_WORDS = {
    "counts": marked("Drawings: {drawings} · writers: {writers} · read correctly: {right} ({share} %)"),
    "none": marked("No drawing has arrived yet."),
    "right": marked("{label} by {writer}, read correctly"),
    "wrong": marked("{label} by {writer}, read as {read}"),
}
_LATER = {name: f"{{{name}}}" for name in ("drawings", "writers", "right", "share", "label", "writer", "read")}
"""The values that the browser puts in."""

_component = st.components.v2.component(
    "digits_wall",
    html='<p class="counts" role="status"></p><div class="newest"></div><div class="tiles"></div>',
    css=Path(__file__).with_name("wall.css").read_text(encoding="utf-8"),
    js=joined_javascript(Path(__file__).with_name("wall.js")),
)


def wall_as_json(its_class: Classroom, source: int | str, after: int) -> bytes:
    """Return what known_drawings.js keeps of the class: all drawings, and pictures of those with numbers after `after`.

    Of each drawing: its number, its label, what the network `source` reads, and its writer as a place in `writers`.
    Raises what reading the network raises.
    """
    read = class_readings(its_class.set_id, source)
    rows = services.handwriting().labels(its_class.set_id)
    writers = {owner: place for place, owner in enumerate(dict.fromkeys(row.owner for row in rows))}
    names = {row.owner: row.nickname for row in rows}
    new = services.handwriting().drawings(its_class.set_id, after=max(after, 0))
    across, down = sheet_shape(len(new))
    sheet = {"ids": new.ids, "across": across, "down": down, "url": sprite_url(new.images)} if len(new) else None
    drawings = [(row.id, row.label, read.get(row.id, -1), writers[row.owner]) for row in rows]
    return json.dumps({"drawings": drawings, "writers": [names[owner] for owner in writers], "sheet": sheet}).encode()


@st.fragment
def show_wall(open_class: Classroom) -> None:
    """Draw the wall, and the drawing that was pressed."""
    with user_errors():
        source = _choose_network(open_class)
        show_said()
        offer_undo(_PLACE, _("Undo"), partial(_as_instructor, open_class))
        chosen = session.get(_CHOSEN, None)
        if chosen is not None:
            _show_drawing(open_class, chosen, source)
        words = {name: _(text, **_LATER) for name, text in _WORDS.items()}
        data = {"address": f"{PATH}?{urlencode({'network': source})}", "words": words}
        result: Any = _component(key="wall", data=data, on_chosen_change=lambda: None)
        if isinstance(result.chosen, int) and result.chosen != chosen:
            session.put(_CHOSEN, result.chosen)
            st.rerun(scope="fragment")  # the component's press has run the fragment, never the whole page


def _choose_network(open_class: Classroom) -> int | str:
    """Let the instructor choose whose readings are shown: the starter network, or a run of the class for digits."""
    there = services.store().with_network()
    with_network = (run for run in classroom.classes().runs(open_class.id) if run.id in there)
    runs = {run.id: run for run in those_that_tell_its_classes_apart(open_class, with_network)}
    titles: dict[int | str, str] = {
        number: _("Run {run}: {title}", run=number, title=clean(run.nickname)) for number, run in runs.items()
    }
    options: list[int | str] = [services.STARTER, *runs]
    chosen: int | str = st.selectbox(
        _("Read by"),
        options,
        format_func=lambda option: titles.get(option, _("the starter network")),
        key="wall_network",
        width=300,
    )
    return chosen


def _show_drawing(open_class: Classroom, number: int, source: int | str) -> None:
    """Show the drawing that was pressed, with what the instructor can do about it."""
    drawn = services.handwriting().drawings(open_class.set_id)
    if number not in drawn.ids:
        return
    place = drawn.ids.index(number)
    label, read = int(drawn.labels[place]), class_readings(open_class.set_id, source).get(number)
    values = {"label": label, "writer": for_markdown(drawn.nicknames[place]), "read": read}
    right = _("{label} by {writer}, read correctly", **values)
    wrong = _("{label} by {writer}, read as {read}", **values)
    with st.container(horizontal=True, vertical_alignment="center", key="wall_drawing"):
        with st.container(width=120):
            gallery(drawn.images[[place]], [""], [right if read == label else wrong], gallery_columns.ONE_DRAWING)
        st.markdown(right if read == label else wrong, width="content")
        show, delete = (show_drawing(number),), (_PLACE, [number], partial(_as_instructor, open_class))
        st.button(_("Show to all"), icon=":material/visibility:", key="wall_show", on_click=act, args=show)
        st.button(_("Delete"), icon=":material/delete:", key="wall_delete", on_click=remove, args=delete)
        st.button(_("Close"), icon=":material/close:", key="wall_close", on_click=session.put, args=(_CHOSEN, None))


def _as_instructor(open_class: Classroom) -> Requester:
    """Return who an instructor acts as on the drawings of the class. Raises `NotInstructor`."""
    require_instructor()
    return open_class.instructor
