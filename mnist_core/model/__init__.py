"""What a network is: its layers, its activations, and its reading of images in NumPy, without TensorFlow."""
