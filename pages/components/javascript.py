"""Joins the JavaScript modules of a component: Streamlit takes one text, which cannot import files beside it.

Understood is what our modules use: `import { name, … } from "./file.js";` at the beginning of a line, and `export`
before a function, a class or a constant. All modules share one scope, so no two may declare the same name.
"""

from __future__ import annotations

import re
from pathlib import Path

_IMPORT = re.compile(r'^import \{([\w\s,]+)\} from "(\.[\w./-]+\.js)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|class|const)", re.MULTILINE)
_DEFAULT = re.compile(r"^export default function ", re.MULTILINE)
_DECLARED = re.compile(r"^(export )?(?:async )?(?:function|class|const|let|var) (\w+|[{\[])", re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


class JavaScriptError(Exception):
    """A module has syntax that is not supported here: an error in our own code."""


def joined_javascript(entry: Path) -> str:
    """Return the module at `entry` with all modules that it imports, each once, in front of it.

    Raises `JavaScriptError` for another form of `import` or `export`, a name that a module does not export, modules
    that import each other in a circle, and a name that two of them declare.
    """
    modules: dict[Path, str] = {}
    _add(entry.resolve(), modules, ())
    _check_names(modules)
    *imported, (path, last) = modules.items()
    return "\n".join([*(_stripped(*module) for module in imported), _stripped(path, last, _DEFAULT)])


def _add(path: Path, modules: dict[Path, str], importers: tuple[Path, ...]) -> None:
    """Put the module at `path` after all that it imports."""
    if path in importers:
        raise JavaScriptError(f"{path.name} imports itself, by way of {importers[-1].name}.")
    if path in modules:
        return
    text = path.read_text(encoding="utf-8")
    for names, address in _IMPORT.findall(text):
        imported = (path.parent / address).resolve()
        _add(imported, modules, (*importers, path))
        exported = {name for export, name in _DECLARED.findall(modules[imported]) if export}
        if missing := {name.strip() for name in names.split(",") if name.strip()} - exported:
            raise JavaScriptError(f"{path.name} imports {min(missing)}, which {imported.name} does not export.")
    modules[path] = text


def _check_names(modules: dict[Path, str]) -> None:
    declared: dict[str, Path] = {}
    for path, text in modules.items():
        for _, name in _DECLARED.findall(text):
            if not name.isidentifier():
                raise JavaScriptError(f"{path.name} declares several names at once.")
            if name in declared:
                raise JavaScriptError(f"{declared[name].name} and {path.name} declare {name}.")
            declared[name] = path


def _stripped(path: Path, text: str, kept: re.Pattern[str] | None = None) -> str:
    """Return a module's text without imports and exports but for the one that is to be `kept`."""
    text = _EXPORT.sub("", _IMPORT.sub("", text))
    for line in _LEFT.findall(text):
        if kept is None or not kept.match(line):
            raise JavaScriptError(f"{path.name}: not understood: {line}")
    return text
