"""What a student's kernel says, looked at before anything believes its form.

A kernel whose tools were patched, or that was made to forge, may send anything with a valid
signature. nbval and Jupyter take the form of a message for granted.
"""

import json

# What nbval reads of each kind of message, and the type it takes it to be.
_FIELDS = {
    "status": {"execution_state": str},
    "stream": {"name": str, "text": str},
    "display_data": {"data": dict, "metadata": dict},
    "execute_result": {"data": dict, "metadata": dict, "execution_count": (int, type(None))},
    "error": {"ename": str, "evalue": str, "traceback": list},
    "execute_reply": {"status": str},
}


class Unreadable(Exception):
    """A message without the form of one."""


def checked(message):
    """Return a message as Jupyter's client made it, if it has the form its kind must have.

    Raises
    ------
    Unreadable

    Examples
    --------
    >>> said = {"name": "stdout", "text": "hello"}
    >>> checked({"msg_type": "stream", "parent_header": {}, "content": said})["content"] is said
    True
    >>> checked({"msg_type": "stream", "parent_header": {}, "content": {"name": 3}})
    Traceback (most recent call last):
    ...
    convviz.grading.messages.Unreadable: a stream message without its name
    """
    kind, content = message.get("msg_type"), message.get("content")
    if not (isinstance(kind, str) and isinstance(content, dict)):
        raise Unreadable("a message without a kind or a content")
    if not isinstance(message.get("parent_header"), dict):
        raise Unreadable(f"a {kind[:30]} message that answers nothing")
    for name, expected in _FIELDS.get(kind, {}).items():
        if not isinstance(content.get(name), expected):
            raise Unreadable(f"a {kind} message without its {name}")
    if kind == "error" and not all(isinstance(line, str) for line in content["traceback"]):
        raise Unreadable("an error message whose traceback is no text")
    return message


def size(message):
    """How much a message says, in characters."""
    return len(json.dumps(message["content"], default=str, ensure_ascii=False))
