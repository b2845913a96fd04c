"""What the route answers that a canvas asks while the pen is down, and whom it refuses."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.reading.client import ReadingClient
from mnist_core.runs import State, WorkQueue
from pages.server.request_rate import RequestRate
from pages.shared.drawing import live_readings, live_route
from pages.shared.drawing.batches import LARGEST_BATCH, Batches, TooMuchToDo
from pages.shared.drawing.live_readings import Readers
from pages.shared.network_picker import network_of
from tests.support.route_client import Response, ask_route, post_route
from tests.support.runs_with_networks import add_run_with_network, network
from tests.support.visits import ME, SOMEBODY_ELSE

pytestmark = pytest.mark.usefixtures("fresh_cache")

PIXELS = 140 * 140
PAGE = {"Origin": "http://localhost", "Cookie": f"mnist_browser={ME}"}
QUERY = "brush=18&chosen=0&bars=1"


def enlarged(image: Any) -> bytes:
    """An image of 28 × 28 as it looks on the copy of a canvas."""
    return Image.fromarray(image).resize((140, 140), Image.Resampling.BILINEAR).tobytes()


SEVEN = enlarged(load_dataset().test_images[0])
"""The first test image is a 7."""


def ask(
    source: int | str = "starter",
    picture: bytes = SEVEN,
    headers: dict[str, str] = PAGE,
    query: str = QUERY,
    length: str | None = None,
) -> Response:
    sent = {"Content-Length": str(len(picture)) if length is None else length}
    return post_route(
        f"answers/{source}/0?{query}", picture, {name: it for name, it in {**headers, **sent}.items() if it}
    )


def test_a_picture_is_answered_with_what_the_page_will_say_of_it(store):
    answer = json.loads(ask().text)
    assert "<p>I read a 7.</p>" in answer["html"]
    assert "What the network sees" in answer["html"]
    assert 'aria-label="Most likely 7 (' in answer["bars"]
    shares = [float(share) for share in re.findall(r"--share: ([\d.]+)%", answer["bars"])]
    assert np.argmax(shares) == 7
    assert sum(shares) == pytest.approx(100, abs=0.5)  # each is rounded to a tenth


def test_an_answer_is_in_the_language_of_the_page(store):
    german, other = (json.loads(ask(query=f"{QUERY}&language={language}").text) for language in ("de", "<b>"))
    assert "What the network sees" not in german["html"]
    assert "Most likely" not in german["bars"]
    assert "I read a 7." in other["html"]


def test_a_live_answer_is_not_announced_to_screen_readers(store):
    assert "status" not in json.loads(ask().text)["html"]


def test_bars_come_only_where_a_page_shows_them(store):
    assert json.loads(ask(query="brush=18&chosen=0&bars=0").text)["bars"] is None


@pytest.mark.parametrize("state", [State.ACTIVE, State.FINISHED])
def test_a_run_of_somebody_else_answers_as_on_its_page_also_while_it_trains(store, state):
    """Runs are everybody's to look at. Its network reads bar 0 as a 2."""
    run = add_run_with_network(store, state, (2, 1, 0), owner=SOMEBODY_ELSE)
    bar = np.zeros((28, 28), np.uint8)
    bar[:, :2] = 255
    answers = {json.loads(ask(run, enlarged(bar)).text)["html"] for _ in range(2)}
    assert len(answers) == 1
    assert store.run(run).state is state


def test_of_several_digits_the_chosen_one_is_looked_at(store):
    seven, two = (load_dataset().test_images[index] for index in (0, 1))
    both = np.zeros((56, 56), np.uint8)
    both[14:42, :28], both[14:42, 28:] = seven, two
    picture = Image.fromarray(both).resize((140, 140)).tobytes()
    first, second, beyond = (
        json.loads(ask(picture=picture, query=f"brush=9&chosen={chosen}&bars=0").text)["html"] for chosen in (0, 1, 7)
    )
    assert "The 1st: 7, " in first
    assert "The 2nd: 2, " in second
    assert beyond == first


@pytest.mark.parametrize("picture", [bytes(PIXELS), b"\x01" * PIXELS], ids=["nothing", "hardly anything"])
def test_where_nothing_can_be_read_there_is_no_answer(store, picture):
    assert (ask(picture=picture).status, ask(picture=picture).text) == (204, "")


@pytest.mark.parametrize("picture", [b"\xff" * PIXELS, np.random.default_rng(0).bytes(PIXELS)], ids=["full", "noise"])
def test_a_picture_of_anything_else_is_answered_all_the_same(store, picture):
    assert ask(picture=picture).status in {200, 204}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": PAGE["Origin"]},
        {"Cookie": PAGE["Cookie"]},
        PAGE | {"Cookie": "mnist_browser=somebody"},
        PAGE | {"Cookie": f"mnist_browser={'A' * 32}"},
        PAGE | {"Origin": "http://evil.example"},
        PAGE | {"Origin": "http://localhost.evil.example"},
        PAGE | {"Origin": "null"},
        PAGE | {"Origin": "http://["},
    ],
)
def test_who_is_not_a_page_of_the_app_gets_no_answer(store, headers):
    refused = ask(headers=headers)
    assert (refused.status, json.loads(refused.text)["error"][:16]) == (403, "Live answers are")


@pytest.mark.parametrize(
    ("picture", "length", "status"),
    [
        (b"", None, 400),
        (SEVEN[1:], None, 400),
        (SEVEN + b"\0", None, 413),
        (bytes(10_000_000), None, 413),
        (SEVEN, "", 411),
        (SEVEN, "-1", 411),
        (SEVEN, "1e9", 411),
        (SEVEN, "\u0663", 411),
        (SEVEN[1:], str(PIXELS), 400),
        (SEVEN + b"\0", str(PIXELS), 400),
    ],
)
def test_what_is_no_picture_of_a_canvas_is_refused_with_a_sentence(store, picture, length, status):
    refused = ask(picture=picture, length=length)
    assert refused.status == status
    assert json.loads(refused.text)["error"].endswith((".", ")."))


@pytest.mark.parametrize(
    "query",
    [
        *("", "brush=18", "brush=0&chosen=0", "brush=281&chosen=0", "brush=-1&chosen=0", "brush=nan&chosen=0"),
        *("brush=18&chosen=1e3", "brush=18&chosen=99999999999999999999", "brush=%D9%A3&chosen=0", "brush=&chosen=0"),
    ],
)
def test_numbers_that_no_page_sends_are_refused_with_a_sentence(store, query):
    refused = ask(query=query)
    assert refused.status == 400
    assert "must be a number from" in json.loads(refused.text)["error"]


@pytest.mark.parametrize("source", ["0", "7", "9" * 30, "999999999", "-1", "<script>", "%D9%A3", "starter2", ".."])
def test_networks_that_are_not_there_are_said_to_be_missing(store, source):
    refused = ask(source)
    assert refused.status == 404
    assert "<script>" not in refused.text


def test_a_deleted_run_answers_no_more(store):
    run = add_run_with_network(store, State.FINISHED)
    assert ask(run).status == 200
    store.delete(run)
    assert ask(run).status == 404


def test_a_run_without_a_network_yet_is_said_to_have_none(store):
    refused = ask(store.submit(TrainConfig()))
    assert refused.status == 503
    assert "network" in json.loads(refused.text)["error"]


def test_the_network_that_a_page_shows_answers_although_the_run_has_trained_on(store):
    """Otherwise the answer would change again after pen up: the page shows one network until it is opened anew."""
    run = add_run_with_network(store, State.ACTIVE)
    readers, choice = Readers(), network_of(run)
    readers.keep(choice)
    queue = WorkQueue(store)
    turn = queue.claim("a worker", run)
    assert turn is not None
    trained = network((2, 1, 0))
    queue.record(turn, [ProgressPoint(4, 2, 0.7, 0.65, 0.6, 0.75)], 1.0, Checkpoint(4, trained.to_bytes(), b"", None))
    kept = readers.kept(run, choice.step)
    assert kept is not None
    assert kept.network is choice.network
    assert readers.kept(run, choice.step + 1) is None
    newest = readers.newest(run).network
    assert (newest.weights[2] == trained.weights[2]).all()


def test_networks_of_pages_that_were_left_are_dropped(store, monkeypatch):
    monkeypatch.setattr(live_readings, "MOST_KEPT", 2)
    readers = Readers()
    for number in range(3):
        readers.keep(network_of(add_run_with_network(store, State.FINISHED, (number, 1, 2))))
    assert len(readers._kept) == 2


@pytest.mark.slow
def test_the_process_that_reads_gives_the_same_answers(store, monkeypatch):
    """The first picture starts it, and is read by the server itself."""
    address, length = f"answers/starter/0?{QUERY}", {"Content-Length": str(PIXELS)}

    async def ask_both() -> tuple[Response, Response, list[Response]]:
        client = ReadingClient()
        monkeypatch.setattr(live_route, "reading_client", client)
        serving = asyncio.create_task(client.run())
        by_the_server = await ask_route("POST", address, PAGE | length, SEVEN)
        async with asyncio.timeout(60):
            while client._process is None:
                await asyncio.sleep(0.02)
        by_the_process = await ask_route("POST", address, PAGE | length, SEVEN)
        os.kill(client._process.pid, signal.SIGKILL)
        asked = [ask_route("POST", address, PAGE | length, SEVEN) for _ in range(3)]
        after_its_end = await asyncio.gather(*asked)
        serving.cancel()
        await asyncio.wait([serving])
        return by_the_server, by_the_process, after_its_end

    by_the_server, by_the_process, after_its_end = asyncio.run(ask_both())
    assert "I read a 7." in by_the_server.text
    assert by_the_process.text == by_the_server.text
    assert [answer.text for answer in after_its_end] == [by_the_server.text] * 3


def test_more_pictures_than_the_process_will_read_soon_are_refused(store, monkeypatch):
    class Busy(ReadingClient):
        waiting = live_route.MOST_WAITING

    monkeypatch.setattr(live_route, "reading_client", Busy())
    refused = ask()
    assert refused.status == 503
    assert "too many drawings" in refused.text


# -- batches ---------------------------------------------------------------------------------------


def test_questions_that_come_while_others_are_answered_are_the_next_batch():
    batches: list[int] = []

    def answer_all(questions: list[int]) -> list[int]:
        batches.append(len(questions))
        return [-it for it in questions]

    async def ask_all() -> list[int]:
        answering = Batches(answer_all, most_waiting=100)
        return await asyncio.gather(*(answering.answer(number) for number in range(LARGEST_BATCH + 2)))

    assert asyncio.run(ask_all()) == [-number for number in range(LARGEST_BATCH + 2)]
    assert batches == [LARGEST_BATCH, 2]


def test_more_questions_than_can_be_answered_soon_are_refused_at_once():
    async def ask_all() -> list[Any]:
        answering = Batches[int, int](lambda questions: questions, most_waiting=2)
        return await asyncio.gather(*(answering.answer(number) for number in range(3)), return_exceptions=True)

    first, second, third = asyncio.run(ask_all())
    assert [first, second] == [0, 1]
    assert isinstance(third, TooMuchToDo)


def test_after_a_failure_the_next_question_is_answered():
    def answer_all(questions: list[int]) -> list[float]:
        return [1 / it for it in questions]

    async def ask_both() -> list[Any]:
        answering = Batches(answer_all, most_waiting=2)
        failed = await asyncio.gather(answering.answer(0), return_exceptions=True)
        return [*failed, await answering.answer(2)]

    failed, answered = asyncio.run(ask_both())
    assert isinstance(failed, ZeroDivisionError)
    assert answered == 0.5


# -- the rate of a browser -------------------------------------------------------------------------


def test_a_browser_may_have_so_many_open_requests_and_another_has_its_own():
    rate = RequestRate(2, 100, lambda: 0.0)
    assert [rate.begin("a") for _ in range(3)] == [True, True, False]
    assert rate.begin("b")
    rate.end("a")
    assert rate.begin("a")


def test_a_browser_may_make_so_many_requests_in_a_second():
    now = [0.0]
    rate = RequestRate(2, 10, lambda: now[0])

    def allowed() -> bool:
        may = rate.begin("a")
        if may:
            rate.end("a")
        return may

    assert [allowed() for _ in range(12)] == [True] * 10 + [False] * 2
    now[0] += 0.31
    assert [allowed() for _ in range(4)] == [True] * 3 + [False]


def test_browsers_that_ask_no_more_are_forgotten(monkeypatch):
    monkeypatch.setattr("pages.server.request_rate.MOST_BROWSERS", 2)
    rate = RequestRate(1, 100, lambda: 0.0)
    for browser in "abc":
        rate.begin(browser)
    rate.end("a")  # which is no longer known
    assert [rate.begin(browser) for browser in "ca"] == [False, True]
