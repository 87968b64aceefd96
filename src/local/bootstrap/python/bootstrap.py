"""The program that runs inside the process of a Python function (python3.9 to python3.14).

It loads the handler, asks the Runtime API for events and reports what the handler returns or raises.
It uses the standard library only, and of that only modules that load fast: `http.client` alone would
take longer than everything else here. What functions see (messages, formats, exit codes) follows
PyPI awslambdaric and the Lambda developer guide, "Building Lambda functions with Python".
"""

import os
import sys

from lambdakit_runtime.logs import FramedSink, StandardSink, Unbuffered
from lambdakit_runtime.runtime import Runtime
from lambdakit_runtime.runtime_api import RuntimeApi


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
    connection = environment.get("LAMBDAKIT_CONNECTION", "")
    for name in [name for name in environment if name.startswith("LAMBDAKIT_")]:
        del environment[name]
    _set_search_path(environment["LAMBDA_TASK_ROOT"], opt)
    sys.stdout = Unbuffered(sys.stdout)
    sys.stderr = Unbuffered(sys.stderr)
    sink = StandardSink() if descriptor is None else FramedSink(int(descriptor))
    Runtime(RuntimeApi(environment["AWS_LAMBDA_RUNTIME_API"], connection), sink).run(environment["_HANDLER"])


main()
