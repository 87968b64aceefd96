"""Init, then event after event."""

import logging
import os
import sys

from .errors import error_result, raised_result, xray_cause
from .fault import Fault
from .handler_loader import load_handler
from .json_codec import parse_event, response_body, to_json
from .lambda_context import LambdaContext
from .logs import log_error, set_up_logging

EXIT_INIT_ERROR = 1
EXIT_BEFORE_SNAPSHOT = 64
EXIT_AFTER_RESTORE = 65


class Invocation:
    """What log lines show of the current invocation."""

    request_id = None
    tenant_id = None


class Runtime:
    def __init__(self, api, sink):
        self._api = api
        self._sink = sink
        self._invocation = Invocation()
        self._is_json = False

    def run(self, handler_name):
        self._is_json = set_up_logging(self._sink, self._invocation)
        handler = self._initialize(handler_name)
        if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
            self._take_snapshot()
        while True:
            event = self._api.next()
            self._invocation.request_id = event.headers.get("lambda-runtime-aws-request-id")
            self._invocation.tenant_id = event.headers.get("lambda-runtime-aws-tenant-id")
            _set_trace_variable(event.headers.get("lambda-runtime-trace-id"))
            self._invoke(handler, event)

    def _initialize(self, handler_name):
        try:
            return load_handler(handler_name)
        except Fault as fault:
            result = error_result(fault.message, fault.error_type, fault.trace)
        except Exception:
            result, _ = raised_result()
        logging.warning(
            "LAMBDA_WARNING: Unhandled exception. Most often the cause is in the function's code; an update of the "
            "runtime can be one too, and then going back to the runtime version before it helps. "
            "See https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html\r"
        )
        log_error(result, self._sink, self._is_json)
        self._api.post_init_error(result)
        sys.exit(EXIT_INIT_ERROR)

    def _invoke(self, handler, event):
        request_id = self._invocation.request_id
        try:
            context = LambdaContext(event.headers, self._sink)
            payload = parse_event(event.body, event.headers.get("content-type"))
            body, content_type = response_body(handler(payload, context))
        except Fault as fault:
            result = error_result(fault.message, fault.error_type, fault.trace, request_id)
            cause = xray_cause("LambdaValidationError", fault.message, [])
        except Exception:
            result, frames = raised_result(request_id)
            cause = xray_cause(result["errorType"], result["errorMessage"], frames)
        else:
            self._api.post_response(request_id, body, content_type)
            return
        log_error(result, self._sink, self._is_json)
        self._api.post_error(request_id, to_json(result), cause)

    def _take_snapshot(self):
        # Loaded here only: functions without SnapStart do not pay for it.
        import snapshot_restore_py as hooks

        try:
            registered = hooks.get_before_snapshot()
            while registered:
                call, args, kwargs = registered.pop()
                call(*args, **kwargs)
            self._api.restore_next()
        except BaseException:
            result, _ = raised_result()
            log_error(result, self._sink, self._is_json)
            self._api.post_init_error(result, "Runtime.BeforeSnapshotError")
            sys.exit(EXIT_BEFORE_SNAPSHOT)
        try:
            for call, args, kwargs in hooks.get_after_restore():
                call(*args, **kwargs)
        except BaseException:
            result, _ = raised_result()
            log_error(result, self._sink, self._is_json)
            self._api.post_restore_error(result)
            sys.exit(EXIT_AFTER_RESTORE)


def _set_trace_variable(trace):
    if trace:
        os.environ["_X_AMZN_TRACE_ID"] = trace
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)
