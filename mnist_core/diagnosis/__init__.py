"""Diagnosis of a run: its outcome in words, and a remedy if it has failed."""
