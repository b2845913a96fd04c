"""Implementations of the same training; each module has `prepare(config)`.

`prepare` returns a function that trains one epoch. It does everything that is needed only once: imports, compiling,
scaling the images. It raises `ImportError` if a library is not installed.
"""
