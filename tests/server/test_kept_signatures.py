"""The signature of a function is read once, and calls are told apart as Streamlit does it."""

from __future__ import annotations

import gc
import inspect
import weakref

import pytest
import streamlit as st
from streamlit import type_util

from pages.server.kept_signatures import keep_signatures


@pytest.fixture
def read(monkeypatch):
    """The functions whose signatures are read from here on."""
    read, find = [], inspect.signature

    def noted(function, **how):
        read.append(function.__name__)
        return find(function, **how)

    monkeypatch.setattr(type_util, "get_func_parameters", type_util.get_func_parameters)  # is put back afterwards
    keep_signatures()
    monkeypatch.setattr(inspect, "signature", noted)
    return read


def test_a_signature_is_read_once_and_calls_are_still_told_apart(read):
    called = []

    @st.cache_resource
    def add(first, second, _ignored=0):
        called.append((first, second))
        return first + second

    assert [add(1, 2), add(2, 1), add(1, 2), add(1, second=2), add(1, 2, 3)] == [3, 3, 3, 3, 3]
    assert called == [(1, 2), (2, 1)]
    assert read == ["add"]


def test_functions_have_the_parameters_that_streamlit_finds(read):
    def function(one, /, two=2, *others, three, **more):
        """Take arguments of every kind."""

    for known in (function, "".join, function):
        assert type_util.get_func_parameters(known) == list(inspect.signature(known).parameters.values())


def test_what_a_script_has_defined_and_dropped_is_not_kept(read):
    def function(one):
        """Be defined again by each run of a script."""

    type_util.get_func_parameters(function)
    dropped = weakref.ref(function)
    del function
    gc.collect()
    assert dropped() is None
