"""How texts become bytes."""


def utf8(text):
    """Half of a surrogate pair has no UTF-8; in a message it is shown escaped."""
    return text.encode("utf-8", "backslashreplace")
