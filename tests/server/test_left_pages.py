"""What still comes from a page that is left neither brings that page back nor empties the next one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection

from scripts.running_app import RunningApp
from tests.support.websocket import connected, heard


class Visit:
    """A visit of the Draw page, whose canvas is a fragment."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket, self.messages = socket, heard(socket)
        self.ask(ClientState(page_name="draw"))
        messages = self.until("script_finished")
        self.canvas = next(message.delta.fragment_id for message in messages if message.delta.fragment_id)
        navigation = next(message.navigation for message in messages if message.HasField("navigation"))
        self.draw = navigation.page_script_hash
        self.pages = {page.url_pathname: page.page_script_hash for page in navigation.app_pages}

    def ask(self, *states: ClientState) -> None:
        for state in states:
            self.socket.send(BackMsg(rerun_script=state).SerializeToString())

    def stroke(self) -> ClientState:
        return ClientState(page_script_hash=self.draw, fragment_id=self.canvas)

    def page(self, name: str) -> ClientState:
        return ClientState(page_script_hash=self.pages[name])

    def until(self, kind: str) -> list[ForwardMsg]:
        """What the server says up to the first message of this kind."""
        messages = [next(self.messages)]
        while messages[-1].WhichOneof("type") != kind:
            messages.append(next(self.messages))
        return messages

    def next_run(self) -> tuple[str, list[str]]:
        """The page of the next run that begins, and its fragments if it is not a run of the whole page."""
        run = self.until("new_session")[-1]
        return run.new_session.page_script_hash, list(run.metadata.run.fragment_ids)


@pytest.fixture
def visit(quiet_server: RunningApp) -> Iterator[Visit]:
    with connected(quiet_server) as socket:
        yield Visit(socket)


def test_a_stroke_on_the_page_that_is_shown_is_heard(visit):
    visit.ask(visit.stroke())
    assert visit.next_run() == (visit.draw, [visit.canvas])


def test_a_stroke_after_another_page_was_asked_for_is_ignored(visit):
    """It comes before the other page begins to run. Another request shows that no run was between."""
    visit.ask(visit.page("data"), visit.stroke())
    assert visit.next_run() == (visit.pages["data"], [])
    visit.until("script_finished")
    visit.ask(visit.page("train"))
    assert visit.next_run() == (visit.pages["train"], [])


def test_a_stroke_while_another_page_runs_is_ignored(visit):
    visit.ask(visit.page("data"))
    assert visit.next_run() == (visit.pages["data"], [])
    visit.ask(visit.stroke())
    visit.until("script_finished")
    visit.ask(visit.page("train"))
    assert visit.next_run() == (visit.pages["train"], [])


def test_a_stroke_is_heard_again_after_other_pages(visit):
    visit.ask(visit.page("data"))
    visit.until("script_finished")
    visit.ask(visit.page("draw"))
    visit.until("script_finished")
    visit.ask(visit.stroke())
    assert visit.next_run() == (visit.draw, [visit.canvas])
