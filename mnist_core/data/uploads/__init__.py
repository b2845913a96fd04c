"""Uploaded files as datasets: read, converted, checked, and fixed where somebody agrees to a fix.

No content of a file is trusted and nothing is unpickled; sizes are limited before anything is unpacked.
"""
