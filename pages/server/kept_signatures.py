"""Has Streamlit find the signature of a cached function once, and not at each call.

To tell the calls of a function apart, Streamlit reads the name of each argument from the signature, which Python's
`inspect` works out again for each of them. That is a third of the time of an update of a run in which nothing has
changed. Seen in Streamlit 1.67.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from streamlit import type_util

_read = type_util.get_func_parameters


def keep_signatures() -> None:
    """Have it do so in this process. Side effect: replaces a function of Streamlit's."""
    known = WeakKeyDictionary[Callable[..., Any], list[inspect.Parameter]]()

    def parameters(func: Callable[..., Any]) -> list[inspect.Parameter]:
        try:
            return known.get(func) or known.setdefault(func, _read(func))
        except TypeError:  # it cannot be kept, as little as a function of C
            return _read(func)

    type_util.get_func_parameters = parameters
