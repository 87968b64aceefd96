"""Calls boto3's Lambda client for a test: one JSON request a line in, one JSON answer a line out."""
import base64
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, region = sys.argv[1:3]
raw = {}
headers = {}


def keep(response_dict=None, **_):
    raw.clear()
    body = response_dict.get("body")
    raw.update(
        status=response_dict["status_code"],
        headers={k.lower(): v for k, v in response_dict["headers"].items()},
        body=body.decode("utf8", "replace") if isinstance(body, (bytes, bytearray)) else None,
    )


def add_headers(request=None, **_):
    for name, value in headers.items():
        request.headers[name] = value


def decode(value):
    if isinstance(value, dict):
        if set(value) == {"$base64"}:
            return base64.b64decode(value["$base64"])
        return {k: decode(v) for k, v in value.items()}
    return [decode(v) for v in value] if isinstance(value, list) else value


def encode(value):
    if hasattr(value, "read"):
        return value.read().decode("utf8", "replace")
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf8", "replace")
    return value.isoformat() if hasattr(value, "isoformat") else repr(value)


client = boto3.client(
    "lambda",
    endpoint_url=endpoint,
    region_name=region,
    aws_access_key_id="AKIDEXAMPLE",
    aws_secret_access_key="secret",
    # The service must refuse bad input itself, so the client must not.
    config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
)
client.meta.events.register("before-parse.lambda", keep)
client.meta.events.register("before-sign.lambda", add_headers)

for line in sys.stdin:
    request = json.loads(line)
    answer = {}
    raw.clear()
    headers.clear()
    headers.update(request.get("headers", {}))
    try:
        if "wait" in request:
            client.get_waiter(request["wait"]).wait(**decode(request["params"]), WaiterConfig={"Delay": 1, "MaxAttempts": 20})
            result = {}
        else:
            result = getattr(client, request["call"])(**decode(request["params"]))
        result.pop("ResponseMetadata", None)
        if "EventStream" in result:
            result["EventStream"] = list(result["EventStream"])
        answer["result"] = json.loads(json.dumps(result, default=encode))
    except ClientError as error:
        answer["error"] = error.response["Error"].get("Code")
        answer["message"] = error.response["Error"].get("Message")
    except Exception as error:  # noqa: BLE001 - whatever it is, the test must see it
        answer["crash"] = f"{type(error).__name__}: {error}"
    answer["raw"] = dict(raw)
    print(json.dumps(answer), flush=True)
