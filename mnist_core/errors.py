"""The base class of errors whose text is written for the user."""


class UserError(Exception):
    """An error that the user can do something about.

    Its text says what is wrong, what was expected and what to do. Pages show it in a box; the terminal prints it to
    stderr and exits with code 2. Neither shows a traceback.
    """
