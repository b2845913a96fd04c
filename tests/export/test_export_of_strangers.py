"""A run as code says what strangers' names are, and does nothing that they say."""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from markdown_it import MarkdownIt

from mnist_core.config import TrainConfig
from mnist_core.export import code
from mnist_core.export.section_texts import IMAGES, IMAGES_NOTEBOOK
from mnist_core.export.sections import adapted_to
from mnist_core.runs import DatasetInfo, RunStore
from mnist_core.text import escape
from tests.support.hostile_texts import HOSTILE_TEXTS

FILE_NAME = "THE_FILE"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    with RunStore.open(f"sqlite:///{tmp_path_factory.mktemp('store') / 'runs.sqlite'}") as store:
        return store.run(store.submit(TrainConfig()))


def images_called(name: str) -> DatasetInfo:
    return DatasetInfo("0" * 64, name, (name, f"{name} 2", "bag"), 600, 100)


def program(source: str, file_name: str) -> str:
    """Return what Python makes of a source, with another word in place of the file's name."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value == file_name:
            node.value = FILE_NAME
    return ast.dump(tree)


def code_cells(notebook: str) -> list[str]:
    return [cell["source"] for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code"]


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS.keys())
def test_script_and_notebook_are_the_same_program_whatever_names_are(run, name):
    harmless, images = images_called("bags"), images_called(name)
    run = replace(run, dataset=name)
    for of_harmless, of_hostile in (
        ([code.script(run, harmless)], [code.script(run, images)]),
        (code_cells(code.notebook(run, harmless)), code_cells(code.notebook(run, images))),
    ):
        expected = [program(source, harmless.file_name) for source in of_harmless]
        assert [program(source, images.file_name) for source in of_hostile] == expected
        assert not any(line.lstrip().startswith(("!", "%")) for source in of_hostile for line in source.splitlines())
    assert escape.for_python_comment(name) in " ".join(code.script(run, images).replace("\n# ", " ").split())


@pytest.mark.parametrize("name", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS.keys())
def test_code_for_the_images_loads_the_file_that_the_app_offers(name, tmp_path, monkeypatch):
    images = images_called(name)
    ran: list[int] = []
    monkeypatch.setattr(builtins, "RAN", ran, raising=False)
    monkeypatch.chdir(tmp_path)
    pixels, labels = np.zeros((10, 28, 28), np.uint8), np.zeros(10, np.uint8)
    np.savez(images.file_name, x_train=pixels, y_train=labels, x_test=pixels, y_test=labels)
    for text in (adapted_to(images, IMAGES), adapted_to(images, IMAGES_NOTEBOOK)):
        names: dict[str, Any] = {"np": np}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(text.rpartition("\n")[0], "cell", "exec"), names)  # noqa: S102  # the last line shows pictures
        assert np.array_equal(names["train_images"], pixels)
    assert not ran
    assert [path.name for path in tmp_path.iterdir()] == [images.file_name]


@pytest.mark.parametrize("name", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS.keys())
def test_words_of_a_notebook_are_words_whatever_names_are(run, name):
    notebook = json.loads(code.notebook(replace(run, dataset=name), images_called(name)))
    kinds, words = set(), ""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            for block in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(cell["source"]):
                kinds.add(block.type)
                kinds |= {token.type for token in block.children or ()}
                words += "".join(" " if token.type == "softbreak" else token.content for token in block.children or ())
    assert kinds <= {
        *("heading_open", "heading_close", "paragraph_open", "paragraph_close"),
        *("inline", "text", "softbreak", "code_inline"),
    }
    assert escape.clean(name) in words
