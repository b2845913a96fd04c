"""What comes from a page that is left neither brings it back nor empties the next one; a restarted server hears it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection

from mnist_core.config import TrainConfig
from scripts.running_app import RunningApp
from tests.support.websocket import connected, heard


class Visit:
    """A visit of a page, of which a component asks the server for something."""

    def __init__(self, socket: ClientConnection, component: str, page: ClientState) -> None:
        self.socket, self.messages = socket, heard(socket)
        self.ask(page)
        messages = self.until("script_finished")
        self.fragment = next(message.delta.fragment_id for message in messages if component in _component_of(message))
        navigation = next(message.navigation for message in messages if message.HasField("navigation"))
        self.opened = navigation.page_script_hash
        self.pages = {page.url_pathname: page.page_script_hash for page in navigation.app_pages}

    def ask(self, *states: ClientState) -> None:
        for state in states:
            self.socket.send(BackMsg(rerun_script=state).SerializeToString())

    def message(self) -> ClientState:
        """What the component sends: of all that it says, the server looks at the page and the fragment."""
        return ClientState(page_script_hash=self.opened, fragment_id=self.fragment)

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


def _component_of(message: ForwardMsg) -> str:
    return str(message.delta.new_element.bidi_component.component_name)


@pytest.fixture
def visit(quiet_server: RunningApp) -> Iterator[Visit]:
    with connected(quiet_server) as socket:
        yield Visit(socket, "digits_canvas", ClientState(page_name="draw"))


def test_a_stroke_on_the_page_that_is_shown_is_heard(visit):
    visit.ask(visit.message())
    assert visit.next_run() == (visit.opened, [visit.fragment])


def test_a_stroke_after_another_page_was_asked_for_is_ignored(visit):
    """It comes before the other page begins to run. Another request shows that no run was between."""
    visit.ask(visit.page("data"), visit.message())
    assert visit.next_run() == (visit.pages["data"], [])
    visit.until("script_finished")
    visit.ask(visit.page("train"))
    assert visit.next_run() == (visit.pages["train"], [])


def test_a_stroke_while_another_page_runs_is_ignored(visit):
    visit.ask(visit.page("data"))
    assert visit.next_run() == (visit.pages["data"], [])
    visit.ask(visit.message())
    visit.until("script_finished")
    visit.ask(visit.page("train"))
    assert visit.next_run() == (visit.pages["train"], [])


def test_a_stroke_is_heard_again_after_other_pages(visit):
    visit.ask(visit.page("data"))
    visit.until("script_finished")
    visit.ask(visit.page("draw"))
    visit.until("script_finished")
    visit.ask(visit.message())
    assert visit.next_run() == (visit.opened, [visit.fragment])


def test_a_stroke_that_a_restarted_server_gets_first_is_heard(quiet_server, visit):
    """The server knows no fragment of a browser that has reconnected: the whole page runs."""
    with connected(quiet_server) as socket:
        socket.send(BackMsg(rerun_script=visit.message()).SerializeToString())
        begun = next(it for it in heard(socket) if it.HasField("new_session"))
    assert begun.new_session.page_script_hash == visit.opened
    assert not begun.metadata.run.fragment_ids


def test_a_run_that_goes_on_does_not_bring_its_page_back(quiet_server):
    """When it ends, its page asks to be drawn again; that may come after a press on another page."""
    run = quiet_server.store.submit(TrainConfig())
    with connected(quiet_server) as socket:
        visit = Visit(socket, "digits_progress", ClientState(page_name="train", query_string=f"run={run}"))
        visit.ask(visit.page("data"), visit.message())
        messages = visit.until("script_finished")
        pages = [it.new_session.page_script_hash for it in messages if it.HasField("new_session")]
        assert pages == [visit.pages["data"]]
        visit.ask(visit.page("draw"))
        assert visit.next_run() == (visit.pages["draw"], [])
    quiet_server.store.delete(run)
