"""Turns the text of a lesson file into a `Lesson`, and finds everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mnist_core.config import SETTINGS, ConfigError, TrainConfig, Value
from mnist_core.ledger.column_declaration import Kind
from mnist_core.ledger.columns import CLASS_ACCURACY
from mnist_core.ledger.filter import compared_columns, filter_problem, find_column
from mnist_core.ledger.filter_condition import FilterError
from mnist_core.ledger.view_state import FILTER_LENGTH
from mnist_core.lessons.lesson import (
    ENGLISH,
    FIXABLE,
    HIDEABLE,
    LAST,
    OTHER_ANSWERS,
    PAGES,
    Criterion,
    Lesson,
    Question,
    Step,
)
from mnist_core.lessons.problems import Problem, error_of
from mnist_core.lessons.table_reader import TableReader, expected_word
from mnist_core.lessons.toml_lines import Document, TomlError
from mnist_core.lessons.translation import report_differences
from mnist_core.text.escape import quoted

MOST_BYTES = 64_000
MOST_STEPS = 30
LONGEST_TITLE = 80
LONGEST_LINE = 200
LONGEST_TEXT = 1500
LONGEST_CHOICE = 60
LONGEST_UNIT = 20
MINUTES, ORDER = range(1, 241), range(LAST + 1)
CHOICES = range(2, 9)
RUNS, DRAWINGS = range(1, 101), range(1, 1001)
MOST_QUERY_PARTS = 10
_ONLY_IN_A_CLASS = "Only the table of runs knows “Our class”, and only in a class; expected another column."
RESERVED = ("lesson", "step", "task")
"""Parts of the address that say which step is shown."""


def read_lesson(text: str, name: str, language: str = ENGLISH, original: Lesson | None = None) -> Lesson:
    """Return the lesson that a file's text describes; a translation must have all but the texts of its `original`.

    Raises `LessonError` with all that is wrong.
    """
    file_name = f"{name}.toml" if language == ENGLISH else f"{name}.{language}.toml"
    if (size := len(text.encode(errors="replace"))) > MOST_BYTES:
        raise error_of(file_name, [Problem(1, f"The file has {size:,} bytes; expected at most {MOST_BYTES:,}.")])
    try:
        document = Document(text)
    except TomlError as error:
        raise error_of(file_name, [error.problem]) from None
    problems: list[Problem] = []
    table = TableReader(document, (), problems)
    lesson = _read(table, name, language)
    if original and not problems:
        report_differences(table, lesson, original)
    if problems:
        raise error_of(file_name, problems)
    return lesson


def _read(table: TableReader, name: str, language: str) -> Lesson:
    lesson = Lesson(
        name,
        title=table.text("title", LONGEST_TITLE, required=True),
        description=table.text("description", LONGEST_LINE, required=True),
        minutes=table.whole("minutes", MINUTES, default=1, required=True),
        steps=tuple(_step(step) for step in table.tables("step", MOST_STEPS)),
        language=language,
        order=table.whole("order", ORDER, default=LAST),
    )
    table.report_unknown({key: f"[step.{key}]" for key in ("question", "criterion")})
    return lesson


def _step(table: TableReader) -> Step:
    question, criterion = table.inner("question"), table.inner("criterion")
    step = Step(
        title=table.text("title", LONGEST_TITLE, required=True),
        text=table.text("text", LONGEST_TEXT, required=True, lines=True),
        do=table.text("do", LONGEST_LINE),
        page=table.one_of("page", PAGES, required=True),
        query=_query(table),
        run=_filter(table, "run"),
        settings=_settings(table),
        dataset=table.text("dataset", LONGEST_TITLE),
        hide=table.words("hide", HIDEABLE),
        fix=table.words("fix", FIXABLE),
        question=_question(question) if question else None,
        criterion=_criterion(criterion) if criterion else None,
    )
    table.report_unknown()
    return step


def _question(table: TableReader) -> Question:
    choices = table.texts("choices", CHOICES, LONGEST_CHOICE)
    question = Question(
        ask=table.text("ask", LONGEST_LINE, required=True),
        answer=_answer(table, bool(choices)),
        of=_filter(table, "of"),
        choices=choices,
        unit=table.text("unit", LONGEST_UNIT),
        why=table.text("why", LONGEST_TEXT, lines=True),
    )
    table.report_unknown()
    return question


def _criterion(table: TableReader) -> Criterion:
    before = len(table.problems)
    criterion = Criterion(
        runs=_filter(table, "runs"),
        count=table.whole("count", RUNS, default=1),
        drawings=table.whole("drawings", DRAWINGS, default=0),
        visited=table.switch("visited"),
    )
    empty = not (criterion.runs or criterion.drawings or criterion.visited)
    if empty and len(table.problems) == before:
        table.report("The criterion asks for nothing; expected runs, drawings or visited = true.")
    if "count" in table.values and not criterion.runs:
        table.report("“count” counts runs; expected “runs” beside it, the filter that they match.", "count")
    table.report_unknown()
    return criterion


def _answer(table: TableReader, with_choices: bool) -> str:
    """Return the name of a ledger column, or one of `OTHER_ANSWERS`."""
    answer = table.text("answer", LONGEST_LINE, required=True)
    if not answer or answer in OTHER_ANSWERS:
        return answer
    try:
        column = find_column(answer)
    except FilterError as error:
        others = " or ".join(OTHER_ANSWERS)
        table.report(f"“answer” must be a column of the ledger, or {others}. {error}", "answer")
        return ""
    if not (column.kind.numeric or (with_choices and column.kind in (Kind.TEXT, Kind.SWITCH))):
        expected = "a column of numbers" + ("" if with_choices else ", or choices to choose from")
        table.report(f"“answer” is {quoted(column.label)}; expected {expected}.", "answer")
    elif column.name == CLASS_ACCURACY:
        table.report(f"“answer” is {quoted(column.label)}. {_ONLY_IN_A_CLASS}", "answer")
    return column.name


def _filter(table: TableReader, key: str) -> str:
    text = table.text(key, FILTER_LENGTH)
    _check_filter(table, text, key)
    if not filter_problem(text) and CLASS_ACCURACY in compared_columns(text):
        table.report(f"“{key}” is {quoted(text)}. {_ONLY_IN_A_CLASS}", key)
    return text


def _check_filter(table: TableReader, text: str, *path: str) -> None:
    if problem := filter_problem(text):
        table.report(f"“{path[-1]}” is {quoted(text)}. {problem}", *path)


def _query(table: TableReader) -> Mapping[str, str]:
    """Return the parts of an address: words as names, and one line of text as values."""
    found = table.table("query")
    if len(found) > MOST_QUERY_PARTS:
        table.report(f"“query” has {len(found)} parts; expected at most {MOST_QUERY_PARTS}.", "query")
    parts = table.inner("query")
    for name in found:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name) or name in RESERVED:
            table.report(
                f"“query” has the part {quoted(name)}; expected the name of a part, such as view.", "query", name
            )
    query = {name: parts.text(name, LONGEST_LINE) for name in found} if parts else {}
    if table.values.get("page") == "runs" and "filter" in query:
        _check_filter(table, query["filter"], "query", "filter")
    return query


def _settings(table: TableReader) -> Mapping[str, Value]:
    """Return settings that a run can have together, converted to the types that `TrainConfig` has."""
    checked: dict[str, Value] = {}
    found = table.table("settings")
    for name, value in found.items():
        if name not in SETTINGS:
            known = expected_word(_setting_called(name) or name, SETTINGS)
            table.report(f"There is no setting {quoted(name)}; {known}", "settings", name)
            continue
        try:
            checked[name] = SETTINGS[name].checked(tuple(value) if isinstance(value, list) else value)
        except ConfigError as error:
            table.report(str(error), "settings", name)
    if found and table.values.get("page") in PAGES and table.values["page"] != "train":
        table.report("“settings” are filled in on the page “train”, which is not the page of this step.", "settings")
    if checked and len(checked) == len(found):
        _check_together(table, checked)
    return checked


def _setting_called(alias: str) -> str:
    """Return the setting that filters know by that name, as "hidden_units" for "units"; "" if there is none."""
    return next((it.name for it in SETTINGS.values() if alias.lower() in it.aliases), "")


def _check_together(table: TableReader, settings: Mapping[str, Any]) -> None:
    try:
        TrainConfig().with_changes(**settings)
    except ConfigError as error:
        table.report(str(error), "settings", error.setting)
