"""Reading: the digits on a drawing or photo, and what a network makes of them, if need be in a process of its own."""
