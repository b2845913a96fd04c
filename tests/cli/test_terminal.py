"""The commands, as a person or a program types them."""

import json
import re
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from mnist_core.cli.main import main
from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.runs import State
from mnist_core.workers.worker import Worker
from scripts.running_app import wait_until

LIMIT_SECONDS = 300


def start(*arguments):
    """Start a command as a terminal does. What its process decides is seen in this way only: see `run`."""
    command = [sys.executable, "-m", "mnist_core", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def run(database_url, capsys):
    """Run a command within this process, on the test's own store; return its exit code and what it prints."""

    def run(*arguments):
        try:
            code: object = main(arguments)
        except SystemExit as end:  # as argparse ends
            code = end.code
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def worker(store, monkeypatch):
    """A worker on the test's store: without one, `train` would start its own, which ends with its process."""
    monkeypatch.setattr(Worker, "_warm_up", lambda _worker: None)
    worker = Worker(store)
    thread = threading.Thread(target=worker.run)
    thread.start()
    wait_until(store.workers, "the worker is known", LIMIT_SECONDS)
    yield
    worker.stopping.set()
    thread.join()


@pytest.mark.slow
def test_train_prints_json_lines_and_the_result_last(run, worker):
    code, output, errors = run("train", "--hidden-units", "32", "--epochs", "2", "--batch-size", "512", "--json")
    assert (code, errors) == (0, "")
    *lines, result = [json.loads(line) for line in output.splitlines()]
    assert [line["step"] for line in lines] == sorted({line["step"] for line in lines})
    assert [line["epoch"] for line in lines if line["test_accuracy"] is not None] == [1, 2]
    assert result["test_accuracy"] == lines[-1]["test_accuracy"] > 0.85
    assert result["seconds_per_epoch"] > 0
    assert result["train_accuracy"] > lines[-1]["accuracy"], "of the trained network, not the epoch's mean"

    code, output, _ = run("runs", "--json")
    listed = json.loads(output)
    assert code == 0
    assert (listed["run_id"], listed["state"], listed["settings"]["hidden_units"]) == (result["run_id"], "finished", 32)
    assert "owner" not in listed, "it stands for the right to change the run"

    code, output, _ = run("evaluate", str(result["run_id"]), "--json")
    evaluated = json.loads(output)
    assert evaluated["test_accuracy"] == pytest.approx(result["test_accuracy"], abs=1e-4)
    assert evaluated["train_accuracy"] == pytest.approx(result["train_accuracy"], abs=1e-4)
    assert np.sum(evaluated["confusion_matrix"]) == 10_000


@pytest.mark.slow
def test_sweep_prints_each_setting_and_the_winner_with_its_test_accuracy_last(run, worker):
    settings = ("--hidden-units", "8,16", "--epochs", "1", "--batch-size", "2000", "--seed", "3")
    code, output, errors = run("sweep", *settings, "--validation-images", "5000", "--json")
    assert (code, errors) == (0, "")
    *lines, result = [json.loads(line) for line in output.splitlines()]
    assert [(line["settings"], line["state"]) for line in lines] == [
        ({"hidden_units": units}, "finished") for units in (8, 16)
    ]
    assert not any("test_accuracy" in line for line in lines)
    assert result["state"] == "finished"
    assert result["validation_accuracy"] == max(line["validation_accuracy"] for line in lines)
    assert 0.3 < result["test_accuracy"] < 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--hidden-units", "8,many"], "“many” is not a number"),
        (["--epochs", "3"], "at least one setting to vary"),
        (["--hidden-units", "8,16", "--seeds", "0"], "1 to 10 seeds"),
        (["--hidden-units", "8,16", "--limit-minutes", "nan"], "limit must be"),
        (["--hidden-units", "8,16", "--validation-images", "60000"], "Validation images must be"),
    ],
)
def test_a_sweep_that_cannot_be_gets_one_sentence(run, arguments, told):
    code, output, errors = run("sweep", *arguments)
    assert (code, output) == (2, "")
    assert told in errors
    assert len(errors.splitlines()) == 1


@pytest.mark.slow
def test_train_shows_people_a_bar_and_the_accuracy(run, worker):
    code, output, errors = run("train", "--hidden-units", "16", "--epochs", "1", "--batch-size", "1024")
    assert code == 0
    assert "test accuracy" in output
    assert "100 %" in errors


@pytest.fixture
def sigint_not_ignored() -> Iterator[None]:
    """Processes that a test starts can be interrupted, though the suite was started as a shell's background job."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.slow
@pytest.mark.usefixtures("sigint_not_ignored")
def test_interrupted_training_is_paused_and_kept(store):
    """It has a worker of its own, which says nothing on the terminal."""
    process = start("train", "--epochs", "100", "--json")
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=LIMIT_SECONDS)
    assert process.returncode == 130
    assert errors == f"Run {first['run_id']} is paused. Resume it on the Train page of the app.\n"
    assert store.run(first["run_id"]).state is State.PAUSED


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("train", "--epochs", "0"), "Epochs must be a whole number from 1 to 100, not 0"),
        (("train", "--epochs", "many"), "“many” is not a whole number"),
        (("train", "--optimizer", "adagrad"), "invalid choice"),
        (("train", "--learning-rate", "nan"), "Learning rate must be a number"),
        (("evaluate", "99"), "There is no run 99"),
        (("evaluate", "/nowhere.npz"), "cannot be read"),
        (("predict", "/nowhere.png"), "cannot be read as a picture"),
        (("export", "99"), "There is no run 99"),
        (("export", "--format", "keras"), "Name one run to export"),
        (("export", "1", "2", "-o", "x.py"), "Name one run to export"),
        (("export", "1", "--format", "docx"), "invalid choice: 'docx'"),
        (("dance",), "invalid choice: 'dance'"),
        ((), "required"),
    ],
)
def test_bad_input_gets_one_sentence_and_exit_code_2(run, arguments, words):
    code, output, errors = run(*arguments)
    assert (code, output) == (2, "")
    assert errors.startswith("Error: ")
    assert words in errors
    assert len(errors.splitlines()) == 1


@pytest.mark.slow
def test_bad_input_ends_a_process_with_exit_code_2():
    process = start("dance")
    output, errors = process.communicate(timeout=LIMIT_SECONDS)
    assert (process.returncode, output) == (2, "")
    assert errors.startswith("Error: ")


def test_bad_database_address_gets_one_sentence(run, monkeypatch):
    monkeypatch.setenv("MNIST_DATABASE_URL", "nonsense")
    code, _, errors = run("runs")
    assert code == 2
    assert "MNIST_DATABASE_URL" in errors


def test_empty_list_says_how_to_begin(run):
    code, output, _ = run("runs")
    assert code == 0
    assert "python -m mnist_core train" in output


@pytest.mark.slow
def test_evaluate_shows_people_matrix_and_confusions(run):
    code, output, _ = run("evaluate", "starter")
    assert code == 0
    assert "Test accuracy 98." in output
    assert "was read as a" in output


def test_predict_reads_a_picture_of_a_digit(run, tmp_path):
    dataset = load_dataset()
    path = tmp_path / "digit.png"
    Image.fromarray(255 - dataset.test_images[0]).resize((200, 200)).save(path)
    code, output, _ = run("predict", str(path), "--json")
    answer = json.loads(output)
    assert code == 0
    assert answer["digit"] == dataset.test_labels[0]
    assert answer["confidence"] == pytest.approx(max(answer["probabilities"]))
    code, output, _ = run("predict", str(path))
    assert output.startswith(f"This is a {dataset.test_labels[0]}")


def test_predict_answers_for_each_file_and_each_digit(run, tmp_path):
    seven, two = (255 - np.kron(image, np.ones((8, 8), np.uint8)) for image in load_dataset().test_images[:2])
    Image.fromarray(np.hstack([seven, two])).save(tmp_path / "both.png")
    Image.fromarray(seven).save(tmp_path / "seven.png")
    (tmp_path / "notes.png").write_bytes(b"%PDF-1.7")
    paths = [str(tmp_path / name) for name in ("both.png", "notes.png", "seven.png")]

    code, output, errors = run("predict", *paths)
    assert code == 2
    both, alone = output.splitlines()
    assert re.fullmatch(rf"{re.escape(paths[0])}: 72: a 7, >?\d+ %, and a 2, >?\d+ %", both)
    assert alone.startswith(f"{paths[2]}: This is a 7")
    assert re.fullmatch(rf"Error: {re.escape(paths[1])}: This file is a PDF, .*\. .*", errors.strip())

    code, output, errors = run("predict", *paths, "--json")
    assert (code, errors) == (2, "")
    both, notes, alone = (json.loads(line) for line in output.splitlines())
    assert [answer["file"] for answer in (both, notes, alone)] == paths
    assert [digit["digit"] for digit in both["digits"]] == [7, 2]
    assert both["digits"][0]["box"]["right"] <= both["digits"][1]["box"]["left"]
    assert "a PDF" in notes["error"]
    assert alone["digit"] == 7
    assert alone["confidence"] == max(alone["probabilities"])


def test_file_that_is_no_picture_gets_a_sentence(run, tmp_path):
    path = tmp_path / "digit.png"
    path.write_text("hello")
    code, _, errors = run("predict", str(path))
    assert code == 2
    assert "is a text, which cannot be read here. Save it as PNG, JPEG" in errors


def test_blank_picture_says_that_nothing_is_drawn(run, tmp_path):
    path = tmp_path / "blank.png"
    Image.new("L", (50, 50), 255).save(path)
    code, _, errors = run("predict", str(path))
    assert code == 2
    assert errors.startswith("Error: ")


def test_settings_of_the_terminal_are_those_of_the_config(run):
    code, output, _ = run("train", "--help")
    assert code == 0
    for name in TrainConfig.__dataclass_fields__:
        assert f"--{name.replace('_', '-')}" in output


@pytest.mark.slow
def test_export_writes_a_script_a_model_and_files_of_tensorboard(run, make_run, tmp_path):
    make_run(State.FINISHED)
    code, output, errors = run("export", "1", "--format", "script", "-o", str(tmp_path / "digits.py"))
    assert (code, errors) == (0, "")
    assert "digits.py" in output
    compile((tmp_path / "digits.py").read_text(), "digits.py", "exec")

    code, _, errors = run("export", "1", "--format", "keras", "-o", str(tmp_path / "network.keras"))
    assert (code, errors) == (0, "")
    assert zipfile.is_zipfile(tmp_path / "network.keras")

    code, output, errors = run("export", "--tensorboard", str(tmp_path / "board"))
    assert (code, errors) == (0, "")
    assert "1 run is in" in output
    assert list(tmp_path.glob("board/run_1/events.*"))

    code, _, errors = run("export", "1", "-o", str(tmp_path / "nowhere" / "digits.py"))
    assert code == 2
    assert "cannot be written" in errors
