"""Drawing and reading digits: the canvas with its tools, and the answer that follows the pen."""
