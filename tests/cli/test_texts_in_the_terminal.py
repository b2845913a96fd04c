"""The terminal shows names as they are: no markup, no control sequences, whatever its encoding."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from mnist_core.cli.console import add_row, console
from mnist_core.cli.evaluate import evaluate
from mnist_core.cli.main import main
from mnist_core.cli.predict import predict
from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.network import Network
from mnist_core.runs import DatasetStore, RunStore
from mnist_core.text import escape
from tests.support.hostile_texts import HOSTILE_TEXTS

every_text = pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS.keys())
MNIST = load_dataset()


@every_text
def test_tables_show_a_name_as_it_is(text, capsys, monkeypatch):
    from rich.table import Table

    monkeypatch.setenv("COLUMNS", "6000")
    table = Table("Name")
    add_row(table, text)
    console().print(table)
    shown = capsys.readouterr().out
    assert escape.for_terminal(text) in " ".join(shown.split())
    assert not set(shown) & {chr(code) for code in (*range(10), *range(11, 32), *range(127, 160), 0x202E, 0x2066)}


def test_readings_name_classes_as_they_are(tmp_path, capsys):
    from PIL import Image

    names = [f"{place} {text}"[:30] for place, text in enumerate(list(HOSTILE_TEXTS.values())[:10])]
    evaluate(Network.load("starter"), replace(MNIST, class_names=tuple(names)), as_json=False)
    Image.fromarray(np.kron(255 - MNIST.test_images[0], np.ones((8, 8), np.uint8))).save(tmp_path / "seven.png")
    predict(Network.load("starter"), [tmp_path / "seven.png"], tuple(names), as_json=False)
    shown = capsys.readouterr().out
    assert shown.replace("\n", "").isprintable() or not shown.isascii()
    assert escape.for_terminal(names[7]) in shown


@pytest.mark.slow
def test_a_terminal_without_the_characters_of_a_name_shows_their_codes(database_url):
    with RunStore.open(database_url) as store:
        store.submit(TrainConfig(), name="手写 [/b] :smile:", nickname="\x1b[31mBob")
    command = [sys.executable, "-m", "mnist_core", "runs"]
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "COLUMNS": "300"}
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert rb"\u624b\u5199 [/b] :smile:" in done.stdout
    assert b"\x1b" not in done.stdout


@pytest.mark.slow
@every_text
def test_bad_input_is_quoted_in_one_short_line(text, store, capsys):
    DatasetStore(store).all()
    if text and not text.startswith("-") and "\0" not in text:
        assert main(["train", "--dataset", text]) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        assert escape.quoted(text) in error
        assert len(error) < 400
