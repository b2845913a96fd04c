"""The start of the server changes of Streamlit all that the modules of `pages/server` are written to change."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pages.server
from pages.server.lifespan import AMENDMENTS


def test_every_amendment_to_streamlit_is_made_at_the_start_of_the_server():
    """Most are about what happens to one visitor in a thousand: nobody would miss one."""
    written = set(functions_that_replace_something())
    assert len(written) > 5
    assert written == set(AMENDMENTS)


def functions_that_replace_something() -> Iterator[Callable[..., Any]]:
    for module in pkgutil.iter_modules(pages.server.__path__, "pages.server."):
        for function in vars(import_module(module.name)).values():
            is_its_own = inspect.isfunction(function) and function.__module__ == module.name
            if is_its_own and "Side effect: replaces" in (function.__doc__ or ""):
                yield function
