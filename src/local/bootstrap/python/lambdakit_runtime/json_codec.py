"""Events and results as JSON."""

import json
import os
import re
import sys

from .fault import Fault


class Encoder(json.JSONEncoder):
    """JSON as Lambda writes it: Decimal as its digits, bytes as text, named tuples as objects."""

    def __init__(self, ensure_ascii):
        super().__init__(ensure_ascii=ensure_ascii)
        self._digits = []
        self._mark = ""

    def encode(self, value):
        if _has_named_tuples():
            value = _named_tuples_as_dicts(value)
        text = super().encode(value)
        if self._digits:
            digits = self._digits
            text = re.sub('"{}([0-9]+)"'.format(self._mark), lambda match: digits[int(match[1])], text)
            self._digits = []
        if not self.ensure_ascii:
            text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
        return text

    def default(self, value):
        if isinstance(value, bytes):
            return value.decode("utf-8")
        decimal = sys.modules.get("decimal")
        if decimal is None or not isinstance(value, decimal.Decimal):
            return super().default(value)
        if value.is_nan():
            return float("nan")
        # The standard encoder has no way to write raw text: a mark that cannot be guessed is replaced afterwards.
        if not self._digits:
            self._mark = os.urandom(16).hex() + "-"
        self._digits.append(str(value))
        return "{}{}".format(self._mark, len(self._digits) - 1)


def _has_named_tuples():
    """Whether any class made by `namedtuple` outside the standard library exists at all."""
    standard = getattr(sys, "stdlib_module_names", ())
    return any(
        hasattr(kind, "_asdict") and kind.__module__.partition(".")[0] not in standard for kind in tuple.__subclasses__()
    )


def _named_tuples_as_dicts(value):
    if isinstance(value, tuple) and callable(getattr(value, "_asdict", None)):
        value = value._asdict()
    if isinstance(value, dict):
        return {key: _named_tuples_as_dicts(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_named_tuples_as_dicts(member) for member in value]
    return value


def _ensures_ascii():
    """Runtimes before python3.12 escape what is not ASCII."""
    prefix, _, minor = os.environ.get("AWS_EXECUTION_ENV", "").rpartition("3.")
    if prefix != "AWS_Lambda_python":
        return True
    return int(minor) < 12


def to_json(value):
    return Encoder(_ensures_ascii()).encode(value)


def parse_event(body, content_type):
    if content_type != "application/json":
        return body
    try:
        return json.loads(body)
    except Exception as error:
        raise Fault("Runtime.UnmarshalError", "Unable to unmarshal input: {}".format(error))


def response_body(value):
    """The body and its content type: bytes go out as they are."""
    if isinstance(value, bytes):
        return value, "application/unknown"
    try:
        return to_json(value).encode(), "application/json"
    except Exception as error:
        raise Fault("Runtime.MarshalError", "Unable to marshal response: {}".format(error))
