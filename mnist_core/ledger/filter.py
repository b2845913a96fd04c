"""The filter language of the ledger, such as "units >= 128 and optimizer = adam": parsed and evaluated, never executed.

    or         = and {"or" and}
    and        = not {"and" not}
    not        = ["not"] (condition | "(" or ")")
    condition  = column operator value | column "in" "(" value {"," value} ")" | text

Columns are given by name, label or alias, in any case: hidden_units, Hidden units, units. Operators are = != < <= > >=
and `contains`. Where hidden layers differ, a comparison of units must hold for each of them; units = "256, 64" finds
these. A single word finds the runs whose name, notes, tags, owner, state or settings contain it.
"""

from __future__ import annotations

import difflib
import re
from functools import cache, lru_cache
from typing import NamedTuple

import pandas as pd

from mnist_core.ledger.column_declaration import Column, Kind
from mnist_core.ledger.columns import COLUMNS
from mnist_core.ledger.filter_condition import COMPARISONS, EXAMPLE, FilterError, condition_mask
from mnist_core.ledger.table import STATUS, frame_of
from mnist_core.text.sentence import Sentence, sentence

MOST_CHARACTERS = 300
MOST_NESTED = 20
"""Most levels of nested parentheses."""
_MOST_WORDS = 3
"""Number of words in the longest name of a column."""

_TOKEN = re.compile(
    r"""\s*(?:
      "(?P<quoted>[^"]*)" | '(?P<single>[^']*)'
    | (?P<operator><=|>=|!=|<>|==|[=<>≤≥≠~(),])
    | (?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?:\s?%)?(?![\w.-]))
    | (?P<word>[^\s<>=!≤≥≠~(),"']+)
    )""",
    re.VERBOSE,
)
_SYNONYMS = {"≤": "<=", "≥": ">=", "≠": "!=", "<>": "!=", "==": "=", "~": "contains", "is": "=", "contains": "contains"}
_OPERATORS = {*COMPARISONS, "contains", "in"}


class _Token(NamedTuple):
    kind: str  # "quoted", "operator", "number" or "word"
    text: str


def matching(frame: pd.DataFrame, text: str) -> pd.DataFrame:
    """Return the rows of a ledger's frame that match the filter, in their order; all rows for an empty filter.

    Unknown values, such as the accuracy of a run that has just begun, match no comparison, not even !=.
    Raises `FilterError`.
    """
    if not text.strip():
        return frame
    return frame[_Parser(frame, _tokens(text)).parse()]


@lru_cache(maxsize=256)
def filter_problem(text: str) -> str:
    """Return why a filter is not valid, whatever the runs are; "" if it is."""
    try:
        matching(_no_runs(), text)
    except FilterError as error:
        return str(error)
    return ""


@lru_cache(maxsize=256)
def compared_columns(text: str) -> frozenset[str]:
    """Return the names of the columns that a filter compares with values. Raises `FilterError`."""
    if not text.strip():
        return frozenset()
    parser = _Parser(_no_runs(), _tokens(text))
    parser.parse()
    return frozenset(parser.compared)


@cache
def _no_runs() -> pd.DataFrame:
    return frame_of((), {})


def _tokens(text: str) -> list[_Token]:
    if len(text) > MOST_CHARACTERS:
        raise FilterError(
            "The filter is too long: {length} characters, where {most} are allowed.",
            length=len(text),
            most=MOST_CHARACTERS,
        )
    tokens, position = [], 0
    text = text.rstrip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            rest = text[position:].strip()
            what = sentence("{character!r} has no meaning here", character=rest[0])
            if rest[0] in "\"'":
                what = sentence("a quotation mark is not closed")
            raise FilterError(
                "The filter cannot be read from “{rest}” on: {what}. Example: {example}.",
                rest=rest[:30],
                what=what,
                example=EXAMPLE,
            )
        kind = str(found.lastgroup)
        tokens.append(_Token("quoted" if kind == "single" else kind, found[kind]))
        position = found.end()
    return tokens


class _Parser:
    """A recursive-descent parser that evaluates while it parses: each rule returns the mask of the matching rows."""

    def __init__(self, frame: pd.DataFrame, tokens: list[_Token]) -> None:
        self.frame, self.tokens = frame, tokens
        self.position = self.depth = 0
        self.compared: set[str] = set()
        """The names of the columns of all conditions so far."""

    def parse(self) -> pd.Series:
        mask = self._parse_or()
        if self.position < len(self.tokens):
            raise FilterError(
                "The filter continues with “{rest}” where “and”, “or” or its end was expected. Example: {example}.",
                rest=self._rest(),
                example=EXAMPLE,
            )
        return mask

    def _parse_or(self) -> pd.Series:
        mask = self._parse_and()
        while self._accept("or"):
            mask |= self._parse_and()
        return mask

    def _parse_and(self) -> pd.Series:
        mask = self._parse_not()
        while self._accept("and") or self._accept(","):
            mask &= self._parse_not()
        return mask

    def _parse_not(self) -> pd.Series:
        negated = False
        while self._accept("not"):
            negated = not negated
        mask = self._parse_group() if self._accept("(") else self._parse_condition()
        return ~mask if negated else mask

    def _parse_group(self) -> pd.Series:
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise FilterError("The filter has more than {most} parentheses within each other.", most=MOST_NESTED)
        mask = self._parse_or()
        self._expect(")")
        self.depth -= 1
        return mask

    def _parse_condition(self) -> pd.Series:
        if self.position >= len(self.tokens):
            raise FilterError("The filter ends where a condition was expected. Example: {example}.", example=EXAMPLE)
        words = self._words()
        operator = self._operator_after(words)
        if operator is None:
            return self._search()
        item = find_column(" ".join(words))
        self.position += len(words) + 1
        self.compared.add(item.name)
        if operator == "in":
            return self._one_of(item)
        return self._compare(item, operator, self._value(item, operator))

    def _compare(self, item: Column, operator: str, text: str) -> pd.Series:
        """Return the mask of a condition. States are compared both with their names and with what pages show."""
        mask = condition_mask(self.frame[item.name], item, operator, text)
        if item.name != "state":
            return mask
        as_shown = condition_mask(self.frame[STATUS], item, operator, text)
        return mask & as_shown if operator == "!=" else mask | as_shown

    def _words(self) -> list[str]:
        """Return the words up to the next operator: the name of a column, if an operator follows them."""
        words: list[str] = []
        for token in self.tokens[self.position : self.position + _MOST_WORDS]:
            if token.kind != "word" or (words and token.text.lower() in _OPERATORS | {"is", "and", "or", "not"}):
                break
            words.append(token.text)
        return words

    def _operator_after(self, words: list[str]) -> str | None:
        next_index = self.position + len(words)
        if not words or next_index >= len(self.tokens):
            return None
        token = self.tokens[next_index]
        operator = _SYNONYMS.get(token.text.lower(), token.text.lower())
        return operator if token.kind in ("operator", "word") and operator in _OPERATORS else None

    def _search(self) -> pd.Series:
        token = self.tokens[self.position]
        if token.kind == "operator" or (token.kind == "word" and token.text.lower() in ("and", "or", "in")):
            raise FilterError(
                "The filter has “{text}” where a condition was expected. Example: {example}.",
                text=token.text,
                example=EXAMPLE,
            )
        self.position += 1
        sought = token.text.lower()
        mask = pd.Series(False, index=self.frame.index)
        for item in COLUMNS:
            if item.kind in (Kind.TEXT, Kind.TAGS):
                mask |= self._compare(item, "contains", sought)
        return mask

    def _one_of(self, item: Column) -> pd.Series:
        self._expect("(")
        mask = self._compare(item, "=", self._value(item, "="))
        while self._accept(","):
            mask |= self._compare(item, "=", self._value(item, "="))
        self._expect(")")
        return mask

    def _value(self, item: Column, operator: str) -> str:
        if self.position >= len(self.tokens) or self.tokens[self.position].kind == "operator":
            raise FilterError(
                "After “{label} {operator}” a value is missing. Example: {example}.",
                label=Sentence(item.label),
                operator=operator,
                example=EXAMPLE,
            )
        self.position += 1
        return self.tokens[self.position - 1].text

    def _accept(self, text: str) -> bool:
        """Consume the next token if it is `text`, and return whether it is."""
        token = self.position < len(self.tokens) and self.tokens[self.position]
        if not token or token.kind not in ("operator", "word") or token.text.lower() != text:
            return False
        self.position += 1
        return True

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            raise FilterError(
                "The filter has “{rest}” where “{text}” was expected.",
                rest=self._rest() or sentence("its end"),
                text=text,
            )

    def _rest(self) -> str:
        return " ".join(token.text for token in self.tokens[self.position :])[:30]


def _normal(text: str) -> str:
    return " ".join(text.lower().replace("_", " ").split())


_NAMES = {_normal(name): item for item in COLUMNS for name in (item.name, item.label, *item.aliases)}


def find_column(text: str) -> Column:
    """Return the column of that name, label or alias, in any case. Raises `FilterError`, which suggests one."""
    name = _normal(text)
    if name in _NAMES:
        return _NAMES[name]
    close = difflib.get_close_matches(name, _NAMES, n=1)
    if close:
        hint = sentence("Do you mean “{name}”?", name=close[0])
    else:
        hint = sentence("Known: {names}.", names=", ".join(_normal(item.name) for item in COLUMNS))
    raise FilterError("There is no column “{text}”. {hint}", text=text[:40], hint=hint)
