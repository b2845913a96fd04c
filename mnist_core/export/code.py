"""Exports a run as code: a Python script and a Jupyter notebook that repeat the training with plain Keras."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from typing import Any

from mnist_core.data import DIGITS, MNIST
from mnist_core.export.sections import Section, sections
from mnist_core.runs import DatasetInfo, DatasetStore, Run, RunStore
from mnist_core.runs.dataset_info import MNIST_INFO
from mnist_core.text.escape import for_notebook, for_python_comment

COMMENT_WIDTH = 100
IMPORTS = "from pathlib import Path\n\nimport keras\nimport numpy as np\nimport pandas as pd"
TITLE = "A neural network learns to read handwritten digits."
TITLE_OF_OTHERS = "A neural network learns to classify images."
NEEDS = "pip install keras tensorflow pandas"


def script_of(store: RunStore, run: Run) -> bytes:
    """Return a run of the store as a script in UTF-8. Raises `UnknownSettings`."""
    return script(run, DatasetStore(store).info(run.dataset_sha256)).encode()


def notebook_of(store: RunStore, run: Run) -> bytes:
    """Return a run of the store as a notebook in UTF-8. Raises `UnknownSettings`."""
    return notebook(run, DatasetStore(store).info(run.dataset_sha256)).encode()


def script(run: Run, images: DatasetInfo = MNIST_INFO) -> str:
    """Return the run as a commented Python program. Raises `UnknownSettings`."""
    parts = "\n\n".join(
        f"{_comment(section)}\n{_spaced(section.code)}" for section in sections(run, images, for_python_comment)
    )
    subtitle = _wrapped(_subtitle(run, images, for_python_comment))
    return f'"""{_title(images)}\n\nNeeds: {NEEDS}\n"""\n\n{subtitle}\n\n{IMPORTS}\n\n{parts}\n'


def notebook(run: Run, images: DatasetInfo = MNIST_INFO) -> str:
    """Return the run as a notebook: JSON in Jupyter's format 4.5. Raises `UnknownSettings`."""
    subtitle = _subtitle(run, images, for_notebook)
    cells = [
        _markdown("title", f"# {_title(images)}\n\n{subtitle}\n\nNeeds: `{NEEDS} pillow`"),
        _code("imports", IMPORTS),
    ]
    for number, section in enumerate(sections(run, images, for_notebook), 1):
        cells.append(_markdown(f"words-{number}", f"## {section.title}\n\n{section.words}"))
        cells.append(_code(f"code-{number}", section.notebook_code or section.code))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _title(images: DatasetInfo) -> str:
    return TITLE if images.class_names == DIGITS else TITLE_OF_OTHERS


def _subtitle(run: Run, images: DatasetInfo, escape: Callable[[str], str]) -> str:
    others = "" if run.dataset == MNIST else f", {escape(images.title)}"
    start = "" if run.parent is None else f"continues {run.parent.in_words}, "
    return f"Run {run.id}: {start}{run.config.describe()}{others}."


def _comment(section: Section) -> str:
    return f"# --- {section.title} ---\n{_wrapped(section.words)}"


def _wrapped(words: str) -> str:
    return "\n".join(f"# {line}" for line in textwrap.wrap(words, COMMENT_WIDTH))


def _spaced(code: str) -> str:
    """Return code with two empty lines around classes."""
    return f"\n\n{code}\n" if code.startswith("class ") else code


def _markdown(cell_id: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": cell_id, "metadata": {}, "source": text}


def _code(cell_id: str, code: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": cell_id,
        "metadata": {},
        "outputs": [],
        "source": code,
    }
