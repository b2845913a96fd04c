"""Updates of a run in training, as its page polls them."""

import json

import pytest
import streamlit as st
from starlette.requests import Request

from mnist_core.config import TrainConfig
from mnist_core.experiments import EXPERIMENTS, experiment_tag
from mnist_core.runs import BulkOperations, State, WorkQueue
from mnist_core.runs.schema import runs
from mnist_core.text.words import percent
from mnist_core.workers.problems import problems
from pages.routes import routes
from pages.shared import training_load
from pages.train import status
from tests.support.visits import ME, SOMEBODY_ELSE

SMALL = TrainConfig(hidden_units=16)


@pytest.fixture
def ask(database_url):
    """Ask for the news of a run; `tag` is what the browser has already."""
    endpoint = next(route.endpoint for route in routes() if "news" in route.path)

    def ask(run_id, tag="", **more):
        headers = [(b"if-none-match", tag.encode())] if tag else []
        headers += [(name.replace("_", "-").encode(), value.encode()) for name, value in more.items()]
        return endpoint(Request({"type": "http", "path_params": {"run": run_id}, "headers": headers}))

    yield ask
    st.cache_resource.clear()


def told(answer):
    assert answer.status_code == 200
    return json.loads(answer.body)


def points(chart):
    """The places of the points of a chart's training line."""
    return json.loads(chart["figure"])["data"][0]["x"]


def test_updates_of_a_run_are_its_numbers_and_its_curves(ask, make_run, store):
    run = store.run(make_run(State.ACTIVE))
    news = told(ask(run.id))
    assert news["fraction"] == run.step / run.steps
    assert f"step {run.step:,} of {run.steps:,}" in news["words"]
    assert news["numbers"] == [
        percent(run.accuracy),
        f"{run.loss:.4f}",
        percent(run.test_accuracy),
        f"{run.test_loss:.4f}",
    ]
    assert set(news["charts"]) == {f"accuracy_{run.id}", f"loss_{run.id}"}
    assert f"training accuracy {percent(run.accuracy, 1)}" in news["charts"][f"accuracy_{run.id}"]["summary"]


def test_updates_are_in_the_language_of_the_browser_or_of_its_cookie(ask, make_run, store):
    run = store.run(make_run(State.ACTIVE))
    german, english = told(ask(run.id, accept_language="de-AT,en;q=0.5")), told(ask(run.id))
    chosen = told(ask(run.id, accept_language="en", cookie="mnist_language=de"))
    assert (german["words"][:6], chosen["words"][:6], english["words"][:5]) == ("Epoche", "Epoche", "Epoch")
    chart = german["charts"][f"accuracy_{run.id}"]
    assert "Genauigkeit im Training" in chart["summary"]
    assert json.loads(chart["figure"])["layout"]["yaxis"]["title"]["text"] == "Genauigkeit"
    assert (
        json.loads(english["charts"][f"accuracy_{run.id}"]["figure"])["layout"]["yaxis"]["title"]["text"] == "Accuracy"
    )


def test_what_a_browser_has_already_is_not_sent_again(ask, make_run, store, real_progress):
    run_id = make_run(State.PAUSED)
    first = ask(run_id)
    tag = first.headers["ETag"]
    again = ask(run_id, tag)
    assert (again.status_code, again.body) == (304, b"")
    store.resume(run_id)
    assert ask(run_id, tag).status_code == 200
    before = points(told(first)["charts"][f"loss_{run_id}"])
    queue = WorkQueue(store)
    turn = queue.claim("worker", run_id)
    assert turn
    later = [(point, checkpoint) for point, checkpoint in real_progress if point.step > store.run(run_id).step]
    queue.record(turn, [point for point, _ in later], 1.0, later[-1][1], release=True)
    assert points(told(ask(run_id, tag))["charts"][f"loss_{run_id}"]) != before


@pytest.mark.parametrize("state", State)
def test_a_page_asks_again_as_long_as_something_can_change(ask, make_run, state):
    assert (told(ask(make_run(state)))["pace"] is not None) is (state in (State.ACTIVE, State.PAUSED))


@pytest.mark.parametrize(
    ("active", "workers", "least", "most"),
    [
        (1, 1, 0.4, 0.5),
        (4, 1, 0.4, 0.5),
        (5, 1, 1.0, 2.0),
        (8, 2, 0.4, 0.5),
        (9, 2, 1.0, 2.0),
        (5, 0, 1.0, 2.0),
    ],
)
def test_curves_move_twice_a_second_and_where_more_than_four_runs_share_a_worker_more_slowly(
    ask, make_run, store, active, workers, least, most
):
    """Their turns are a quarter of a second, with a second and more between them."""
    run_id = make_run(State.ACTIVE)
    for number in range(1, active):
        store.submit(SMALL, owner=f"person {number}")
    for number in range(workers):
        WorkQueue(store).heartbeat(f"worker {number}", ready=True)
    assert least <= told(ask(run_id))["pace"] <= most


def test_while_one_waits_for_the_first_step_a_page_asks_more_often_and_not_for_ever(ask, store):
    run_id, queue = store.submit(SMALL), WorkQueue(store)
    assert 0.1 <= told(ask(run_id))["pace"] <= 0.2
    in_a_queue(store, run_id, seconds=4)
    assert 0.1 <= told(ask(run_id))["pace"] <= 0.2
    in_a_queue(store, run_id, seconds=6)
    assert 0.4 <= told(ask(run_id))["pace"] <= 0.5
    assert queue.claim("worker", run_id)
    assert 0.1 <= told(ask(run_id))["pace"] <= 0.2, "it has begun, and compiles"


def in_a_queue(store, run_id, seconds):
    """Let a run wait for so long already."""
    with store.writing() as connection:
        connection.execute(runs.update().where(runs.c.id == run_id).values(updated_at=store.now() - seconds))


def test_a_paused_run_is_looked_at_now_and_then(ask, make_run):
    """It may be resumed in another browser."""
    assert 1.0 <= told(ask(make_run(State.PAUSED)))["pace"] <= 3.0


def test_a_run_that_goes_on_says_how_long_it_takes_and_one_that_has_ended_how_long_it_took(ask, make_run):
    assert told(ask(make_run(State.ACTIVE)))["words"].endswith(" left")
    assert told(ask(make_run(State.STOPPED, owner=SOMEBODY_ELSE)))["words"].endswith(" of training")


def test_a_page_is_out_of_date_when_the_run_is_in_another_state_and_not_when_it_has_only_learned(ask, make_run, store):
    run_id = make_run(State.ACTIVE)
    page = told(ask(run_id))["page"]
    WorkQueue(store).heartbeat("worker", ready=True)
    assert WorkQueue(store).claim("worker", run_id)
    assert told(ask(run_id))["page"] == page, "it is being trained, which is all that has changed"
    store.pause(run_id)
    paused = told(ask(run_id))["page"]
    assert paused != page
    store.rename(run_id, "my best")
    assert told(ask(run_id))["page"] != paused


def test_to_ask_for_updates_is_to_look_at_the_run(ask, make_run, store):
    first, second = make_run(State.ACTIVE), make_run(State.ACTIVE, owner=SOMEBODY_ELSE)
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE runs SET watched_at = 0")
    ask(second)
    turn = WorkQueue(store).claim("worker")
    assert turn
    assert turn.run.id == second != first


def test_updates_say_why_a_run_waits_and_that_it_does_no_longer(ask, make_run, store, monkeypatch):
    monkeypatch.setattr(training_load, "FRESH_SECONDS", 1e-6)
    run_id, queue = make_run(State.ACTIVE), WorkQueue(store)
    assert "No worker is running" in told(ask(run_id))["notice"]["text"]
    assert "as soon as one is back, usually within seconds" in told(ask(run_id))["notice"]["text"]
    monkeypatch.setattr(problems, "text", "No memory.")
    assert "once that is fixed" in told(ask(run_id))["notice"]["text"]
    queue.heartbeat("worker", ready=False)
    assert "warming up" in told(ask(run_id))["notice"]["text"]
    queue.heartbeat("worker", ready=True)
    assert told(ask(run_id))["notice"] is None
    monkeypatch.setattr(status, "SHORT_WAIT", 0.0)
    assert told(ask(run_id))["notice"] is None, "between two of its turns"


@pytest.mark.parametrize(
    ("earlier", "words"), [(0, "it is next"), (1, "one run is before it"), (2, "2 runs are before it")]
)
def test_updates_of_a_run_in_a_queue_say_how_many_are_before_it(ask, store, monkeypatch, earlier, words):
    """Of those that wait for their first turn: somebody else's that is under way is not before it."""
    monkeypatch.setattr(status, "SHORT_WAIT", 0.0)
    queue = WorkQueue(store)
    queue.heartbeat("worker", ready=True)
    store.submit(SMALL, owner="under way")
    assert queue.claim("worker")
    for number in range(earlier):
        store.submit(SMALL, owner=f"person {number}")
    run_id = store.submit(SMALL)
    store.submit(SMALL, owner="later")
    assert f"The run is in the queue: {words}." in told(ask(run_id))["notice"]["text"]
    assert queue.claim("worker", run_id)
    assert told(ask(run_id))["notice"] is None


@pytest.mark.parametrize("number", [0, 12345, 10**40])
def test_there_are_no_updates_of_no_run(ask, number):
    assert ask(number).status_code == 404


def test_there_are_no_updates_of_a_deleted_run(ask, make_run, store):
    run_id = make_run(State.FINISHED)
    store.delete(run_id)
    assert ask(run_id).status_code == 404


def test_what_is_wrong_with_the_store_is_told(ask, monkeypatch):
    monkeypatch.setenv("MNIST_DATABASE_URL", "sqlite:////proc/nowhere/runs.sqlite")
    answer = ask(1)
    assert answer.status_code == 503
    assert "The run store" in json.loads(answer.body)["error"]


@pytest.mark.parametrize(
    ("base_path", "address"), [("", "/news/{run:number}"), ("/digits/", "/digits/news/{run:number}")]
)
def test_updates_are_under_the_base_path_of_the_app(monkeypatch, base_path, address):
    monkeypatch.setattr(st, "get_option", lambda _name: base_path)
    assert address in [route.path for route in routes()]


def test_a_page_goes_on_asking_while_other_runs_of_the_experiment_train(ask, store):
    first, second = (store.submit(config, owner=ME) for config in EXPERIMENTS[0].configs[:2])
    BulkOperations(store).tag([first, second], add=[experiment_tag(first)])
    store.stop(first)
    assert 0.4 <= told(ask(first))["pace"] <= 0.5
    assert f"experiment_{first}" in told(ask(first))["charts"]
    page = told(ask(first))["page"]
    store.stop(second)
    assert told(ask(first))["pace"] is None
    assert told(ask(first))["page"] != page, "what came out is to be said"
