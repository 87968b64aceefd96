"""Failures that Lambda names itself."""


class Fault(Exception):
    """A failure with Lambda's own error type instead of the name of a class."""

    def __init__(self, error_type, message, trace=None):
        super().__init__(message)
        self.error_type = error_type
        self.message = message
        self.trace = trace
