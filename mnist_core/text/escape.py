"""The one gate for texts of people: what they type, name or send is made safe for the place that it enters.

A text is kept as it was written, and goes through the function of its target at the moment when it enters one. Each
function cleans the text first (see `clean`) and cuts it at a length that suits the target. docs/texts.md lists the
texts and the targets.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from urllib.parse import quote

LONGEST_NAME = 80
"""Characters of a name where it is shown; the longest that can be typed."""
LONGEST_QUOTE = 60
LONGEST_SENTENCE = 1000
LONGEST_IN_CHART = 40
LONGEST_FILE_NAME = 150
"""Bytes of UTF-8; file systems take 255, and some that encrypt names 143 characters."""
MOST_MARKS = 8
"""Combining marks on one letter: scripts need up to six; hundreds would cover the lines above and below."""

WORD_JOINER = "\u2060"
"""An invisible character that breaks no line (Unicode, ch. 23.2); it parts what a renderer looks for in a text."""

_JOINERS = "\u200c\u200d"
_VISIBLE_FORMATS = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
"""Signs before numbers in Arabic, Syriac and Kaithi: of the category "format", yet visible."""
_BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
"""Marks, letters and a symbol that show nothing (Unicode's Default_Ignorable_Code_Point, and the blank of Braille)."""
_SPACES = ("Cc", "Zs", "Zl", "Zp")


def clean(text: str, longest: int = LONGEST_NAME) -> str:
    """Return `text` as one line of visible characters, at most `longest`; what is cut off is replaced by "…".

    Control characters and line breaks become spaces, of which no two follow each other; characters that are invisible
    or turn the direction of writing are left out (Unicode's category Cf, except for joiners inside words of the scripts
    that need them); lone surrogates, which no encoding can write, and unassigned ones become U+FFFD. In form NFC.
    """
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", _visible(text[: 8 * longest + 8]))
    text = " ".join(text.split())
    if len(text) <= longest:
        return text
    end = longest - 1
    while end and (unicodedata.category(text[end])[0] == "M" or text[end] in _JOINERS or text[end - 1] in _JOINERS):
        end -= 1  # a letter keeps all of its marks, or goes
    return text[:end].rstrip() + "…"


def quoted(text: str, longest: int = LONGEST_QUOTE) -> str:
    """Return bad input as a sentence quotes it: cleaned, short, in “ ”. The sentence still has to pass a gate."""
    return f"“{clean(text, longest)}”"


def for_markdown(text: str, longest: int = LONGEST_NAME) -> str:
    """Return `text` so that Streamlit's Markdown shows it as it is, in texts, labels and help alike.

    Backslashes (CommonMark 0.31, ch. 2.4) stop what the parser knows: links, pictures, HTML, entities, emphasis, maths,
    coloured text. They do not stop what is looked for in the finished text: addresses (GitHub's "extended autolinks"),
    emoji and icons such as `:material/home:`, arrows. Those are parted by invisible word joiners.
    """
    text = _parted(clean(text, longest))
    text = re.sub(r"[\\`*\[\]<>&~$|]|_(?![A-Za-z0-9])|(?<![A-Za-z0-9])_", r"\\\g<0>", text)
    text = re.sub(r"^(?:[#+=-]|\d+(?=[.)]))", _escaped_start, text)
    return _isolated(text)


def sentence_for_markdown(text: object) -> str:
    """Return a whole sentence, such as the text of a `UserError`, so that Streamlit's Markdown shows it as it is."""
    return for_markdown(str(text), LONGEST_SENTENCE)


def for_html(text: str, longest: int = LONGEST_SENTENCE) -> str:
    """Return `text` for HTML, between tags or in an attribute with quotes around it."""
    return html.escape(_isolated(clean(text, longest)))


def for_chart(text: str, longest: int = LONGEST_IN_CHART) -> str:
    """Return `text` for a plotly figure: titles, names, categories, hover texts and templates.

    Plotly reads some tags of HTML and all numeric entities (plotly.js, src/lib/svg_text_utils.js), and in templates
    %{…} (src/lib/index.js, templateString).
    """
    text = _isolated(clean(text, longest)).replace("%{", f"%{WORD_JOINER}{{")
    return html.escape(text, quote=False)


def for_terminal(text: str, longest: int = LONGEST_SENTENCE) -> str:
    """Return `text` for a terminal, without control sequences; Rich's consoles here are made without markup."""
    return clean(text, longest)


def for_python_string(text: str, longest: int = LONGEST_SENTENCE) -> str:
    """Return a string literal of Python, in double quotes, on one line. JSON's escapes are all Python's as well."""
    return json.dumps(clean(text, longest), ensure_ascii=False)


def for_python_comment(text: str, longest: int = LONGEST_NAME) -> str:
    """Return `text` for a comment of Python: on one line, and no declaration of an encoding (PEP 263)."""
    return re.sub(r"(coding)([:=])", r"\1 \2", clean(text, longest))


def for_notebook(text: str, longest: int = LONGEST_NAME) -> str:
    """Return `text` for a Markdown cell of a notebook: words as they are, all else as a span of code.

    Only there nothing is interpreted: notebooks typeset maths in the finished page, whatever was escaped, and MathJax
    can make links and run scripts. A span's fence is longer than any row of backticks inside it (CommonMark, ch. 6.1).
    """
    text = clean(text, longest)
    if re.fullmatch(r"(?:[^\W_]+(?:[ /-][^\W_]+)*)?", text):
        return text
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if "`" in (text[0], text[-1]) else ""
    return f"{fence}{space}{text}{space}{fence}"


def for_csv_cell(text: str, longest: int = LONGEST_SENTENCE) -> str:
    """Return `text` for a cell of a table that people open in a spreadsheet, where a formula would be run.

    An apostrophe before it makes it a text (OWASP, "CSV Injection", with the full-width signs that it names).
    """
    text = clean(text, longest)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) else text


_RESERVED_CHARACTERS = re.compile(r'[<>:"/\\|?*]')
_RESERVED_NAMES = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE)


def for_file_name(text: str, suffix: str = "", fallback: str = "file") -> str:
    """Return a name for a file that ends with `suffix`, such as "手写.npz"; `fallback` if nothing is left of `text`.

    Letters and digits of all scripts stay. What separates folders, is reserved in Windows ("Naming Files, Paths, and
    Namespaces") or hides a file or looks like an option of a command at its beginning is replaced by "_". At most
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
    """Return the header that makes a browser save an answer under a name (RFC 6266), in ASCII and in UTF-8."""
    name = for_file_name(file_name)
    ascii_name = re.sub(r'[^\x20-\x7e]|["\\%]', "_", name)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"


def _visible(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for place, character in enumerate(text):
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if category in _SPACES or character in _BLANKS:
            kept.append(" ")
        elif category == "Cf":
            if character in _VISIBLE_FORMATS or (character in _JOINERS and _joins(text, place)):
                kept.append(character)
        elif category in ("Cs", "Cn"):
            kept.append("\ufffd")
        elif marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def _joins(text: str, place: int) -> bool:
    """Whether a joiner stands between letters or emoji of which it may change the form."""
    neighbours = text[place - 1 : place] + text[place + 1 : place + 2]
    return len(neighbours) == 2 and all(not it.isascii() and unicodedata.category(it)[0] in "LMS" for it in neighbours)


def _parted(text: str) -> str:
    """Put word joiners into what Streamlit looks for in texts: addresses, emoji, icons, arrows."""
    text = re.sub(r":(?!\s|$|\d+(?![\w:]))", f":{WORD_JOINER}", text)
    text = re.sub(r"www(?=\.)", rf"\g<0>{WORD_JOINER}", text, flags=re.IGNORECASE)
    text = re.sub(r"@(?=[-\w])", f"@{WORD_JOINER}", text)
    return re.sub(r"(?<!\S)([<>~-])(?=[->=]+(?:\s|$))", rf"\1{WORD_JOINER}", text)


def _escaped_start(found: re.Match[str]) -> str:
    """Stop a heading or a list at the beginning of a line: "# a", "- a", "1. a"."""
    return f"{found[0]}\\" if found[0][0].isdigit() else f"\\{found[0]}"


def _isolated(text: str) -> str:
    """Keep words that are written from right to left from turning what stands beside them (Unicode, UAX #9)."""
    if text.isascii() or not any(unicodedata.bidirectional(it) in ("R", "AL", "AN") for it in text):
        return text
    return f"\u2068{text}\u2069"
