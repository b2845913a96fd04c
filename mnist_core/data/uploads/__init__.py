"""Uploaded files as datasets: reads, converts and checks them, and applies the fixes that the user agrees to.

Files are not trusted, and nothing is unpickled. Sizes are checked before anything is unpacked.
"""
