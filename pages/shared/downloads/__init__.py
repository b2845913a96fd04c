"""Downloads: each file has an address of its own, and is made when it is requested."""
