"""Hooks around the snapshot of SnapStart (Lambda developer guide, "Lambda SnapStart runtime hooks for Python").

Functions import this module without bringing it along, because Lambda's Python runtimes have it.
"""

_before_snapshot = []
_after_restore = []


def register_before_snapshot(func, /, *args, **kwargs):
    """Calls `func` before the snapshot is taken; the last one registered is called first."""
    _before_snapshot.append((func, args, kwargs))
    return func


def register_after_restore(func, /, *args, **kwargs):
    """Calls `func` after a restore, in the order of registration."""
    _after_restore.append((func, args, kwargs))
    return func


def get_before_snapshot():
    """The registered calls as tuples of function, arguments and keyword arguments."""
    return _before_snapshot


def get_after_restore():
    """The registered calls as tuples of function, arguments and keyword arguments."""
    return _after_restore
