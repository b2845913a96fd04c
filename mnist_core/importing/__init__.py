"""Networks from elsewhere: files that Keras saved, read without Keras, and fitted to how this app gives its pixels."""
