"""Exceptions as Lambda reports them."""

import os
import sys
import traceback

from .json_codec import to_json

_OWN_FOLDER = os.path.dirname(__file__) + os.sep


def error_result(message, error_type, stack_trace, request_id=None):
    """The payload of an error; the order of the members is the platform's."""
    # The runtime python3.8 is older than this member (payloads recorded from each runtime).
    is_old = os.environ.get("AWS_EXECUTION_ENV") == "AWS_Lambda_python3.8"
    return {
        "errorMessage": message or "",
        "errorType": error_type or "",
        **({} if is_old else {"requestId": request_id or ""}),
        "stackTrace": stack_trace or [],
    }


def raised_result(request_id=None):
    """The payload for the exception that is being handled, and its frames without those of this program."""
    kind, value, trace = sys.exc_info()
    frames = [(frame.filename, frame.lineno, frame.name, frame.line) for frame in traceback.extract_tb(trace)]
    own = 0
    while own < len(frames) and _is_own(frames[own][0]):
        own += 1
    frames = frames[own:] or frames
    return error_result(str(value), kind.__name__, traceback.format_list(frames), request_id), frames


def xray_cause(error_type, message, frames):
    """The cause document of X-Ray (X-Ray developer guide, segment documents)."""
    stack = [{"label": label, "path": path, "line": line} for path, line, label, _ in frames]
    return to_json(
        {
            "working_directory": os.getcwd(),
            "exceptions": [{"message": message, "type": error_type, "stack": stack}],
            "paths": sorted({path for path, _, _, _ in frames}),
        }
    )


def _is_own(path):
    return "/bootstrap.py" in path or path.startswith(_OWN_FOLDER)
