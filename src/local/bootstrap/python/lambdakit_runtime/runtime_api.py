"""The Runtime API as its client sees it."""

import os
import sys
import time

from .http_connection import Connection
from .json_codec import to_json
from .text import utf8

# Larger X-Ray causes than this many bytes are not sent.
MAX_XRAY_CAUSE_BYTES = 1024 * 1024


def _take_connection(connection, address):
    """The descriptor of the connection with which this process was started, from `3@127.0.0.1:9001`: that
    descriptor, and the address to which it leads."""
    descriptor, _, connected_to = connection.partition("@")
    if not descriptor:
        return None
    if connected_to == address:
        return int(descriptor)
    # What ran before us has put a proxy in the place of that address, and wants all to go by way of it.
    os.close(int(descriptor))
    return None


class RuntimeApi:
    """The calls of the Runtime API (Lambda developer guide, custom runtimes)."""

    def __init__(self, address, connection=""):
        host, _, port = address.partition(":")
        self._connection = Connection(host, int(port), _take_connection(connection, address))
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
        cause = xray_cause if len(utf8(xray_cause)) < MAX_XRAY_CAUSE_BYTES else ""
        head = self._head("POST", "/invocation/" + request_id + "/error", "application/json")
        head += "\r\nlambda-runtime-function-xray-error-cause: " + _header_value(cause)
        self._post_outcome(head, utf8(body), "Failed to post invocation error")

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
        self._expect(path, self._connection.exchange(head, utf8(to_json(result))), 202)

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


def _header_value(text):
    return "".join(character if character >= " " else " " for character in text)
