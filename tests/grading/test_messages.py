"""A kernel's messages are believed only when they have the form of one."""

import pytest

from convviz.grading import messages

GOOD = {
    "status": {"execution_state": "idle"},
    "stream": {"name": "stdout", "text": "x"},
    "display_data": {"data": {"text/plain": "x"}, "metadata": {}},
    "execute_result": {"data": {}, "metadata": {}, "execution_count": None},
    "error": {"ename": "E", "evalue": "", "traceback": ["line"]},
    "execute_reply": {"status": "ok"},
    "execute_input": {},
}


def message(kind, content, parent=None):
    return {"msg_type": kind, "parent_header": parent or {}, "content": content}


@pytest.mark.parametrize(("kind", "content"), GOOD.items())
def test_a_message_with_its_form_passes(kind, content):
    assert messages.checked(message(kind, content))["content"] is content


@pytest.mark.parametrize("kind", [kind for kind in GOOD if GOOD[kind]])
@pytest.mark.parametrize("spoiled", [object(), 7.5, b"bytes"])
def test_a_message_with_a_field_of_another_type_is_refused(kind, spoiled):
    for name in GOOD[kind]:
        for content in (GOOD[kind] | {name: spoiled}, {**GOOD[kind]}):
            if content[name] is not spoiled:
                del content[name]
                if kind == "execute_result" and name == "execution_count":
                    continue  # None is what a missing count is read as
            with pytest.raises(messages.Unreadable, match=f"a {kind} message without its {name}"):
                messages.checked(message(kind, content))


@pytest.mark.parametrize(
    ("spoiled", "reason"),
    [
        ({"msg_type": None}, "a message without a kind or a content"),
        ({"content": "text"}, "a message without a kind or a content"),
        ({"parent_header": "text"}, "a stream message that answers nothing"),
    ],
)
def test_a_message_without_an_envelope_is_refused(spoiled, reason):
    with pytest.raises(messages.Unreadable, match=reason):
        messages.checked(message("stream", GOOD["stream"]) | spoiled)


def test_a_traceback_is_made_of_text():
    content = GOOD["error"] | {"traceback": ["line", 3]}
    with pytest.raises(messages.Unreadable, match="whose traceback is no text"):
        messages.checked(message("error", content))


def test_all_that_a_message_says_counts_for_its_size_also_inside_json():
    flood = {"application/json": {"deep": ["x" * 1000]}, "text/plain": "y" * 500}
    assert 1500 < messages.size(message("display_data", {"data": flood})) < 1600
