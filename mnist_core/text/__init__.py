"""Texts: how they are made safe for where they go, how numbers are read, and the words of sentences."""
