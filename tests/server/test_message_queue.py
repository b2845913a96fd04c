"""What a new run of a fragment makes needless is dropped whole."""

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

from pages.server.message_queue import drop_nested_fragments


@pytest.fixture
def queue(monkeypatch) -> ForwardMsgQueue:
    for name in ("clear", "enqueue"):
        monkeypatch.setattr(ForwardMsgQueue, name, getattr(ForwardMsgQueue, name))  # is put back after the test
    drop_nested_fragments()
    return ForwardMsgQueue()


def add(queue: ForwardMsgQueue, path: list[int], fragment: str, kind: str = "element") -> None:
    message = ForwardMsg()
    message.metadata.delta_path.extend(path)
    if kind == "reference":
        message.ref_hash = "of an element that the browser has"
    else:
        message.delta.fragment_id = fragment
        if kind == "container":
            message.delta.add_block.allow_empty = True
        else:
            message.delta.new_element.markdown.body = fragment
    queue.enqueue(message)


def paths(queue: ForwardMsgQueue) -> list[list[int]]:
    return [list(message.metadata.delta_path) for message in queue.flush()]


def test_what_is_inside_a_dropped_container_is_dropped_too(queue):
    add(queue, [0, 1], "outer", "container")
    add(queue, [0, 1, 0], "outer", "container")
    add(queue, [0, 1, 0, 0], "inner")
    add(queue, [0, 1, 0, 1], "", "reference")
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=["outer"])
    assert paths(queue) == []


def test_what_is_left_of_a_run_of_which_the_browser_has_the_beginning_is_dropped_whole(queue):
    add(queue, [0, 1], "outer", "container")
    add(queue, [0, 1, 0], "outer", "container")
    assert len(queue.flush()) == 2
    add(queue, [0, 1, 1], "outer")
    add(queue, [0, 1, 2], "", "reference")
    add(queue, [0, 1, 3], "inner", "container")
    add(queue, [0, 2], "", "reference")
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=["outer"])
    assert paths(queue) == [[0, 2]]


def test_what_has_taken_the_place_of_the_container_stays(queue):
    add(queue, [0, 1], "outer", "container")
    queue.flush()
    add(queue, [0, 1], "another")
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=["outer"])
    assert paths(queue) == [[0, 1]]


def test_what_is_beside_it_and_the_state_of_the_run_stay(queue):
    add(queue, [0, 0], "another")
    add(queue, [0, 1], "outer", "container")
    add(queue, [0, 10], "another", "container")
    add(queue, [0, 10, 0], "", "reference")
    finished = ForwardMsg()
    finished.script_finished = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
    queue.enqueue(finished)
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=["outer"])
    assert paths(queue) == [[0, 0], [0, 10], [0, 10, 0], []]


def test_the_run_of_an_inner_fragment_drops_nothing_around_it(queue):
    add(queue, [0, 1], "outer", "container")
    add(queue, [0, 1, 0], "inner")
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=["inner"])
    assert paths(queue) == [[0, 1]]
