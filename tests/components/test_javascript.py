"""The modules of a component's JavaScript, which Streamlit takes as one text."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pages.components.javascript import JavaScriptError, joined_javascript

PROJECT = Path(__file__).parents[2]


def joined(folder: Path, **modules: str) -> str:
    """Join the module `entry` with the others, each of which is a file of its own."""
    for name, text in modules.items():
        folder.joinpath(f"{name}.js").write_text(text)
    return joined_javascript(folder / "entry.js")


def test_a_module_comes_after_what_it_imports_and_each_only_once(tmp_path):
    text = joined(
        tmp_path,
        entry='import { a } from "./a.js";\nimport { b } from "./b.js";\nexport default function () {\n  a(b);\n}\n',
        a='import { b } from "./b.js";\nexport function a() {\n  return b;\n}\n',
        b="export const b = 1;\n",
    )
    assert [line for line in text.splitlines() if line] == [
        "const b = 1;",
        "function a() {",
        "  return b;",
        "}",
        "export default function () {",
        "  a(b);",
        "}",
    ]


def test_modules_may_be_in_other_folders_and_names_on_several_lines(tmp_path):
    place = tmp_path / "place"
    place.mkdir()
    tmp_path.joinpath("shared.js").write_text("export class First {}\nexport async function second() {}\n")
    text = joined(place, entry='import {\n  First,\n  second,\n} from "../shared.js";\nnew First();\n')
    assert text.split() == ["class", "First", "{}", "async", "function", "second()", "{}", "new", "First();"]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('import { b as c } from "./b.js";\n', "entry.js imports b as c, which b.js does not export"),
        ('import * as b from "./b.js";\n', "not understood"),
        ('import b from "./b.js";\n', "not understood"),
        ('import { b } from "https://example.org/b.js";\n', "not understood"),
        ('import { b } from "./b.js"; // with a remark\n', "not understood"),
        ("const c = 1;\nexport { c };\n", "not understood: export { c };"),
        ("export let c = 1;\n", "not understood"),
        ('import { hidden } from "./b.js";\n', "entry.js imports hidden, which b.js does not export"),
        ('import { b } from "./b.js";\nconst hidden = 2;\n', "b.js and entry.js declare hidden"),
        ('import { b } from "./b.js";\nconst { c, d } = b;\n', "entry.js declares several names at once"),
        ('import { c } from "./entry.js";\nexport const c = 1;\n', "entry.js imports itself"),
    ],
)
def test_what_cannot_be_joined_rightly_is_refused(tmp_path, entry, problem):
    with pytest.raises(JavaScriptError) as error:
        joined(tmp_path, entry=entry, b="const hidden = 1;\nexport const b = hidden;\n")
    assert problem in str(error.value)


def test_only_the_component_itself_has_a_default_export(tmp_path):
    with pytest.raises(JavaScriptError, match=r"b\.js: not understood: export default"):
        joined(
            tmp_path, entry='import { c } from "./b.js";\n', b="export const c = 1;\nexport default function () {}\n"
        )


@pytest.mark.slow
def test_the_javascript_passes_its_own_tests(tmp_path):
    environment = {**os.environ, "DENO_DIR": str(tmp_path), "DENO_NO_UPDATE_CHECK": "1", "NO_COLOR": "1"}
    deno = Path(sys.executable).with_name("deno")
    command = [str(deno), "test", "--quiet", "--no-check", "--no-remote", "--no-npm", "pages/"]
    result = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
