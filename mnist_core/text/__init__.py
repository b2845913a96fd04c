"""Texts: escapes them for their target, parses numbers and formats words for sentences."""
