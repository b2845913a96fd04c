"""Files that people bring along, read into a `draft`: what was converted is said, what is suspicious can be cured.

Nothing in them is believed and nothing unpickled; sizes are bounded before anything is unpacked.
"""
