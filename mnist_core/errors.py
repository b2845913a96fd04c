"""The one family of errors whose text is meant for the person in front of the screen."""


class UserError(Exception):
    """Something that a person can act on.

    Its text says what is wrong, what was expected and what to do. Pages show it in a box, the
    terminal prints it to stderr and exits with code 2; neither ever shows a traceback for it.
    """
