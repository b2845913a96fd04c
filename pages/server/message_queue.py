"""Fixes how Streamlit drops messages to the browser that a new run of a fragment makes obsolete.

When a fragment runs again before the messages of its last run were sent, `ForwardMsgQueue.clear` drops those that carry
the fragment's id. The messages of a fragment inside it, and those that refer to elements by their hash, stay: they are
sent without the containers that they go into, or without the elements before them. The browser then stops with "Bad
delta path index". Seen in Streamlit 1.67 on the Draw page, where the answer is a fragment inside the one of the canvas,
when a server is stuck for a moment and then has several drawings to read.

The new run sends all that is inside the fragment's own container again, so all of that can be dropped.
"""

from __future__ import annotations

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

Path = tuple[int, ...]

_clear, _enqueue = ForwardMsgQueue.clear, ForwardMsgQueue.enqueue
_ROOTS = "_paths_of_fragments"
"""An attribute of a queue: the path of each fragment's own container, by the fragment's id."""


def drop_nested_fragments() -> None:
    """Make all queues of this process drop what is inside a dropped fragment. Side effect: replaces two methods."""
    ForwardMsgQueue.clear = _clear_with_contents  # type: ignore[method-assign,assignment]
    ForwardMsgQueue.enqueue = _enqueue_noting_fragments  # type: ignore[method-assign,assignment]


def _enqueue_noting_fragments(queue: ForwardMsgQueue, message: ForwardMsg) -> None:
    if message.delta.WhichOneof("type") == "add_block" and message.delta.fragment_id:
        _roots(queue).setdefault(message.delta.fragment_id, _path(message))  # the first one is the fragment's own
    _enqueue(queue, message)


def _clear_with_contents(
    queue: ForwardMsgQueue, retain_lifecycle_msgs: bool = False, fragment_ids_this_run: list[str] | None = None
) -> None:
    if fragment_ids_this_run:
        dropped = {_path(message) for message in queue._queue if _is_container_of(message, fragment_ids_this_run)}
        dropped |= {path for fragment, path in _roots(queue).items() if fragment in fragment_ids_this_run}
        queue._queue = [message for message in queue._queue if not _is_inside(_path(message), dropped)]
    _clear(queue, retain_lifecycle_msgs, fragment_ids_this_run)


def _roots(queue: ForwardMsgQueue) -> dict[str, Path]:
    roots: dict[str, Path] = queue.__dict__.setdefault(_ROOTS, {})
    return roots


def _path(message: ForwardMsg) -> Path:
    return tuple(message.metadata.delta_path)


def _is_container_of(message: ForwardMsg, fragment_ids: list[str]) -> bool:
    return message.delta.WhichOneof("type") == "add_block" and message.delta.fragment_id in fragment_ids


def _is_inside(path: Path, containers: set[Path]) -> bool:
    return any(path[:length] in containers for length in range(1, len(path)))
