"""What the app costs in time and memory, measured: `make bench`, or `python -m benchmarks --help`."""
