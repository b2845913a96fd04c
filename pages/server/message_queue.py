"""Mends how Streamlit drops messages to the browser that a new run of a fragment makes needless.

When a fragment runs again before the messages of its last run were sent, `ForwardMsgQueue.clear` drops those that carry
the fragment's id. The messages of a fragment inside it, and those that refer to elements by their hash, stay: they are
sent without the containers that they go into. The browser then stops with "Bad delta path index". Seen in Streamlit
1.67 on the Draw page, where the answer is a fragment inside the one of the canvas, when a server is stuck for a
moment and then has several drawings to read.
"""

from __future__ import annotations

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

Path = tuple[int, ...]

_clear = ForwardMsgQueue.clear


def drop_nested_fragments() -> None:
    """Make all queues of this process drop messages inside a dropped container. Side effect: replaces a method."""
    ForwardMsgQueue.clear = _clear_with_contents  # type: ignore[method-assign,assignment]


def _clear_with_contents(
    queue: ForwardMsgQueue, retain_lifecycle_msgs: bool = False, fragment_ids_this_run: list[str] | None = None
) -> None:
    if fragment_ids_this_run:
        dropped = {_path(message) for message in queue._queue if _is_container_of(message, fragment_ids_this_run)}
        queue._queue = [message for message in queue._queue if not _is_inside(_path(message), dropped)]
    _clear(queue, retain_lifecycle_msgs, fragment_ids_this_run)


def _path(message: ForwardMsg) -> Path:
    return tuple(message.metadata.delta_path)


def _is_container_of(message: ForwardMsg, fragment_ids: list[str]) -> bool:
    return message.delta.WhichOneof("type") == "add_block" and message.delta.fragment_id in fragment_ids


def _is_inside(path: Path, containers: set[Path]) -> bool:
    return any(path[:length] in containers for length in range(1, len(path)))
