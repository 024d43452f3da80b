"""The one error that is written for a visitor; every other exception stays a traceback for us."""


class PathshalaError(Exception):
    """A sentence or two that a student understands, shown as it is: what is the matter, and what to do."""
