"""Maps of images: what the layers of a network make of them, laid out in two dimensions. Pure NumPy but for t-SNE."""
