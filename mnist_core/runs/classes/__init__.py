"""Classes in the run store: who is in them, their handwriting set, and what the instructor has decided."""
