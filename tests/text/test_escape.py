"""The gate for texts of people: whatever they are, each target shows them and does nothing else."""

from __future__ import annotations

import ast
import csv
import html
import io
import re
import unicodedata
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt

from mnist_core.text import escape
from tests.support.hostile_texts import HOSTILE_TEXTS

LOOKED_FOR = {
    "address": r"(https?://|www(?=\.))([-.\w]+)([^ \t\r\n]*)",
    "e-mail": r"([-.\w+]+)@([-\w]+(?:\.[-\w]+)+)",
    "icon": r":material[/_](\w+):|:streamlit:",
    "emoji": r":\+1:|:-1:|:[\w-]*[a-zA-Z+-][\w+-]*:|:1234?:|:100:",
    "directive": r":[a-zA-Z][\w-]*[\[{]|:::",
    "arrow": r"(?:^|\s)(?:<->|->|<-|--|>=|<=|~=)(?:\s|$)",
}
"""What Streamlit 1.5x looks for in a text after Markdown is parsed, where backslashes are gone (its remark plugins)."""

every_text = pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS.keys())


def shown_by_markdown(source: str) -> tuple[str, set[str]]:
    """Return the text that CommonMark (with tables and strikethrough) makes of a source, and all else that it makes."""
    kinds, text = set(), ""
    for block in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(source):
        kinds.add(block.type)
        for token in block.children or ():
            kinds.add(token.type)
            text += token.content
    return text, kinds - {"paragraph_open", "paragraph_close", "inline", "text", "text_special"}


@every_text
def test_a_clean_text_is_one_line_of_visible_characters(text):
    cleaned = escape.clean(text)
    assert len(cleaned) <= escape.LONGEST_NAME
    assert cleaned == cleaned.strip() == unicodedata.normalize("NFC", cleaned)
    assert len(cleaned.splitlines()) <= 1
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2060-\u206f\u200b\u200e\u200f\ufeff\ud800-\udfff]", cleaned)
    assert not re.search("[\u0300-\u036f]{10}", cleaned), "marks tower over other lines"
    assert escape.clean(cleaned) == cleaned
    cleaned.encode()


@pytest.mark.parametrize(
    "text",
    ["手写", "Ümläut – “so”", "می\u200cخواهم", "👩\u200d🔬", "नमस्ते", "ภาษาไทย", "שלום", "Ångström 7b", "a_b-c.d"],
)
def test_names_in_all_scripts_stay_as_they_are(text):
    assert escape.clean(text) == text
    assert escape.for_file_name(text, ".npz") == f"{text}.npz"


def test_what_is_cut_off_is_said():
    assert escape.clean("a" * 5000, 10) == "aaaaaaaaa…"
    assert escape.clean("e\u0301" * 40 + "q\u0307" * 50, 60).endswith("q\u0307…"), "no letter loses its mark"


@every_text
def test_markdown_shows_a_text_and_nothing_else(text):
    source = escape.for_markdown(text)
    for place in (source, f"**{source}**"[2:-2], f"Run 1: {source}", f"{source} · 98 %"):
        shown, kinds = shown_by_markdown(place)
        assert not kinds
        for what, pattern in LOOKED_FOR.items():
            assert not re.search(pattern, shown, re.IGNORECASE), what
    shown, _ = shown_by_markdown(source)
    assert re.sub("[\u2060\u2068\u2069]", "", shown) == escape.clean(text)


@every_text
def test_html_and_charts_show_a_text_and_nothing_else(text):
    for gate in (escape.for_html, escape.for_chart):
        source = gate(text)
        assert "<" not in source
        assert ">" not in source
        shown = re.sub("[\u2060\u2068\u2069]", "", html.unescape(source))
        assert shown == escape.clean(text, escape.LONGEST_IN_CHART if gate is escape.for_chart else 1000)
    assert '"' not in escape.for_html(text)
    assert "'" not in escape.for_html(text)
    assert "%{" not in escape.for_chart(text), "a template would put something else there"


@every_text
def test_code_holds_a_text_and_runs_nothing(text):
    literal = escape.for_python_string(text)
    assert ast.literal_eval(literal) == escape.clean(text, 1000)
    program = f"# {escape.for_python_comment(text)}\nx = {literal}  # {escape.for_python_comment(text)}\n"
    assert ast.dump(ast.parse(program.encode())) == ast.dump(ast.parse(f"x = {literal}"))
    assert not re.search(r"coding[:=]", escape.for_python_comment(text))


@every_text
def test_notebooks_show_a_text_as_code_or_as_words(text):
    source = f"Run 1: {escape.for_notebook(text)}."
    shown, kinds = shown_by_markdown(source)
    assert kinds <= {"code_inline"}
    assert shown == f"Run 1: {escape.clean(text)}."
    if not kinds:
        assert re.fullmatch(r"[\w /-]*", escape.for_notebook(text))


@every_text
def test_terminals_get_no_control_sequences(text):
    assert escape.for_terminal(text).isprintable() or not text.isascii()
    assert not re.search("[\x00-\x1f\x7f-\x9f]", escape.for_terminal(text))


@every_text
def test_spreadsheets_get_no_formulas(text):
    cell = escape.for_csv_cell(text)
    assert not cell or unicodedata.normalize("NFKC", cell)[0] not in "=+-@\t\r\n"
    row = io.StringIO()
    csv.writer(row).writerow([cell])
    assert len(row.getvalue().splitlines()) == 1
    assert cell.removeprefix("'") == escape.clean(text, 1000).removeprefix("'")


@every_text
@pytest.mark.parametrize("suffix", ["", ".npz"])
def test_every_text_gives_a_file_name_that_all_systems_take(text, suffix, tmp_path):
    name = escape.for_file_name(text, suffix)
    assert name.endswith(suffix)
    assert len(name.encode()) <= 150
    assert name.removesuffix(suffix).strip(" ._"), "never empty"
    assert not re.search('[<>:"/\\\\|?*\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]', name)
    assert not name.startswith((".", "-", "~", " "))
    assert not name.endswith((".", " "))
    assert not re.match(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", name, re.IGNORECASE)
    (tmp_path / name).touch()
    assert [path.name for path in tmp_path.iterdir()] == [name]


@every_text
def test_downloads_are_named_in_ascii_and_in_all_scripts(text):
    header = escape.content_disposition(text)
    header.encode("ascii")
    found = re.fullmatch(r"attachment; filename=\"([ !#-\[\]-~]+)\"; filename\*=UTF-8''([\w.~%-]+)", header)
    assert found
    assert unquote(found[2]) == escape.for_file_name(text)


def test_files_in_other_scripts_keep_their_names():
    assert escape.for_file_name("手写.npz", ".npz") == "手写.npz"
    assert escape.for_file_name("Été 7b: “Ziffern”", ".npz") == "Été 7b_ “Ziffern”.npz"
    assert escape.for_file_name("../../etc/passwd") == "__.._etc_passwd"
    assert escape.for_file_name("nul.npz", ".npz") == "_nul.npz"
    assert escape.for_file_name("\u202e", ".npz", "handwriting") == "handwriting.npz"
