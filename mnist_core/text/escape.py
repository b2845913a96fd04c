"""Escapes texts from people (what they type, name or upload) for the target that they are written to.

A text is stored as it was written. When it is output, it passes the function for that target. Each function first
cleans the text (see `clean`) and cuts it to a length that suits the target. docs/texts.md lists texts and targets.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from urllib.parse import quote

LONGEST_NAME = 80
"""Most characters of a name on the screen, and in a field for it."""
LONGEST_QUOTE = 60
LONGEST_SENTENCE = 1000
LONGEST_IN_CHART = 40
LONGEST_FILE_NAME = 150
"""Most bytes of UTF-8. File systems allow 255 bytes, and some that encrypt names only 143 characters."""
MOST_MARKS = 8
"""Most combining marks on one letter. Scripts need up to six; hundreds would cover the lines above and below."""

WORD_JOINER = "\u2060"
"""An invisible character without line break (Unicode, ch. 23.2). It breaks patterns that renderers look for."""

_JOINERS = "\u200c\u200d"
_VISIBLE_FORMATS = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
"""Signs before numbers in Arabic, Syriac and Kaithi. Their category is "format", but they are visible."""
_BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
"""Invisible marks, letters and a symbol (Unicode's Default_Ignorable_Code_Point, and the blank of Braille)."""
_SPACES = ("Cc", "Zs", "Zl", "Zp")


def clean(text: str, longest: int = LONGEST_NAME) -> str:
    """Return `text` as one line of at most `longest` visible characters, in form NFC; "…" replaces what is cut off.

    Control characters and line breaks become spaces, and repeated spaces one. Characters that are invisible or change
    the writing direction are removed (Unicode's category Cf, but not joiners inside words of scripts that need them).
    Lone surrogates, which no encoding can write, and unassigned characters become U+FFFD.
    """
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", _visible(text[: 8 * longest + 8]))
    text = " ".join(text.split())
    if len(text) <= longest:
        return text
    end = longest - 1
    while end and (unicodedata.category(text[end])[0] == "M" or text[end] in _JOINERS or text[end - 1] in _JOINERS):
        end -= 1  # a letter keeps all its marks, or is cut off with them
    return text[:end].rstrip() + "…"


def quoted(text: str, longest: int = LONGEST_QUOTE) -> str:
    """Return bad input as a quotation: cleaned, short, in “ ”. The whole sentence must still be escaped."""
    return f"“{clean(text, longest)}”"


def for_markdown(text: str, longest: int = LONGEST_NAME) -> str:
    """Return `text` so that Streamlit's Markdown shows it unchanged, in texts, labels and help.

    Backslashes (CommonMark 0.31, ch. 2.4) escape what the parser interprets: links, pictures, HTML, entities, emphasis,
    maths, coloured text. They have no effect on what is replaced after parsing: addresses (GitHub's "extended
    autolinks"), emoji, icons such as `:material/home:`, and arrows. Invisible word joiners break these.
    """
    text = _with_word_joiners(clean(text, longest))
    text = re.sub(r"[\\`*\[\]<>&~$|]|_(?![A-Za-z0-9])|(?<![A-Za-z0-9])_", r"\\\g<0>", text)
    text = re.sub(r"^(?:[#+=-]|\d+(?=[.)]))", _escaped_start, text)
    return _isolated(text)


def sentence_for_markdown(text: object) -> str:
    """Return a whole sentence, such as the text of a `UserError`, so that Streamlit's Markdown shows it unchanged."""
    return for_markdown(str(text), LONGEST_SENTENCE)


def for_html(text: str, longest: int = LONGEST_SENTENCE) -> str:
    """Return `text` for HTML, between tags or in a quoted attribute."""
    return html.escape(_isolated(clean(text, longest)))


def for_chart(text: str, longest: int = LONGEST_IN_CHART) -> str:
    """Return `text` for a plotly figure: titles, names, categories, hover texts and templates.

    Plotly interprets some HTML tags and all numeric entities (plotly.js, src/lib/svg_text_utils.js), and %{…} in
    templates (src/lib/index.js, templateString).
    """
    text = _isolated(clean(text, longest)).replace("%{", f"%{WORD_JOINER}{{")
    return html.escape(text, quote=False)


def for_terminal(text: str, longest: int = LONGEST_SENTENCE) -> str:
    """Return `text` for a terminal, without control sequences. Our Rich consoles do not interpret markup."""
    return clean(text, longest)


def for_python_string(text: str, longest: int = LONGEST_SENTENCE) -> str:
    """Return a Python string literal in double quotes, on one line. All escapes of JSON are also valid in Python."""
    return json.dumps(clean(text, longest), ensure_ascii=False)


def for_python_comment(text: str, longest: int = LONGEST_NAME) -> str:
    """Return `text` for a Python comment: on one line, and without a declaration of the encoding (PEP 263)."""
    return re.sub(r"(coding)([:=])", r"\1 \2", clean(text, longest))


def for_notebook(text: str, longest: int = LONGEST_NAME) -> str:
    """Return `text` for a Markdown cell of a notebook: plain words unchanged, anything else as a code span.

    Nothing is interpreted inside code spans. Elsewhere, notebooks typeset maths even if it was escaped, and MathJax can
    add links and run scripts. The fence is longer than any sequence of backticks in the text (CommonMark, ch. 6.1).
    """
    text = clean(text, longest)
    if re.fullmatch(r"(?:[^\W_]+(?:[ /-][^\W_]+)*)?", text):
        return text
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if "`" in (text[0], text[-1]) else ""
    return f"{fence}{space}{text}{space}{fence}"


def for_csv_cell(text: str, longest: int = LONGEST_SENTENCE) -> str:
    """Return `text` for a CSV cell. A spreadsheet would evaluate a formula in it.

    An apostrophe in front makes it text (OWASP, "CSV Injection", including the full-width signs that it lists).
    """
    text = clean(text, longest)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) else text


_RESERVED_CHARACTERS = re.compile(r'[<>:"/\\|?*]')
_RESERVED_NAMES = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE)


def for_file_name(text: str, suffix: str = "", fallback: str = "file") -> str:
    """Return a file name that ends with `suffix`, such as "手写.npz"; `fallback` if nothing is left of `text`.

    Letters and digits of all scripts stay. "_" replaces separators of folders, what Windows reserves ("Naming Files,
    Paths, and Namespaces"), and beginnings that hide a file or look like a command's option. The name has at most
    `LONGEST_FILE_NAME` bytes.
    """
    name = clean(text, LONGEST_FILE_NAME)
    if suffix and name.lower().endswith(suffix.lower()):
        name = name[: -len(suffix)]
    name = _RESERVED_CHARACTERS.sub("_", name)
    name = re.sub(r"^[.\s~-]+", "_", name).rstrip(". ")
    if _RESERVED_NAMES.match(name):
        name = f"_{name}"
    room = LONGEST_FILE_NAME - len(suffix.encode())
    name = name.encode()[:room].decode(errors="ignore").rstrip(". ")
    return (name if name.strip("_ ") else fallback) + suffix


def content_disposition(file_name: str) -> str:
    """Return the Content-Disposition header with which a browser saves a response under a name (RFC 6266)."""
    name = for_file_name(file_name)
    ascii_name = re.sub(r'[^\x20-\x7e]|["\\%]', "_", name)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"


def _visible(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for index, character in enumerate(text):
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if category in _SPACES or character in _BLANKS:
            kept.append(" ")
        elif category == "Cf":
            if character in _VISIBLE_FORMATS or (character in _JOINERS and _joins(text, index)):
                kept.append(character)
        elif category in ("Cs", "Cn"):
            kept.append("\ufffd")
        elif marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def _joins(text: str, index: int) -> bool:
    """Whether a joiner is between letters or emoji whose form it may change."""
    neighbours = text[index - 1 : index] + text[index + 1 : index + 2]
    return len(neighbours) == 2 and all(not it.isascii() and unicodedata.category(it)[0] in "LMS" for it in neighbours)


def _with_word_joiners(text: str) -> str:
    """Insert word joiners into the patterns that Streamlit replaces: addresses, emoji, icons, arrows."""
    text = re.sub(r":(?!\s|$|\d+(?![\w:]))", f":{WORD_JOINER}", text)
    text = re.sub(r"www(?=\.)", rf"\g<0>{WORD_JOINER}", text, flags=re.IGNORECASE)
    text = re.sub(r"@(?=[-\w])", f"@{WORD_JOINER}", text)
    return re.sub(r"(?<!\S)([<>~-])(?=[->=]+(?:\s|$))", rf"\1{WORD_JOINER}", text)


def _escaped_start(found: re.Match[str]) -> str:
    """Escape what would begin a heading or a list: "# a", "- a", "1. a"."""
    return f"{found[0]}\\" if found[0][0].isdigit() else f"\\{found[0]}"


def _isolated(text: str) -> str:
    """Isolate right-to-left words, so that they do not reorder the text beside them (Unicode, UAX #9)."""
    if text.isascii() or not any(unicodedata.bidirectional(it) in ("R", "AL", "AN") for it in text):
        return text
    return f"\u2068{text}\u2069"
