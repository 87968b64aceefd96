"""The program that runs inside the process of a Python function (python3.9 to python3.14).

It loads the handler, asks the Runtime API for events and reports what the handler returns or raises.
It uses the standard library only, and of that only modules that load fast: `http.client` alone would
take longer than everything else here. What functions see (messages, formats, exit codes) follows
PyPI awslambdaric and the Lambda developer guide, "Building Lambda functions with Python".
"""

import json
import logging
import os
import re
import sys
import time
import traceback
from _socket import AF_INET, IPPROTO_TCP, SOCK_STREAM, TCP_NODELAY
from _socket import socket as _RawSocket
from importlib import import_module

EXIT_INIT_ERROR = 1
EXIT_BEFORE_SNAPSHOT = 64
EXIT_AFTER_RESTORE = 65

# Larger X-Ray causes than this many bytes are not sent.
MAX_XRAY_CAUSE_BYTES = 1024 * 1024

# Bodies up to this size travel in one write together with the head.
ONE_WRITE_LIMIT = 65536


class Fault(Exception):
    """A failure with Lambda's own error type instead of the name of a class."""

    def __init__(self, error_type, message, trace=None):
        super().__init__(message)
        self.error_type = error_type
        self.message = message
        self.trace = trace


# --- Runtime API -------------------------------------------------------------------------------


class Response:
    __slots__ = ("status", "headers", "body")

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body


class Connection:
    """One keep-alive HTTP/1.1 connection; reconnects when the other side closed it."""

    def __init__(self, host, port):
        self._address = (host, port)
        self._socket = None

    def exchange(self, head, body=None):
        """Sends one request (`head` without its empty line) and waits for the answer without a time limit."""
        if self._socket is None:
            self._socket = _RawSocket(AF_INET, SOCK_STREAM)
            self._socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
            self._socket.connect(self._address)
        try:
            self._send(head, body)
            response = self._receive()
        except BaseException:
            self._close()
            raise
        if response.headers.get("connection", "").lower() == "close":
            self._close()
        return response

    def _send(self, head, body):
        if body is None:
            self._socket.sendall((head + "\r\n\r\n").encode())
            return
        start = _utf8("{}\r\ncontent-length: {}\r\n\r\n".format(head, len(body)))
        if len(body) <= ONE_WRITE_LIMIT:
            self._socket.sendall(start + body)
        else:
            self._socket.sendall(start)
            self._socket.sendall(body)

    def _receive(self):
        data = b""
        while True:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                data += self._more()
                continue
            lines = data[:end].decode("utf-8", "replace").split("\r\n")
            data = data[end + 4 :]
            status = int(lines[0].split(" ", 2)[1])
            if status >= 200:
                break
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return Response(status, headers, self._receive_chunks(data))
        return Response(status, headers, self._receive_length(data, int(headers.get("content-length", 0))))

    def _receive_length(self, data, length):
        if len(data) >= length:
            return data[:length]
        body = bytearray(length)
        body[: len(data)] = data
        view = memoryview(body)
        filled = len(data)
        while filled < length:
            count = self._socket.recv_into(view[filled:])
            if count == 0:
                raise ConnectionError("The Runtime API closed the connection")
            filled += count
        view.release()
        return bytes(body)

    def _receive_chunks(self, data):
        pieces = []
        while True:
            line_end = data.find(b"\r\n")
            if line_end < 0:
                data += self._more()
                continue
            size = int(data[:line_end].split(b";")[0], 16)
            if size == 0:
                while data.find(b"\r\n\r\n", line_end) < 0:
                    data += self._more()
                return b"".join(pieces)
            data_end = line_end + 2 + size
            while len(data) < data_end + 2:
                data += self._more()
            pieces.append(data[line_end + 2 : data_end])
            data = data[data_end + 2 :]

    def _more(self):
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("The Runtime API closed the connection")
        return data

    def _close(self):
        self._socket.close()
        self._socket = None


class RuntimeApi:
    """The calls of the Runtime API (Lambda developer guide, custom runtimes)."""

    def __init__(self, address):
        host, _, port = address.partition(":")
        self._connection = Connection(host, int(port))
        version = "{}.{}.{}".format(*sys.version_info[:3])
        self._headers = "host: {}\r\nuser-agent: aws-lambda-python/{}-lambdakit".format(address, version)

    def next(self):
        response = self._connection.exchange(self._head("GET", "/invocation/next"))
        if response.status != 200:
            raise RuntimeError("Failed to get next")
        return response

    def post_response(self, request_id, body, content_type):
        head = self._head("POST", "/invocation/" + request_id + "/response", content_type)
        self._post_outcome(head, body, "Failed to post invocation response")

    def post_error(self, request_id, body, xray_cause):
        cause = xray_cause if len(_utf8(xray_cause)) < MAX_XRAY_CAUSE_BYTES else ""
        head = self._head("POST", "/invocation/" + request_id + "/error", "application/json")
        head += "\r\nlambda-runtime-function-xray-error-cause: " + _header_value(cause)
        self._post_outcome(head, _utf8(body), "Failed to post invocation error")

    def post_init_error(self, result, error_type=None):
        self._post_report("/init/error", result, error_type or result["errorType"])

    def restore_next(self):
        response = self._connection.exchange(self._head("GET", "/restore/next"))
        self._expect("/restore/next", response, 200)

    def post_restore_error(self, result):
        self._post_report("/restore/error", result, "Runtime.AfterRestoreError")

    def _post_report(self, path, result, error_type):
        head = self._head("POST", path, "application/json")
        head += "\r\nLambda-Runtime-Function-Error-Type: " + _header_value(error_type)
        self._expect(path, self._connection.exchange(head, _utf8(to_json(result))), 202)

    def _post_outcome(self, head, body, complaint):
        response = self._connection.exchange(head, body)
        if 200 <= response.status < 300:
            return
        # The platform's client says this before it gives up.
        print(
            "[ERROR] [{}] LAMBDA_RUNTIME Failed to post handler success response. Http response code: {}. {}".format(
                int(time.time() * 1000), response.status, response.body.decode("utf-8", "replace").rstrip()
            )
        )
        raise RuntimeError(complaint)

    def _expect(self, path, response, status):
        if response.status != status:
            raise RuntimeError(
                "Request to Lambda Runtime '/2018-06-01/runtime{}' endpoint failed. "
                "Reason: '{}'. Response body: '{!r}'".format(path, response.status, response.body)
            )

    def _head(self, method, path, content_type=None):
        head = "{} /2018-06-01/runtime{} HTTP/1.1\r\n{}".format(method, path, self._headers)
        return head if content_type is None else head + "\r\ncontent-type: " + content_type


def _utf8(text):
    """Half of a surrogate pair has no UTF-8; in a message it is shown escaped."""
    return text.encode("utf-8", "backslashreplace")


def _header_value(text):
    return "".join(character if character >= " " else " " for character in text)


# --- JSON --------------------------------------------------------------------------------------


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


# --- Context -----------------------------------------------------------------------------------


class _Record:
    """An object whose attributes are the slots of its class, taken from a dict."""

    __slots__ = ()

    def __init__(self, values):
        for name in self.__slots__:
            setattr(self, name, values.get(name))

    def __repr__(self):
        fields = ",".join("{}={}".format(name, getattr(self, name)) for name in self.__slots__)
        return "{}([{}])".format(type(self).__name__, fields)


class CognitoIdentity(_Record):
    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")


class Client(_Record):
    __slots__ = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")


class ClientContext(_Record):
    __slots__ = ("custom", "env", "client")


class LambdaContext:
    """The second argument of the handler."""

    def __init__(self, headers, log_sink):
        environment = os.environ
        client_context = _parse_header(headers, "lambda-runtime-client-context", "Client Context")
        identity = _parse_header(headers, "lambda-runtime-cognito-identity", "Cognito Identity") or {}
        self.aws_request_id = headers.get("lambda-runtime-aws-request-id")
        self.log_group_name = environment.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = environment.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = environment.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = environment.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = environment.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        self.client_context = None if client_context is None else ClientContext(client_context)
        if self.client_context is not None and self.client_context.client is not None:
            self.client_context.client = Client(self.client_context.client)
        self.identity = CognitoIdentity(
            {
                "cognito_identity_id": identity.get("cognitoIdentityId"),
                "cognito_identity_pool_id": identity.get("cognitoIdentityPoolId"),
            }
        )
        self._epoch_deadline_time_in_ms = int(headers.get("lambda-runtime-deadline-ms", 0))
        self._log_sink = log_sink

    def get_remaining_time_in_millis(self):
        return max(0, self._epoch_deadline_time_in_ms - int(time.time() * 1000))

    def log(self, msg):
        self._log_sink.log(str(msg))

    def __repr__(self):
        names = (
            "aws_request_id",
            "log_group_name",
            "log_stream_name",
            "function_name",
            "memory_limit_in_mb",
            "function_version",
            "invoked_function_arn",
            "client_context",
            "identity",
            "tenant_id",
        )
        fields = ",".join("{}={}".format(name, getattr(self, name)) for name in names)
        return "{}([{}])".format(type(self).__name__, fields)


def _parse_header(headers, name, label):
    text = headers.get(name)
    if not text:
        return None
    try:
        return json.loads(text)
    except Exception as error:
        raise Fault("Runtime.LambdaContextUnmarshalError", "Unable to parse {} JSON: {}".format(label, error))


# --- Logs --------------------------------------------------------------------------------------

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
        text = _utf8(message)
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


# --- Errors ------------------------------------------------------------------------------------


def error_result(message, error_type, stack_trace, request_id=None):
    """The payload of an error; the order of the members is the platform's."""
    return {
        "errorMessage": message or "",
        "errorType": error_type or "",
        "requestId": request_id or "",
        "stackTrace": stack_trace or [],
    }


def raised_result(request_id=None):
    """The payload for the exception that is being handled, and its frames without those of this file."""
    kind, value, trace = sys.exc_info()
    frames = [(frame.filename, frame.lineno, frame.name, frame.line) for frame in traceback.extract_tb(trace)]
    own = 0
    while own < len(frames) and "/bootstrap.py" in frames[own][0]:
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


# --- Handler -----------------------------------------------------------------------------------


def load_handler(handler):
    try:
        module_name, function_name = handler.rsplit(".", 1)
    except ValueError as error:
        raise Fault("Runtime.MalformedHandlerName", "Bad handler '{}': {}".format(handler, error))
    try:
        if module_name.split(".")[0] in sys.builtin_module_names:
            raise Fault(
                "Runtime.BuiltInModuleConflict",
                "Cannot use built-in module {} as a handler module".format(module_name),
            )
        module = import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", "Unable to import module '{}': {}".format(module_name, error))
    except SyntaxError as error:
        trace = ['  File "{}" Line {}\n    {}'.format(error.filename, error.lineno, error.text)]
        raise Fault(
            "Runtime.UserCodeSyntaxError", "Syntax error in module '{}': {}".format(module_name, error), trace
        )
    try:
        return getattr(module, function_name)
    except AttributeError:
        raise Fault(
            "Runtime.HandlerNotFound", "Handler '{}' missing on module '{}'".format(function_name, module_name)
        )


# --- Loop --------------------------------------------------------------------------------------


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


def _set_search_path(task_root, opt):
    """The function's code first, then its layers, then Python's own folders; this program's folder comes last."""
    own = os.path.dirname(os.path.abspath(__file__))
    version = "python{}.{}".format(*sys.version_info[:2])
    layers = [os.path.join(opt, "python", "lib", version, "site-packages"), os.path.join(opt, "python")]
    rest = [path for path in sys.path if path not in ("", own, task_root)]
    sys.path[:] = [task_root, *(path for path in layers if os.path.isdir(path)), *rest, own]


def main():
    environment = os.environ
    opt = environment.get("LAMBDAKIT_OPT", "/opt")
    descriptor = environment.pop("_LAMBDA_TELEMETRY_LOG_FD", None)
    for name in [name for name in environment if name.startswith("LAMBDAKIT_")]:
        del environment[name]
    _set_search_path(environment["LAMBDA_TASK_ROOT"], opt)
    sys.stdout = Unbuffered(sys.stdout)
    sys.stderr = Unbuffered(sys.stderr)
    sink = StandardSink() if descriptor is None else FramedSink(int(descriptor))
    Runtime(RuntimeApi(environment["AWS_LAMBDA_RUNTIME_API"]), sink).run(environment["_HANDLER"])


main()
