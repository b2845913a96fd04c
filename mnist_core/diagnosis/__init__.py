"""What came of a training, in words, and what helps one that has failed."""
