import os
import sys
import types
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "src"))

import app  # noqa: E402

CONTEXT = types.SimpleNamespace(aws_request_id="3b1f0d3e")


class HandlerTest(unittest.TestCase):
    def test_greets_by_name(self):
        expected = {"message": "Hello, Ada!", "requestId": "3b1f0d3e"}
        self.assertEqual(app.handler({"name": "Ada"}, CONTEXT), expected)

    def test_greets_the_world_when_nobody_is_named(self):
        self.assertEqual(app.handler({}, CONTEXT)["message"], "Hello, World!")


if __name__ == "__main__":
    unittest.main()
