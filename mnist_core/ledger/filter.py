"""Filters in words, such as "units >= 128 and optimizer = adam": a small language, read by hand, never executed.

    any   = all {"or" all}
    all   = not {"and" not}
    not   = ["not"] (test | "(" any ")")
    test  = column operator value | column "in" "(" value {"," value} ")" | text

Columns go by their names, labels or aliases, however they are written: hidden_units, Hidden units, units. Operators are
= != < <= > >= and `contains`; a word alone finds runs in whose name, notes, tags, owner, state or settings it occurs.
"""

from __future__ import annotations

import difflib
import operator
import re
from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from mnist_core.errors import UserError
from mnist_core.ledger.columns import COLUMNS, Column, Kind
from mnist_core.ledger.table import STATUS
from mnist_core.text.numbers import parse_number

LONGEST = 300
DEEPEST = 20
"""Parentheses within each other."""
EXAMPLE = "units >= 128 and optimizer = adam"

_MOST_WORDS = 3
"""Words in the longest name of a column."""

_TOKEN = re.compile(
    r"""\s*(?:
      "(?P<quoted>[^"]*)" | '(?P<single>[^']*)'
    | (?P<operator><=|>=|!=|<>|==|[=<>≤≥≠~(),])
    | (?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?:\s?%)?(?![\w.-]))
    | (?P<word>[^\s<>=!≤≥≠~(),"']+)
    )""",
    re.VERBOSE,
)
_SAME = {"≤": "<=", "≥": ">=", "≠": "!=", "<>": "!=", "==": "=", "~": "contains", "is": "=", "contains": "contains"}
_COMPARE: dict[str, Callable[[pd.Series, float], pd.Series]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_OPERATORS = {*_COMPARE, "contains", "in"}
_ON, _OFF = ("on", "yes", "true", "1"), ("off", "no", "false", "0")


class FilterError(UserError):
    """A filter that makes no sense; the text says where, and what is expected."""


class _Token(NamedTuple):
    kind: str  # "quoted", "operator", "number" or "word"
    text: str


def matching(frame: pd.DataFrame, text: str) -> pd.DataFrame:
    """Return the rows of a ledger's frame that the filter keeps, in their order; all of them for an empty filter.

    Unknown values, such as the accuracy of a run that has just begun, meet no comparison, not even !=.
    Raises `FilterError`.
    """
    if not text.strip():
        return frame
    return frame[_Filter(frame, _tokens(text)).whole()]


def _tokens(text: str) -> list[_Token]:
    if len(text) > LONGEST:
        raise FilterError(f"The filter is too long: {len(text)} characters, where {LONGEST} are allowed.")
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            rest = text[at:].strip()
            what = "a quotation mark is not closed" if rest[0] in "\"'" else f"{rest[0]!r} has no meaning here"
            raise FilterError(f"The filter cannot be read from “{rest[:30]}” on: {what}. Example: {EXAMPLE}.")
        kind = str(found.lastgroup)
        tokens.append(_Token("quoted" if kind == "single" else kind, found[kind]))
        at = found.end()
    return tokens


class _Filter:
    """Reads the tokens from left to right, and tells for each row of the frame whether it stays."""

    def __init__(self, frame: pd.DataFrame, tokens: list[_Token]) -> None:
        self.frame, self.tokens = frame, tokens
        self.at = self.depth = 0

    def whole(self) -> pd.Series:
        kept = self._any()
        if self.at < len(self.tokens):
            raise FilterError(
                f"The filter goes on with “{self._rest()}” where “and”, “or” or its end was expected. "
                f"Example: {EXAMPLE}."
            )
        return kept

    def _any(self) -> pd.Series:
        kept = self._all()
        while self._take("or"):
            kept |= self._all()
        return kept

    def _all(self) -> pd.Series:
        kept = self._not()
        while self._take("and") or self._take(","):
            kept &= self._not()
        return kept

    def _not(self) -> pd.Series:
        negated = False
        while self._take("not"):
            negated = not negated
        kept = self._group() if self._take("(") else self._test()
        return ~kept if negated else kept

    def _group(self) -> pd.Series:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FilterError(f"The filter has more than {DEEPEST} parentheses within each other.")
        kept = self._any()
        self._require(")")
        self.depth -= 1
        return kept

    def _test(self) -> pd.Series:
        if self.at >= len(self.tokens):
            raise FilterError(f"The filter ends where a condition was expected. Example: {EXAMPLE}.")
        words = self._words()
        sign = self._operator_after(words)
        if sign is None:
            return self._search()
        item = _find_column(" ".join(words))
        self.at += len(words) + 1
        if sign == "in":
            return self._one_of(item)
        return self._compare(item, sign, self._value(item, sign))

    def _compare(self, item: Column, sign: str, text: str) -> pd.Series:
        """Compare a column. A state goes by the word that people read and by the one that programs do."""
        kept = _compare(self.frame[item.name], item, sign, text)
        if item.name != "state":
            return kept
        as_shown = _compare(self.frame[STATUS], item, sign, text)
        return kept & as_shown if sign == "!=" else kept | as_shown

    def _words(self) -> list[str]:
        """Return the words from here to the next operator: the name of a column, if an operator follows them."""
        words: list[str] = []
        for token in self.tokens[self.at : self.at + _MOST_WORDS]:
            if token.kind != "word" or (words and token.text.lower() in _OPERATORS | {"is", "and", "or", "not"}):
                break
            words.append(token.text)
        return words

    def _operator_after(self, words: list[str]) -> str | None:
        place = self.at + len(words)
        if not words or place >= len(self.tokens):
            return None
        token = self.tokens[place]
        sign = _SAME.get(token.text.lower(), token.text.lower())
        return sign if token.kind in ("operator", "word") and sign in _OPERATORS else None

    def _search(self) -> pd.Series:
        token = self.tokens[self.at]
        if token.kind == "operator" or (token.kind == "word" and token.text.lower() in ("and", "or", "in")):
            raise FilterError(f"The filter has “{token.text}” where a condition was expected. Example: {EXAMPLE}.")
        self.at += 1
        sought = token.text.lower()
        kept = pd.Series(False, index=self.frame.index)
        for item in COLUMNS:
            if item.kind in (Kind.TEXT, Kind.TAGS):
                kept |= self._compare(item, "contains", sought)
        return kept

    def _one_of(self, item: Column) -> pd.Series:
        self._require("(")
        kept = self._compare(item, "=", self._value(item, "="))
        while self._take(","):
            kept |= self._compare(item, "=", self._value(item, "="))
        self._require(")")
        return kept

    def _value(self, item: Column, sign: str) -> str:
        if self.at >= len(self.tokens) or self.tokens[self.at].kind == "operator":
            raise FilterError(f"After “{item.label} {sign}” a value is missing. Example: {EXAMPLE}.")
        self.at += 1
        return self.tokens[self.at - 1].text

    def _take(self, text: str) -> bool:
        """Step over the next token if it is that one."""
        here = self.at < len(self.tokens) and self.tokens[self.at]
        if not here or here.kind not in ("operator", "word") or here.text.lower() != text:
            return False
        self.at += 1
        return True

    def _require(self, text: str) -> None:
        if not self._take(text):
            raise FilterError(f"The filter has “{self._rest() or 'its end'}” where “{text}” was expected.")

    def _rest(self) -> str:
        return " ".join(token.text for token in self.tokens[self.at :])[:30]


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("_", " ").split())


_NAMES = {_plain(name): item for item in COLUMNS for name in (item.name, item.label, *item.aliases)}


def _find_column(text: str) -> Column:
    plain = _plain(text)
    if plain in _NAMES:
        return _NAMES[plain]
    close = difflib.get_close_matches(plain, _NAMES, n=1)
    hint = f"Is “{close[0]}” meant?" if close else f"There are: {', '.join(_plain(item.name) for item in COLUMNS)}."
    raise FilterError(f"There is no column “{text[:40]}”. {hint}")


def _compare(values: pd.Series, item: Column, sign: str, text: str) -> pd.Series:
    if item.kind.numeric and sign != "contains":
        return _COMPARE[sign](values, _number(item, text)) & values.notna()
    if item.kind is Kind.TIME:
        return _compare_times(values, item, sign, text)
    if sign not in ("=", "!=", "contains"):
        raise FilterError(f"“{item.label}” has no order: it can be = or != something, or contain it, not {sign} it.")
    if item.kind is Kind.SWITCH:
        same = values.astype(bool) == _switch(item, text)
    else:
        same = _same_text(values, item, sign, text.lower())
    return (~same if sign == "!=" else same) & values.notna()


def _same_text(values: pd.Series, item: Column, sign: str, sought: str) -> pd.Series:
    """Tell which texts are, or with "contains" hold, the sought one; of tags, any may."""
    if item.kind is Kind.TAGS:
        hit = (lambda tag: sought in tag) if sign == "contains" else (lambda tag: sought == tag)
        return values.map(lambda tags: any(hit(tag) for tag in tags)).astype(bool)
    texts = values.map(lambda value: f"{value:g}" if isinstance(value, float) else str(value or "")).str.lower()
    return texts.str.contains(sought, regex=False) if sign == "contains" else texts == sought


def _compare_times(values: pd.Series, item: Column, sign: str, text: str) -> pd.Series:
    """Compare days, in UTC: started >= 2026-05-01."""
    if sign == "contains" or not re.fullmatch(r"\d{4}-\d\d?-\d\d?", text):
        raise FilterError(f"“{item.label}” takes a day, such as {item.label.lower()} >= 2026-05-01, not “{text[:30]}”.")
    try:
        day = pd.Timestamp(text, tz="UTC")
    except ValueError:
        raise FilterError(f"There is no day {text}.") from None
    days = pd.to_datetime(values, unit="s", utc=True).dt.floor("D")
    return _COMPARE[sign](days, day)


def _number(item: Column, text: str) -> float:
    """Read a number in the unit in which the column is kept.

    Of accuracies, 97.5, 97.5 % and 0.975 are the same; gaps are in percentage points, as on the screen.
    """
    try:
        value = float(parse_number(text.rstrip("% ")))
    except ValueError:
        raise FilterError(f"“{item.label}” is a number, and “{text[:30]}” is none. Example: {EXAMPLE}.") from None
    if item.kind is Kind.POINTS or (item.kind is Kind.FRACTION and (value > 1 or text.endswith("%"))):
        return value / 100
    return value


def _switch(item: Column, text: str) -> bool:
    if text.lower() not in _ON + _OFF:
        raise FilterError(f"“{item.label}” is on or off, not “{text[:30]}”.")
    return text.lower() in _ON
