"""One epoch of the same training, by different means; each module has `prepare(config)`.

`prepare` returns a function that trains one epoch when called. Everything that is paid once (imports, compiling,
scaling the images) has been paid by then. It raises `ImportError` where a library is not installed.
"""
