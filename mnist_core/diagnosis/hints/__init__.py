"""Hints: deterministic rules that say what is going on in a run, and what to try. One rule a module."""
