"""What a declared format promises to those that read the list: the terminal, the workers and the pages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mnist_core.export.formats import FORMATS, Group, formats_of

PROJECT = Path(__file__).parents[2]


@pytest.mark.slow
def test_files_that_the_web_process_makes_need_no_tensorflow():
    makers = {item.maker.split(":")[0] for item in FORMATS.values() if item.group is not Group.MODEL}
    imports = "\n".join(f"import mnist_core.export.{module}" for module in sorted(makers))
    code = f"import sys\n{imports}\nprint(sorted({{'tensorflow', 'keras', 'onnx'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_each_group_of_the_export_menu_keeps_its_order():
    shown = {group: [item.label for item in formats_of(group)] for group in Group}
    assert shown == {
        Group.CODE: ["Python script", "Notebook", "Starting weights"],
        Group.MODEL: ["Keras model", "ONNX model"],
        Group.DATA: ["Weights (NumPy)", "History (CSV)", "Settings (JSON)"],
    }
