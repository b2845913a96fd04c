"""Collects the texts of the app into the catalogues of its languages, and tells what is missing there.

    make translations                   update all catalogues, and say what each of them lacks
    make translations ARGS="--new fr"   begin another language, French
    make translations ARGS=--check      change nothing; fail if a catalogue is not as it should be

docs/languages.md explains it. Translators edit the `.po` files; the app reads the `.mo` files made from them.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

from babel import Locale
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from mnist_core.config import SETTINGS, Setting
from mnist_core.runs.run_records import STATUSES
from mnist_core.text.translation import FOLDER
from mnist_core.text.words import counted, in_sentence

PROJECT = Path(__file__).resolve().parents[1]
SOURCES = ("mnist_core", "pages")
FUNCTIONS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "marked": None,
    "sentence": None,
    "ngettext": (1, 2),
    "plural_sentence": (1, 2),
}
"""The functions whose first text, or first two, are to be translated."""

IN_ENGLISH = (
    *("mnist_core/cli", "mnist_core/environment.py", "mnist_core/export/", "mnist_core/workers/supervisor.py"),
    *(
        "mnist_core/data",
        "mnist_core/runs/dataset",
        "mnist_core/runs/bulk_operations.py",
        "mnist_core/runs/sqlite_file.py",
    ),
    *("mnist_core/runs/open_database.py", "mnist_core/lessons/lesson_files.py", "mnist_core/lessons/problems.py"),
    *("mnist_core/analyses/tsne", "mnist_core/embedding", "pages/server", "pages/shared/downloads"),
    *("pages/shared/dataset_upload.py", "pages/lessons/current_lesson.py"),
)
"""Whose errors are said in English only: those of the terminal, of the server, and of Data and Compare."""

COUNTED = {"counted": {2: (2,), 3: (2, 3)}}
"""`counted` of mnist_core/text/words.py makes a text and its plural from a noun, or a noun and its plural."""

LINE_LENGTH = 120


def main(arguments: list[str]) -> int:
    """Do what the module says; return an exit code."""
    parser = argparse.ArgumentParser(prog="make translations", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; fail if something is to be done")
    parser.add_argument("--new", metavar="CODE", help="begin a language, such as fr")
    options = parser.parse_args(arguments)
    texts = collect()
    if options.new:
        begin(options.new)
    unseen = unseen_texts(texts)
    print(*unseen, sep="\n", end="\n" if unseen else "")
    failed = bool(unseen)
    for path in sorted(FOLDER.glob("*.po")):
        if not options.check:
            update(path, texts)
        faults = faults_of(path, texts)
        print(f"{path.name}: {len(texts)} texts, {len(faults)} to be seen to", *faults, sep="\n  ")
        failed |= bool(faults)
    return int(failed and options.check)


def collect() -> Catalog:
    """Return all texts of the app that can be translated, without translations."""
    texts = Catalog(fuzzy=False)
    for name, text, comments in _texts():
        texts.add(text, locations=[(name, 0)], auto_comments=comments)
    return texts


def unseen_texts(texts: Catalog, project: Path = PROJECT) -> list[str]:
    """Return the calls whose text is not among those collected: Babel does not see one in an f-string or in another.

    An f-string as the text of an error is one of them: its values belong beside it, by their names.
    """
    known = {text for message in texts for text in ([message.id] if isinstance(message.id, str) else message.id)}
    return [
        f"{path.relative_to(project).as_posix()}:{line}: not seen, move it out of the call or f-string: {text!r}"
        for path in _sources(project)
        for line, text in _texts_in_calls(path)
        if text not in known
    ]


def _texts_in_calls(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of each call of one of the `_keywords` with a plain text, or of an error with an f-string."""
    keywords = _keywords(path)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in keywords:
            places = keywords[node.func.id] or (1,)
            for text in node.args[: len(places)]:
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield node.lineno, text.value
                elif isinstance(text, ast.JoinedStr) and node.func.id not in FUNCTIONS:
                    yield node.lineno, ast.unparse(text)


def _keywords(path: Path) -> dict[str, tuple[int, ...] | None]:
    """Return `FUNCTIONS`, and the kinds of `UserError` where these are translated."""
    english = any(f"/{part}" in path.as_posix() for part in IN_ENGLISH)
    return FUNCTIONS if english else {**FUNCTIONS, **dict.fromkeys(_kinds_of_errors())}


@cache
def _kinds_of_errors() -> frozenset[str]:
    """Return the names of `UserError` and of all classes that derive from it."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in _sources(PROJECT)]
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    names, before = {"UserError"}, 0
    while len(names) > before:
        before = len(names)
        names |= {it.name for it in classes if names & {base.id for base in it.bases if isinstance(base, ast.Name)}}
    return frozenset(names)


def _sources(project: Path) -> list[Path]:
    return sorted(path for folder in SOURCES for path in project.joinpath(folder).rglob("*.py"))


def begin(code: str) -> None:
    """Make an empty catalogue for a language."""
    path = FOLDER / f"{code}.po"
    if path.exists():
        sys.exit(f"{path} exists already.")
    header = f"# {Locale.parse(code).english_name} texts of Digits. docs/languages.md says how to work with this file."
    path.write_bytes(_as_po(Catalog(locale=code, fuzzy=False, charset="utf-8", header_comment=header)))


def update(path: Path, texts: Catalog) -> None:
    """Bring new texts into a catalogue and take old ones out; then make the file that the app reads."""
    catalog = read(path)
    catalog.update(texts, no_fuzzy_matching=True, update_creation_date=False)
    path.write_bytes(_as_po(catalog))
    path.with_suffix(".mo").write_bytes(compiled(read(path)))


def read(path: Path) -> Catalog:
    """Return the catalogue in a `.po` file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def compiled(catalog: Catalog) -> bytes:
    """Return the `.mo` file of a catalogue."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def faults_of(path: Path, texts: Catalog) -> list[str]:
    """Return what is to be done about a catalogue: texts without translation, other placeholders, old texts."""
    catalog = read(path)
    translated = {message.id: message for message in catalog if message.id}
    wanted = [message for message in texts if message.id]
    faults = [fault for message in wanted if (fault := _fault(message, translated.get(message.id)))]
    obsolete = translated.keys() - {message.id for message in wanted} | catalog.obsolete.keys()
    faults += [f"no longer in the app: {_quoted(text)}" for text in sorted(obsolete, key=str)]
    compiled_file = path.with_suffix(".mo")
    if not compiled_file.exists() or compiled_file.read_bytes() != compiled(catalog):
        faults.append(f"{compiled_file.name} was not made from {path.name}: call make translations")
    return faults


def _fault(message: Message, found: Message | None) -> str:
    """Return what is wrong with the translation of one text; "" if nothing is."""
    texts = [message.id] if isinstance(message.id, str) else list(message.id)
    forms = [] if found is None else [found.string] if isinstance(found.string, str) else list(found.string)
    if not forms or not all(forms):
        return f"not translated: {_quoted(message.id)}"
    if found is not None and found.fuzzy:
        return f"marked as fuzzy: {_quoted(message.id)}"
    wanted = [placeholders(text) - {"number"} for text in texts]
    if any(placeholders(form) - {"number"} not in wanted for form in forms):
        return f"placeholders other than {', '.join(sorted(placeholders(texts[-1]))) or 'none'}: {_quoted(message.id)}"
    return ""


def placeholders(text: str) -> set[str]:
    """Return the names in braces: {"run"} for "Run {run:,}". A text that is no format has none, or {"?"}."""
    try:
        return {name for _text, name, _format, _conversion in Formatter().parse(text) if name is not None}
    except ValueError:
        return {"?"}


def _texts() -> Iterator[tuple[str, str | tuple[str, ...], list[str]]]:
    """Yield each text with its file, and what a comment that begins with "Translators:" says of it."""
    for path in _sources(PROJECT):
        name = path.relative_to(PROJECT).as_posix()
        for _line, text, comments, _context in extract_from_file(
            "python", path, keywords=_keywords(path), comment_tags=("Translators:",), strip_comment_tags=True
        ):
            yield name, text, comments
        for _line, nouns, comments, _context in extract_from_file("python", path, keywords=COUNTED):
            yield name, _counted(*([nouns] if isinstance(nouns, str) else nouns)), comments
    yield from (("mnist_core/runs/run_records.py", in_sentence(status), []) for status in STATUSES)
    for setting in SETTINGS.values():
        for text in _texts_of(setting):
            yield "mnist_core/config", text, []


def _texts_of(setting: Setting) -> Iterator[str | tuple[str, ...]]:
    """Yield the texts in the declaration of a setting, and those made from them."""
    need = setting.need.reason if setting.need else ""
    others = (setting.summary, setting.in_words_if_zero, setting.meaning_of_zero, setting.fixed_with_parent, need)
    yield from filter(None, (setting.label, in_sentence(setting.label), setting.help, *others))
    if setting.noun:
        yield from (_counted(setting.noun), f"{setting.noun}s")


def _counted(noun: str, plural: str = "") -> tuple[str, str]:
    texts = counted(1, noun, plural), counted(2, noun, plural)
    return texts[0].template, texts[1].plural


def _as_po(catalog: Catalog) -> bytes:
    """Return the `.po` file: without line numbers, which would change it with every change of the code."""
    file = io.BytesIO()
    write_po(file, catalog, width=LINE_LENGTH, ignore_obsolete=True, sort_by_file=True, include_lineno=False)
    return re.sub(rb'"(Generated-|Report-|Project-|Last-|Language-T)[^"]*"\n', b"", file.getvalue())


def _quoted(text: str | tuple[str, ...] | list[str]) -> str:
    return repr(text if isinstance(text, str) else text[0])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
