"""The second argument of the handler."""

import json
import os
import time

from .fault import Fault


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
