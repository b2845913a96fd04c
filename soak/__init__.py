"""Soak tests, which take too long for `make test`: random kills, twenty visitors at once, a workshop, and memory."""
