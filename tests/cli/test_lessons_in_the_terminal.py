"""The command `lesson`: a list, and the check of files with an exit code for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mnist_core.cli.main import main
from mnist_core.lessons import lessons
from tests.support.lesson_file import SHORT


def put(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_valid_file_is_confirmed(tmp_path, capsys):
    path = put(tmp_path, "look.toml", SHORT)
    assert main(["lesson", "check", path]) == 0
    assert capsys.readouterr().out == f"{path}: valid, 1 step\n"


def test_every_problem_of_every_file_has_a_line_of_its_own(tmp_path, capsys):
    bad = put(tmp_path, "bad.toml", SHORT.replace('"data"', '"dtaa"').replace("minutes = 2\n", ""))
    good = put(tmp_path, "good.toml", SHORT)
    absent = str(tmp_path / "absent.toml")
    assert main(["lesson", "check", bad, good, absent]) == 2
    assert capsys.readouterr().out.splitlines() == [
        f"{bad}:1: “minutes” is missing; expected a whole number from 1 to 240.",
        f'{bad}:7: “page” is “dtaa”; do you mean "data"?',
        f"{good}: valid, 1 step",
        f"{absent}:1: “absent.toml” cannot be read: there is no such file.",
    ]


def test_programs_get_the_problems_as_json(tmp_path, capsys):
    bad = put(tmp_path, "bad.toml", SHORT.replace("2", "0"))
    assert main(["lesson", "check", "--json", bad, put(tmp_path, "good.toml", SHORT)]) == 2
    (problem,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert problem == {
        "file": bad,
        "line": 3,
        "text": "“minutes” must be a whole number from 1 to 240, not 0.",
    }


def test_without_files_all_are_checked_that_the_app_finds(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MNIST_LESSONS_DIR", str(tmp_path))
    path = put(tmp_path, "look.toml", SHORT)
    assert main(["lesson", "check"]) == 0
    *others, last = capsys.readouterr().out.splitlines()
    assert last == f"{path}: valid, 1 step"
    assert others
    monkeypatch.setenv("MNIST_LESSONS_DIR", f"{tmp_path}/absent")
    assert main(["lesson", "check"]) == 2


@pytest.mark.parametrize("as_json", [False, True])
def test_the_list_has_every_lesson(as_json, capsys):
    assert main(["lesson", "list", *(["--json"] if as_json else [])]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in lessons())
    if as_json:
        assert [json.loads(line)["name"] for line in listed.splitlines()] == list(lessons())


def test_what_a_file_says_cannot_control_the_terminal(tmp_path, capsys):
    path = put(tmp_path, "bad.toml", SHORT.replace('"data"', '"\\u001b[31mred\\u202e"').replace("Images", "\\u0007"))
    assert main(["lesson", "check", path]) == 2
    out = capsys.readouterr().out
    assert "red" in out
    assert not {"\x1b", "\u202e", "\x07"} & set(out)
