import os


def handler(event, context):
    """Answers with a greeting."""
    name = (event or {}).get("name", "World")
    print(f"greeting {name}")
    greeting = os.environ.get("GREETING", "Hello")
    return {"message": f"{greeting}, {name}!", "requestId": context.aws_request_id}
