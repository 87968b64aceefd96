"""Where log messages go and what they look like."""

import json
import logging
import os
import sys
import time
import traceback

from .json_codec import to_json
from .text import utf8


TEXT_FRAME = 0xA55A0003
JSON_FRAME = 0xA55A0002

# Attributes of every log record; what else a record has came in through `extra`.
_RECORD_ATTRIBUTES = frozenset(
    logging.makeLogRecord({}).__dict__.keys() | {"taskName", "aws_request_id", "tenant_id", "_frame_type"}
)


class Unbuffered:
    """A text stream that flushes after every write, so that the log has each line at once."""

    def __init__(self, stream):
        self.stream = stream

    def __getattr__(self, name):
        return getattr(self.stream, name)

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        pass

    def write(self, text):
        self.stream.write(text)
        self.stream.flush()

    def writelines(self, lines):
        self.stream.writelines(lines)
        self.stream.flush()


class StandardSink:
    """Log messages go to stdout; the lines of one error are joined by carriage returns into one log event."""

    def log(self, message, frame_type=TEXT_FRAME):
        sys.stdout.write(message)

    def log_error(self, lines, is_json):
        sys.stdout.write("\r".join(lines) + "\n")


class FramedSink:
    """Log messages go to the telemetry descriptor: type, length, microseconds since the epoch, text; big-endian."""

    def __init__(self, descriptor):
        self._descriptor = descriptor

    def log(self, message, frame_type=TEXT_FRAME):
        text = utf8(message)
        frame = (
            frame_type.to_bytes(4, "big")
            + len(text).to_bytes(4, "big")
            + (time.time_ns() // 1000).to_bytes(8, "big")
            + text
        )
        while frame:
            frame = frame[os.write(self._descriptor, frame) :]

    def log_error(self, lines, is_json):
        self.log("\n".join(lines), (JSON_FRAME if is_json else TEXT_FRAME) | _level_mask(logging.ERROR))


def _level_mask(level):
    return {10: 8, 20: 12, 30: 16, 40: 20, 50: 24}.get(level, 0)


def _whole_level(record):
    return min(50, max(0, record.levelno)) // 10 * 10


class LambdaHandler(logging.Handler):
    """The handler of the root logger; adds what is known of the current invocation."""

    def __init__(self, sink, invocation, is_framed_by_level):
        super().__init__()
        # Under this name frameworks and tests find the sink.
        self.log_sink = sink
        self._invocation = invocation
        self._is_framed_by_level = is_framed_by_level
        self.addFilter(self._complete)

    def emit(self, record):
        text = self.format(record)
        if not self._is_framed_by_level:
            self.log_sink.log(text)
            return
        frame_type = getattr(record, "_frame_type", None) or TEXT_FRAME | _level_mask(_whole_level(record))
        self.log_sink.log(text, frame_type)

    def _complete(self, record):
        record.aws_request_id = self._invocation.request_id or ""
        record.tenant_id = self._invocation.tenant_id
        return True


class JsonFormatter(logging.Formatter):
    _encode = json.JSONEncoder(ensure_ascii=False).encode

    def __init__(self):
        super().__init__(datefmt="%Y-%m-%dT%H:%M:%SZ")

    def format(self, record):
        record.levelno = _whole_level(record)
        record.levelname = logging.getLevelName(record.levelno)
        record._frame_type = JSON_FRAME | _level_mask(record.levelno)
        error = record.exc_info or None
        line = {
            "timestamp": self.formatTime(record, self.datefmt),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "stackTrace": error and traceback.format_tb(error[2]),
            "errorType": error and error[0] and error[0].__name__,
            "errorMessage": error and str(error[1]),
            "requestId": getattr(record, "aws_request_id", None),
            "location": error and "{}:{}:{}".format(record.pathname, record.funcName, record.lineno),
        }
        if getattr(record, "tenant_id", None) is not None:
            line["tenantId"] = record.tenant_id
        for name, value in record.__dict__.items():
            if name not in _RECORD_ATTRIBUTES and name not in line:
                line[name] = value
        return self._encode({name: value for name, value in line.items() if value is not None}) + "\n"


def set_up_logging(sink, invocation):
    """Gives the root logger Lambda's handler; returns whether logs are JSON."""
    is_json = os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    logging.Formatter.converter = time.gmtime
    handler = LambdaHandler(sink, invocation, is_json or bool(level))
    if is_json:
        handler.setFormatter(JsonFormatter())
    else:
        pattern = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
        handler.setFormatter(logging.Formatter(pattern, "%Y-%m-%dT%H:%M:%S"))
    root = logging.getLogger()
    level = "DEBUG" if level == "TRACE" else level
    if level in ("CRITICAL", "FATAL", "ERROR", "WARN", "WARNING", "INFO", "DEBUG", "NOTSET"):
        root.setLevel(level)
    root.addHandler(handler)
    return is_json


def log_error(result, sink, is_json):
    """Writes an error of the handler or of init."""
    if is_json:
        timestamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        sink.log_error([to_json({"timestamp": timestamp, "log_level": "ERROR", **result})], True)
        return
    text = ": ".join(part for part in (result["errorType"], result["errorMessage"]) if part)
    lines = ["[ERROR] " + text if text else "[ERROR]", "Traceback (most recent call last):"]
    for element in result["stackTrace"]:
        for line in element.splitlines() or [""]:
            # The log viewer trims blanks; no-break spaces keep the indentation.
            content = line.lstrip(" ")
            lines.append("\u00a0" * (len(line) - len(content)) + content)
    sink.log_error(lines, False)
