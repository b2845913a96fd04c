"""Pages show hostile names of runs, datasets, sets and classes, and hostile links, as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
import streamlit as st
from streamlit.testing.v1.element_tree import Block

from mnist_core.data import DIGITS
from mnist_core.ledger.view_state import ADDRESS
from mnist_core.network import Network
from mnist_core.runs import ClassStore, DatasetStore, HandwritingStore, RunStore, State
from mnist_core.runs.schema import datasets, drawings, handwriting_sets, runs, sweeps
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.search.plan import Plan
from pages.visit import session
from tests.support.idx_server import small_dataset
from tests.support.runs_with_networks import add_run_with_network
from tests.support.sweep_steps import GRID, TINY
from tests.support.visits import ME, SOMEBODY_ELSE, START, TRAIN, OpenPage

MARKUP = {
    "pictures": "![a](//texts.example/a) [b](http://texts.example) [c][d]",
    "addresses": "http://texts.example www.texts.example you@texts.example",
    "styles": ":red[a] :material/home: :streamlit: **b** $c$ ~~d~~ `e`",
    "HTML": '<img canary src="//texts.example/a" onerror=alert()> &lt;b&gt;',
    "directions": "\u202eabc\u2066 \x1b[31m %{canary} :smile: -> __e__",
}
CLASSES = (
    *("http://texts.example/a.png", "www.texts.example", "you@texts.example", ":material/home: :streamlit:"),
    *("**b** ~~d~~ __e__", "&lt;b&gt; &amp;", ":smile: :+1:", "%{canary} %s", "{0}", "\"quoted\" 'so'"),
)
RAW = re.compile(
    r"(?<!\\)\]\(|\[c\]\[d\]|http://texts|www\.texts|you@texts|:red\[a|:material/home:|:streamlit:"
    r"|\*\*b\*\*|\$c\$|~~d|`e`|(?<!\\)<img canary|(?<!\\)&lt;b|[\u202e\u2066\x1b]|:smile:|-> |__e__"
)
"""What of that must not be found in a text that Streamlit takes for Markdown."""
RAW_IN_HTML = re.compile(r"<img canary|[\u202e\x1b]")
RAW_IN_CHARTS = re.compile(r"<img canary|\\\\u003cimg canary|\\u202e|\\u001b|%{canary")
SUMMARY = re.compile(r'"summary": "(?:[^"\\]|\\.)*"')
"""Of a chart: screen readers read it as it is, and plotly does not get it."""
RAW_ANYWHERE = re.compile(r"[\u202e\x1b]")
PLAIN = {
    *(
        "options",
        "default",
        "value",
        "raw_value",
        "raw_values",
        "id",
        "element_id",
        "form_id",
        "url",
        "page_script_hash",
        "page",
    ),
    *("query_string", "code_text", "proto", "icon", "placeholder", "body_html", "widget_id", "key", "component_name"),
}
"""Fields that no browser takes for Markdown."""
PAGES = [START, "data/page.py", TRAIN, "evaluate/page.py", "inside/page.py", "draw/page.py", "draw/handwriting.py"]
PAGES += ["compare/runs.py", "compare/sweeps.py"]


def texts_of(message: Any, kind: str) -> Iterator[tuple[str, str]]:
    """Yield each text in a message that goes to the browser, with the name of its field."""
    for field, value in message.ListFields() if message is not None else ():
        values = value if field.is_repeated else [value]
        for item in values:
            if field.message_type is not None and not (field.message_type.GetOptions().map_entry):
                yield from texts_of(item, f"{kind}.{field.name}")
            elif isinstance(item, str):
                yield f"{kind}.{field.name}", item


def elements(block: Block) -> Iterator[Any]:
    yield block
    for child in block.children.values():
        if isinstance(child, Block):
            yield from elements(child)
        else:
            yield child


def check(page: OpenPage) -> int:
    """Fail if a stranger's text reaches the browser as anything but a text; return how many texts there are."""
    texts = [
        (element.type, name, text)
        for element in elements(page.app._tree)
        for name, text in texts_of(getattr(element, "proto", None), element.type)
        if element.type != "bidi_component" or '"figure"' in text  # other components write texts as they are
    ]
    found = {
        (name, bad[0], text[:200])
        for kind, name, text in texts
        if (bad := _raw(kind, name).search(SUMMARY.sub("", text)))
    }
    assert not found
    return sum("example" in text or "red" in text or "abc" in text for _, _, text in texts)


def _raw(kind: str, name: str) -> re.Pattern[str]:
    if kind == "bidi_component":
        return RAW_IN_CHARTS
    if kind == "html":
        return RAW_IN_HTML
    plain = kind == "arrow_data_frame" or name.rpartition(".")[2] in PLAIN
    return RAW_ANYWHERE if plain else RAW


@pytest.fixture
def strangers(store: RunStore, make_run) -> tuple[int, int]:
    """A store with strangers' texts wherever one can be: a run and a sweep of it. Networks know strange classes."""
    images = replace(small_dataset(classes=10), class_names=CLASSES)
    sha256 = DatasetStore(store).add(images, SOMEBODY_ELSE, "Bob").sha256
    for classes in (DIGITS, CLASSES):
        number = HandwritingStore(store).create(f"set of {classes[0]}", classes, SOMEBODY_ELSE, "Bob")
        for index in range(3):
            HandwritingStore(store).keep(number, images.test_images[index], index, SOMEBODY_ELSE, "Bob")
    run = [make_run(state, owner=SOMEBODY_ELSE, name="x") for state in (State.FAILED, State.FINISHED)][-1]
    sweep = SweepStore(store).submit(Plan(TINY, GRID), owner=SOMEBODY_ELSE, nickname="Bob", name="x")
    with store.writing() as connection:
        connection.execute(runs.update().values(dataset_sha256=sha256))
    return run, sweep


def call(store: RunStore, text: str) -> None:
    """Give everything that has a name this one, as an earlier program may have kept it."""
    with store.writing() as connection:
        for table in (runs, sweeps, datasets, handwriting_sets, drawings):
            values: dict[str, Any] = {
                column.name: text
                for column in table.c
                if column.name in ("name", "nickname", "notes", "message", "dataset")
            }
            if table is handwriting_sets:
                values["name"] = sa.literal(text) + sa.cast(table.c.id, sa.String)
            if table is runs:
                values["tags"] = text.replace(",", "")
            connection.execute(table.update().values(values))


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_no_text_of_a_stranger_is_taken_for_anything_else(page, open_page, store, strangers):
    run, sweep = strangers
    visit = open_page(TRAIN)
    visit.app.session_state["kept_nickname"] = ""
    shown = 0
    for text in MARKUP.values():
        call(store, text)
        visit.app.switch_page(page)
        visit.app.query_params.clear()
        visit.app.query_params.update(
            {"run": str(run), "sweep": str(sweep), "of": "all", "runs": f"{run}", "dataset": text}
        )
        visit.app.query_params.update({text: text, "filter": text, "sort": text, "epochs": text, "columns": text})
        visit.rerun()
        shown += check(visit)
    assert shown, "the texts are on the page"


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_nothing_in_an_address_is_taken_for_anything_else(page, open_page, store):
    visit = open_page(TRAIN)
    for text in MARKUP.values():
        visit.app.switch_page(page)
        visit.app.query_params.clear()
        visit.app.query_params.update(dict.fromkeys((*ADDRESS, "run", "sweep", "dataset", "seed", text), text))
        visit.rerun()
        check(visit)


@pytest.mark.slow
def test_a_strangers_failed_run_and_its_classes_are_told_as_texts(open_page, store, strangers):
    for text in MARKUP.values():
        call(store, text)
        check(open_page(TRAIN, run=1))
    run, _ = strangers
    visit = open_page("draw/page.py", run=run)
    visit.app.session_state["draw_source"] = "A test image"
    for view in ("Why", "Several networks"):
        visit.app.session_state["draw_explanation"] = view
        visit.rerun()
        assert check(visit)


@pytest.mark.usefixtures("fresh_cache")
@pytest.mark.parametrize("path", [TRAIN, "evaluate/page.py", "classroom/page.py"])
def test_the_figure_of_a_class_names_a_strangers_dataset_as_a_text(path, open_page, store, monkeypatch):
    monkeypatch.setattr(session, "at_server", lambda: False)
    opened = ClassStore(store).open()
    ClassStore(store).join(opened.id, ME, "Ada")
    images = replace(small_dataset(classes=10), class_names=DIGITS)
    HandwritingStore(store).keep(opened.set_id, images.test_images[0], 0, ME, "Ada")
    run = add_run_with_network(store, State.FINISHED, images=images, trained=Network.load("starter"))
    for text in MARKUP.values():
        with store.writing() as connection:
            connection.execute(datasets.update().values(name=text))
        st.cache_resource.clear()
        visit = open_page(path, run=run, view="results")
        assert "our class" in visit.words
        check(visit)
