"""The processes that train: the worker itself, the supervisor on this machine, and workers on a Dask cluster."""
