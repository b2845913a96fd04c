"""Files that people take home: each has an address of its own, at which it is made when it is asked for."""
