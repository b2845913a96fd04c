"""What an instructor does with a class, under AppTest, and that nobody else can."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from mnist_core.config import TrainConfig
from mnist_core.data import MNIST_SHA256, load_dataset
from mnist_core.evaluation import Score
from mnist_core.lessons.task import MOST_CHARACTERS, read_task
from mnist_core.network import Network
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs import (
    Classroom,
    ClassStore,
    HandwritingStore,
    ImportedNetwork,
    LessonProgress,
    RunStore,
    State,
    WorkQueue,
    keep_network,
)
from pages.classroom.instructor import actions
from pages.classroom.notice.state import notice_of, target_in
from pages.classroom.results.class_guesses import class_guesses
from pages.shared import classroom as shared_classroom
from pages.shared.class_score import read_class_by_run
from pages.shared.page_addresses import target_of
from pages.visit import session
from tests.support.databases import claim
from tests.support.hostile_texts import HOSTILE_TEXTS
from tests.support.route_client import Response, get_route
from tests.support.visits import ME, RUNS, SOMEBODY_ELSE, TRAIN, OpenPage

pytestmark = pytest.mark.usefixtures("fresh_cache")

CLASS = "classroom/page.py"
INSTRUCTOR, STRANGER = "c" * 32, "d" * 32
SHARE, HAND_OUT = "Share as an exercise", "Hand out to the class"
BOTH = "MNIST 95.6 % · our class 100 %"
CONFIG = TrainConfig(hidden_units=16, epochs=2)


@pytest.fixture
def classes(store: RunStore) -> ClassStore:
    return ClassStore(store)


@pytest.fixture
def year9(classes: ClassStore) -> Classroom:
    """A class of Ada, who is me, and Bob."""
    opened = classes.open("Year 9")
    classes.join(opened.id, ME, "Ada")
    classes.join(opened.id, SOMEBODY_ELSE, "Bob")
    return opened


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is at the server's own machine, and INSTRUCTOR alone has given the PIN."""
    monkeypatch.setattr(session, "at_server", lambda: False)
    monkeypatch.setattr(shared_classroom, "is_at_server_by_http", lambda *_: False)
    monkeypatch.setattr(shared_classroom, "_gave_pin", lambda owner: owner == INSTRUCTOR)


@pytest.fixture
def run_of_ada(store: RunStore, year9: Classroom) -> int:
    return store.submit(CONFIG, owner=ME, nickname="Ada")


def ask(address: str, owner: str) -> Response:
    return get_route(address, {"Cookie": f"mnist_browser={owner}"})


def runs_view(open_page: Callable[..., OpenPage]) -> OpenPage:
    return open_page(CLASS, owner=INSTRUCTOR, view="runs")


# -- all runs -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("elsewhere")
def test_the_instructor_pauses_resumes_and_stops_all_runs(open_page, store, run_of_ada):
    page = runs_view(open_page)
    for button, state in (
        ("Pause all", State.PAUSED),
        ("Let all go on", State.ACTIVE),
        ("Stop all runs", State.STOPPED),
    ):
        page.press(button)
        assert store.run(run_of_ada).state is state
    assert "1 run is stopped." in [it.value for it in page.app.toast]


@pytest.mark.usefixtures("elsewhere")
def test_the_instructor_freezes_training_and_allows_it_again(open_page, classes, year9):
    page = runs_view(open_page)
    page.press("Freeze training")
    assert classes.of_id(year9.id).frozen
    assert "Training is frozen." in page.words
    page.press("Allow training again")
    assert not classes.of_id(year9.id).frozen


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("owner", [SOMEBODY_ELSE, STRANGER])
def test_students_and_strangers_see_no_view_of_the_instructor(open_page, year9, owner):
    page = open_page(CLASS, owner=owner, view="runs")
    assert not page.buttons & {"Pause all", "Freeze training", "Hand out", "End the class"}


@pytest.mark.usefixtures("elsewhere")
def test_an_action_is_refused_to_who_is_no_instructor_any_more(
    open_page, monkeypatch, store, classes, year9, run_of_ada
):
    page = runs_view(open_page)
    before = classes.of_id(year9.id)
    for button in ("Pause all", "Stop all runs", "Freeze training"):
        page = runs_view(open_page)
        monkeypatch.setattr(shared_classroom, "_gave_pin", lambda _: False)
        page.press(button)
        assert store.run(run_of_ada).state is State.ACTIVE
        assert classes.of_id(year9.id) == before
        monkeypatch.setattr(shared_classroom, "_gave_pin", lambda owner: owner == INSTRUCTOR)


ACTIONS = {
    "pause_all": lambda _: actions.pause_all,
    "stop_all": lambda _: actions.stop_all,
    "freeze": lambda _: actions.freeze,
    "pause_run": actions.pause_run,
    "stop_run": actions.stop_run,
    "show_run": actions.show_run,
    "hand_out": lambda _: actions.hand_out("train?epochs=3", "Now"),
    "show_rankings": lambda _: actions.show_rankings(True),
}


@pytest.mark.parametrize("name", ACTIONS)
@pytest.mark.parametrize("instructor", [True, False])
def test_each_action_asks_who_does_it_when_it_is_done(monkeypatch, store, classes, year9, run_of_ada, name, instructor):
    kept: dict[str, Any] = {}
    monkeypatch.setattr(session, "put", kept.__setitem__)
    monkeypatch.setattr(shared_classroom, "is_instructor", lambda: instructor)
    before = classes.of_id(year9.id), store.run(run_of_ada).state
    actions.act(ACTIONS[name](run_of_ada))
    (said,) = kept.values()
    assert said[1] is instructor, said
    assert ((classes.of_id(year9.id), store.run(run_of_ada).state) == before) is not instructor


def test_a_run_that_is_not_of_the_class_is_left_alone(monkeypatch, store, year9):
    other = store.submit(CONFIG, owner=STRANGER)
    monkeypatch.setattr(session, "put", lambda *_: None)
    monkeypatch.setattr(shared_classroom, "is_instructor", lambda: True)
    for action in (actions.pause_run, actions.stop_run, actions.show_run):
        actions.act(action(other))
    assert store.run(other).state is State.ACTIVE
    assert ClassStore(store).of_id(year9.id).shown == ""


# -- what is live -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("elsewhere", "year9")
@pytest.mark.parametrize(("owner", "status"), [(INSTRUCTOR, 200), (ME, 403), (STRANGER, 403), ("", 403)])
def test_the_instructor_alone_is_told_of_everybodys_runs(owner, status):
    assert ask("class/runs", owner).status == status


@pytest.mark.usefixtures("elsewhere")
def test_the_instructor_sees_runs_and_steps_of_lessons(store, year9, run_of_ada):
    second = store.submit(TrainConfig(hidden_units=32, epochs=2), owner=SOMEBODY_ELSE, nickname="Bob")
    LessonProgress(store).finish(ME, "Ada", "units", 1)
    HandwritingStore(store).keep(year9.set_id, np.pad(np.full((8, 8), 255, np.uint8), 10), 7, ME, "Ada")
    tables = json.loads(ask("class/runs", INSTRUCTOR).text)["tables"]
    assert [(it["id"], it["name"], it["active"]) for it in tables["runs"]] == [
        (second, "Bob: 32 units", True),
        (run_of_ada, "Ada: 16 units", True),
    ]
    ada, bob = tables["students"]
    assert (ada["nickname"], ada["runs"], ada["drawings"]) == ("Ada", 1, 1)
    assert "step 1 of" in ada["lesson"]
    assert "1 done" in ada["lesson"]
    assert (bob["lesson"], bob["runs"], bob["drawings"]) == ("", 1, 0)
    assert tables["words"] == "2 students, 2 runs; 2 in training or waiting."


@pytest.mark.usefixtures("elsewhere")
def test_without_a_class_there_is_nothing_to_tell(store):
    assert ask("class/runs", INSTRUCTOR).status == 404
    assert json.loads(ask("class/notice", ME).text)["items"] == []


# -- what all are given -------------------------------------------------------------------------------


@pytest.mark.usefixtures("elsewhere")
def test_a_lesson_is_handed_out_to_the_students_alone(open_page, classes, year9):
    page = runs_view(open_page)
    page.press("Hand out")
    page.answer("Hand out", "Hand out to all")
    given = classes.of_id(year9.id)
    assert "lesson=" in given.handout
    told = json.loads(ask("class/notice", ME).text)
    assert [(it["kind"], it["words"]) for it in told["items"]] == [("handout", given.handout_text)]
    assert ask("class/notice", STRANGER).status == 403
    page.rerun()
    page.press("Take back")
    assert classes.of_id(year9.id).handout == ""


@pytest.mark.usefixtures("elsewhere")
def test_settings_that_nobody_has_trained_are_handed_out_as_an_exercise(open_page, classes, year9):
    page = open_page(TRAIN, owner=INSTRUCTOR)
    page.type("Hidden units", 8)
    page.press(SHARE)
    next(it for it in page.app.text_area if it.key == "exercise_task").set_value("What can 8 units do?")
    page.press(SHARE)
    page.answer(SHARE, HAND_OUT)
    given = classes.of_id(year9.id)
    assert given.handout_text == "What can 8 units do?"
    target = target_of(given.handout)
    assert target is not None
    assert read_task(target.query["task"]).steps[0].settings == {"hidden_units": 8}


@pytest.mark.usefixtures("elsewhere", "year9")
def test_a_student_is_not_offered_to_hand_out_an_exercise(open_page):
    page = open_page(TRAIN)
    page.press(SHARE)
    next(it for it in page.app.text_area if it.key == "exercise_task").set_value("What can 8 units do?")
    page.press(SHARE)
    assert page.app.code
    assert HAND_OUT not in [it.label for it in page.app.button]


def test_the_longest_exercise_can_be_handed_out(classes, year9):
    address = f"train?task={'a' * MOST_CHARACTERS}"
    classes.hand_out(year9.id, address)
    assert classes.of_id(year9.id).handout == address


def test_a_handout_leads_to_a_page_of_the_app_alone(classes, year9):
    assert target_of("train?epochs=3&units=a%26b") == ("train/page.py", "Train", {"epochs": "3", "units": "a&b"})
    assert [target_of(it) for it in ("evil", "../train", "//evil", "train/evil")] == [None] * 4
    classes.hand_out(year9.id, "nowhere?x=1", "x")
    assert notice_of(classes.of_id(year9.id))["items"] == []


def test_a_run_is_shown_with_a_link_to_evaluate_it(classes, year9, run_of_ada):
    classes.show(year9.id, f"run-{run_of_ada}")
    (item,) = notice_of(classes.of_id(year9.id))["items"]
    assert item["words"].startswith(f"Run {run_of_ada} of Ada: ")
    assert target_in(classes.of_id(year9.id), "shown") == ("evaluate/page.py", "Evaluate", {"run": str(run_of_ada)})


def test_what_is_shown_once_more_appears_again_where_it_was_closed(classes, year9, run_of_ada, set_clock):
    versions = []
    for seconds in (0, 60):
        set_clock(seconds)
        classes.show(year9.id, f"run-{run_of_ada}")
        versions.append([notice_of(classes.of_id(year9.id))["items"][0]["version"] for _ask in range(2)])
    (first, same), (second, _same) = versions
    assert first == same
    assert first != second


@pytest.mark.usefixtures("elsewhere")
def test_a_drawing_is_shown_large_and_in_everybodys_bar(open_page, store, classes, year9):
    image = np.pad(np.full((8, 8), 255, np.uint8), 10)
    drawing = HandwritingStore(store).keep(year9.set_id, image, 8, ME, "<b>Ada</b>")
    classes.show(year9.id, f"drawing-{drawing}")
    (item,) = notice_of(classes.of_id(year9.id))["items"]
    assert item["words"].endswith("drew an 8")
    assert item["picture"].startswith("data:image/png;base64,")
    page = runs_view(open_page)
    assert any("shown-drawing" in it.proto.body for it in page.app.get("html"))
    HandwritingStore(store).remove([drawing], year9.instructor)
    assert notice_of(classes.of_id(year9.id))["items"] == []


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_nobody_can_put_markup_into_the_bar(classes, year9, text):
    classes.hand_out(year9.id, "train?epochs=3", text)
    for item in notice_of(classes.of_id(year9.id))["items"]:
        assert "\n" not in item["words"]
        assert len(item["words"]) <= 300


# -- results ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("guessed_at", "ranked"), [(0, ["Ada"]), (-60, [])])
def test_a_guess_from_before_the_class_is_not_ranked_though_its_step_is_seen_again(
    store, year9, set_clock, guessed_at, ranked
):
    finish(store, store.submit(TrainConfig(hidden_units=8, epochs=2), owner=ME))
    progress = LessonProgress(store)
    set_clock(guessed_at)
    progress.guess(ME, "Ada", "units", 1, "90 %")
    set_clock(60)
    progress.reach(ME, "Ada", "units", 1)
    assert [guess.nickname for guess in class_guesses(year9)] == ranked


@pytest.mark.usefixtures("elsewhere")
def test_rankings_are_shown_once_the_instructor_says_so(open_page, classes, year9):
    assert "Rankings" not in [it.value for it in open_page(CLASS, owner=ME, view="results").app.header]
    page = open_page(CLASS, owner=INSTRUCTOR, view="results")
    page.app.toggle[0].set_value(True)
    page.rerun()
    assert classes.of_id(year9.id).rankings
    student = open_page(CLASS, owner=ME, view="results")
    assert "Rankings" in [it.value for it in student.app.header]
    assert "None is by the test set of MNIST" in student.words


@pytest.mark.usefixtures("elsewhere")
def test_the_class_is_ended_and_deleted_by_its_instructor(open_page, store, classes, year9, run_of_ada):
    page = open_page(CLASS, owner=INSTRUCTOR, view="results")
    page.press("End the class")
    assert {"Drawings (npz)", "Runs (CSV)"} <= page.downloads.keys()
    page.answer("End the class", "End it now")
    assert classes.current() is None
    page = open_page(CLASS, owner=INSTRUCTOR)
    assert page.button("Delete everything").disabled
    (sure,) = [it for it in page.app.checkbox if it.label.startswith("Delete permanently")]
    assert "runs with their networks (1), nicknames (2)" in sure.label
    sure.check()
    page.rerun()
    page.press("Delete everything")
    assert classes.all() == []
    assert store.runs() == []


@pytest.mark.usefixtures("elsewhere")
def test_who_is_no_instructor_any_more_deletes_nothing(open_page, monkeypatch, classes, year9):
    classes.end(year9.id)
    page = open_page(CLASS, owner=INSTRUCTOR)
    (sure,) = [it for it in page.app.checkbox if it.label.startswith("Delete permanently")]
    sure.check()
    page.rerun()
    monkeypatch.setattr(shared_classroom, "_gave_pin", lambda _: False)
    page.button("Delete everything").click()
    page.rerun()
    assert classes.all() != []


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(("owner", "status"), [(INSTRUCTOR, 200), (ME, 403), (STRANGER, 403), ("", 403)])
def test_the_data_of_a_class_are_for_its_instructor(store, classes, year9, owner, status):
    HandwritingStore(store).keep(year9.set_id, np.pad(np.full((8, 8), 255, np.uint8), 10), 7, ME, "Ada")
    classes.end(year9.id)
    drawings, runs = (ask(f"files/class/{year9.id}/{suffix}", owner) for suffix in ("npz", "csv"))
    assert (drawings.status, runs.status) == (status, status)
    assert ask(f"files/class/{year9.id + 1}/npz", owner).status == (404 if status == 200 else 403)
    if status == 200:
        assert np.load(io.BytesIO(drawings.body))["writers"].tolist() == ["Ada"]
        assert runs.text.startswith("run,")


@pytest.mark.usefixtures("elsewhere")
def test_a_student_sees_their_own_runs_with_both_accuracies(open_page, store, classes, year9):
    HandwritingStore(store).keep(year9.set_id, load_dataset().test_images[0], 7, SOMEBODY_ELSE, "Bob")
    mine, other = (store.submit(CONFIG, owner=owner) for owner in (ME, SOMEBODY_ELSE))
    finish(store, mine)
    page = open_page(CLASS, owner=ME, view="results")
    links = [it.label for it in page.app.get("page_link") if it.label.startswith("Run ")]
    assert [it.split(":")[0] for it in links] == [f"Run {mine}"], f"not that of {other}"
    assert BOTH in [it.value for it in page.app.caption]


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(("owner", "sees"), [(ME, True), (INSTRUCTOR, True), (STRANGER, False)])
@pytest.mark.parametrize("is_over", [False, True])
def test_people_of_a_class_see_its_figure_beside_every_run_also_when_it_is_over(
    open_page, store, classes, year9, owner, sees, is_over
):
    HandwritingStore(store).keep(year9.set_id, load_dataset().test_images[0], 7, SOMEBODY_ELSE, "Bob")
    run = store.submit(CONFIG, owner=ME, nickname="Ada")
    finish(store, run)
    if is_over:
        classes.end(year9.id)
    page = open_page(TRAIN, owner=owner, run=str(run))
    assert (f":material/groups: **{BOTH}**" in [it.value for it in page.app.markdown]) is sees
    (table,) = open_page(RUNS, owner=owner, of="all").app.dataframe
    assert ("Our class" in table.value) is sees
    file = ask("files/runs.csv?of=all&filter=class+accuracy+%3E+90+%25", owner).text
    assert (f"\n{run}," in file) is sees, "the file has the rows that the page shows"
    if sees:
        assert table.value["Our class"].tolist() == [100.0]


@pytest.mark.usefixtures("elsewhere")
def test_an_imported_network_may_have_learned_any_drawing_and_is_not_tested(open_page, store, year9):
    HandwritingStore(store).keep(year9.set_id, load_dataset().test_images[0], 7, SOMEBODY_ELSE, "Bob")
    found = ImportedNetwork(Network.load("starter").to_bytes(), CONFIG, Score(0.1, 0.95))
    run = keep_network(store, found, "mine.keras", owner=ME, nickname="Ada", dataset=MNIST_SHA256)
    for path in (TRAIN, "evaluate/page.py"):
        words = open_page(path, owner=ME, run=run).words
        assert "Nobody knows whose drawings this network has learned" in words
        assert "our class" not in words
        assert "of whom this network has learned nothing" not in words
        assert "has learned from these people" not in words
    assert [len(reading.drawings) for reading in read_class_by_run(year9, [store.run(run)]).values()] == [0]


@pytest.mark.usefixtures("elsewhere")
def test_a_baseline_of_somebody_else_is_compared_by_the_figure_of_the_class_too(open_page, store, year9):
    HandwritingStore(store).keep(year9.set_id, load_dataset().test_images[0], 7, SOMEBODY_ELSE, "Bob")
    theirs, mine = (store.submit(CONFIG, owner=owner) for owner in (SOMEBODY_ELSE, ME))
    for run in (theirs, mine):
        finish(store, run)
    (table,) = open_page(RUNS, owner=ME, baseline=str(theirs)).app.dataframe
    assert table.value["Δ our class"].tolist() == [0.0]


@pytest.mark.usefixtures("elsewhere", "run_of_ada")
def test_as_long_as_no_run_has_ended_compare_reads_no_drawing(open_page, monkeypatch, year9):
    """Compare is drawn again every two seconds while somebody trains."""
    asked: list[int] = []
    monkeypatch.setattr(HandwritingStore, "drawings", lambda _store, number, *_: asked.append(number))
    (table,) = open_page(RUNS, owner=ME).app.dataframe
    assert table.value["Run"].tolist() == [1]
    assert asked == []


@pytest.mark.usefixtures("elsewhere")
def test_after_the_end_a_student_finds_their_runs_and_drawings(open_page, store, classes, year9):
    finish(store, store.submit(CONFIG, owner=ME))
    classes.end(year9.id)
    page = open_page(CLASS, owner=ME)
    assert "Your runs" in [it.value for it in page.app.header]
    assert "Your runs" not in [it.value for it in open_page(CLASS, owner=SOMEBODY_ELSE).app.header], "there are none"


@pytest.mark.usefixtures("elsewhere")
def test_a_class_that_is_over_stays_with_its_people_while_another_is_open(open_page, store, classes, year9):
    HandwritingStore(store).keep(year9.set_id, load_dataset().test_images[0], 7, SOMEBODY_ELSE, "Bob")
    run = store.submit(CONFIG, owner=ME, nickname="Ada")
    finish(store, run)
    classes.end(year9.id)
    classes.open("Year 10")
    page = open_page(CLASS, owner=ME)
    assert "Join" in page.buttons
    assert {"Year 9", "Your runs"} <= {it.value for it in page.app.header}
    assert BOTH in [it.value for it in page.app.caption]
    for owner, sees in ((ME, True), (STRANGER, False)):
        trained = open_page(TRAIN, owner=owner, run=str(run))
        assert (f":material/groups: **{BOTH}**" in [it.value for it in trained.app.markdown]) is sees
        file = ask("files/runs.csv?of=all&filter=class+accuracy+%3E+90+%25", owner).text
        assert (f"\n{run}," in file) is sees
    assert "Your runs" not in [it.value for it in open_page(CLASS, owner=STRANGER).app.header]


@pytest.mark.usefixtures("elsewhere")
def test_the_instructor_reaches_the_data_of_a_class_that_is_over_while_another_is_open(open_page, classes, year9):
    classes.end(year9.id)
    classes.open("Year 10")
    page = open_page(CLASS, owner=INSTRUCTOR)
    assert {"Drawings (npz)", "Runs (CSV)"} <= page.downloads.keys()
    (sure,) = [it for it in page.app.checkbox if it.label.startswith("Delete permanently")]
    sure.check()
    page.rerun()
    page.press("Delete everything")
    assert [it.name for it in classes.all()] == ["Year 10"]


@pytest.mark.usefixtures("elsewhere")
def test_the_class_of_a_browser_is_the_open_one_if_it_is_in_it(classes, year9):
    classes.end(year9.id)
    year10 = classes.open("Year 10")
    classes.join(year10.id, SOMEBODY_ELSE, "Bob")
    for owner, expected in ((ME, year9.id), (SOMEBODY_ELSE, year10.id), (INSTRUCTOR, year10.id), (STRANGER, None)):
        found = shared_classroom._class_of(owner, partial(INSTRUCTOR.__eq__, owner))
        assert (found.id if found else None) == expected


@pytest.mark.usefixtures("elsewhere")
def test_a_student_takes_another_nickname(open_page, store, classes, year9):
    HandwritingStore(store).keep(year9.set_id, load_dataset().test_images[0], 7, ME, "Ada")
    page = open_page(CLASS, owner=ME)
    for nickname, known_as in (("Bob", "Ada"), ("Ada L", "Ada L")):  # Bob is somebody else
        page.text("Nickname").set_value(nickname)
        page.press("Change the nickname")
        assert classes.student(year9.id, ME).nickname == known_as
    assert HandwritingStore(store).drawings(year9.set_id).nicknames == ("Ada L",)


@pytest.mark.usefixtures("elsewhere")
def test_a_student_leaves_with_their_drawings_and_keeps_their_runs(open_page, store, classes, year9, run_of_ada):
    kept = HandwritingStore(store)
    for number, (owner, nickname) in enumerate(((ME, "Ada"), (SOMEBODY_ELSE, "Bob"))):
        kept.keep(year9.set_id, load_dataset().test_images[number], 7, owner, nickname)
    page = open_page(CLASS, owner=ME)
    assert page.button("Leave the class").disabled
    (sure,) = [it for it in page.app.checkbox if it.label.startswith("Leave, and delete 1 drawing permanently")]
    sure.check()
    page.rerun()
    page.press("Leave the class")
    assert [it.nickname for it in classes.students(year9.id)] == ["Bob"]
    assert kept.drawings(year9.set_id).nicknames == ("Bob",)
    assert store.run(run_of_ada).owner == ME
    assert "Join" in page.buttons


def finish(store: RunStore, run: int) -> None:
    """Train a run, which reads as the starter network."""
    queue = WorkQueue(store)
    points = [ProgressPoint(469, 1, 0.3, 0.9, 0.2, 0.94), ProgressPoint(938, 2, 0.2, 0.93, 0.15, 0.956)]
    queue.record(claim(queue, run_id=run), points, 1.0, Checkpoint(938, Network.load("starter").to_bytes(), b""))
