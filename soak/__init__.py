"""What takes too long for `make test`: ten minutes of killing, and twenty people at once."""
