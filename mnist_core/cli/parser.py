"""The terminal: train, sweep, evaluate, predict, list and export runs, work for a store, serve the app."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from mnist_core import __version__
from mnist_core.config import SETTINGS, Choice, Number, Setting, Switch, TrainConfig
from mnist_core.errors import UserError
from mnist_core.export.formats import FORMATS
from mnist_core.runs.sweeps.plan import DEFAULT_VALIDATION_IMAGES, Sampler
from mnist_core.runs.sweeps.space import VARIABLE
from mnist_core.text.escape import for_terminal, quoted
from mnist_core.text.numbers import MOST_DIGITS, parse_number, parse_run, parse_whole

USER_ERROR = 2
INTERRUPTED = 130
CONSOLE_SCRIPT = "mnist-dashboard"
"""What pyproject.toml calls the installed command."""
FASHION = "fashion-mnist"
CURES = {
    "scale": "scale dark images, such as those of 0 and 1, so that the brightest value is 255",
    "invert": "invert images of ink on light paper",
    "turn": "exchange rows and columns, as images of EMNIST need it",
    "renumber": "number the classes that occur from 0 on; they keep their names",
    "hold-out": "hold out one training image in seven of each class that has no test images",
}
"""Of `data.uploads.checks`; here as well, since `--help` need not wait for NumPy."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 2 for what the person can mend, 130 after Ctrl-C."""
    _write_whatever_can_be_written()
    try:
        options = _parser().parse_args(arguments)
        return int(options.command(options) or 0)
    except UserError as error:
        print(for_terminal(f"Error: {error}"), file=sys.stderr)
        return USER_ERROR
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED


def _write_whatever_can_be_written() -> None:
    """Let standard output and error replace characters that the terminal's encoding does not have."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _whole(text: str) -> int:
    """Return a whole number that was typed, however long it is."""
    try:
        return parse_whole(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is no whole number of at most {MOST_DIGITS} digits") from None


def _number(text: str) -> float:
    """Return a number that was typed; infinite if it is beyond what a float can hold."""
    try:
        return float(parse_number(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is no number") from None


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the whole usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(USER_ERROR, f"Error: {for_terminal(message)}. Try: {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    prog = CONSOLE_SCRIPT if Path(sys.argv[0]).name == CONSOLE_SCRIPT else "python -m mnist_core"
    parser = _Parser(prog=prog, description=__doc__)
    parser.add_argument("--version", action="version", version=f"{CONSOLE_SCRIPT} {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)

    train = _command(commands, "train", _train, "train a network and show its progress")
    for setting in SETTINGS.values():
        _add_setting(train, setting)
    train.add_argument("--name", default="", help="a name for the run")
    train.add_argument("--dataset", default="mnist", help="mnist (default), fashion-mnist, or one that data lists")
    train.add_argument("--handwriting", default="", metavar="NAME", help="a handwriting set to learn from as well")

    _add_data(commands)

    _add_sweep(commands)

    _command(commands, "runs", _runs, "list all runs, newest first")

    evaluate = _command(commands, "evaluate", _evaluate, "show what a run's network gets wrong on the test images")
    evaluate.add_argument("run", metavar="RUN", help="number of a run, a network's .npz file, or: starter")

    predict = _command(commands, "predict", _predict, "read the digits in pictures")
    predict.add_argument(
        "images", metavar="IMAGE", type=Path, nargs="+", help="a photo or picture, dark on light or light on dark"
    )
    predict.add_argument(
        "--run", metavar="RUN", default="starter", help="number of a run, an .npz file, or: starter (default)"
    )

    _add_export(commands)

    worker = _command(commands, "worker", _worker, "train the runs of the store until stopped")
    worker.add_argument("--name", default=None, help=argparse.SUPPRESS)
    worker.add_argument("--until-end-of-input", action="store_true", help="stop when standard input ends")

    serve = _command(commands, "serve", _serve, "start the app in the browser")
    serve.add_argument("--port", type=_whole, default=8501)
    serve.add_argument("--lan", action="store_true", help="let other machines of the local network in")
    serve.add_argument("--host", default="", help="a further name under which the app is reached")
    return parser


def _command(commands: Any, name: str, function: Callable[..., Any], text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text.capitalize() + ".")
    parser.set_defaults(command=function)
    if name not in ("export", "worker", "serve"):
        parser.add_argument("--json", action="store_true", help="print JSON for programs")
    return parser


def _add_data(commands: Any) -> None:
    data = _command(commands, "data", _data, "list the datasets of the store, or add one")
    files = "an npz file, idx files, csv files, or a zip or a folder of pictures: what to add"
    data.add_argument("files", metavar="FILE", type=Path, nargs="*", help=files)
    data.add_argument("--name", default="", help="what the new dataset is called; default: the file's name")
    names = "one for each label from 0 on, or for each that occurs, with commas between them"
    data.add_argument("--class-names", default="", help=names)
    for name, text in CURES.items():
        data.add_argument(f"--{name}", action="store_true", help=text)
    data.add_argument("--as-is", action="store_true", help="add it although something looks wrong with it")


def _add_sweep(commands: Any) -> None:
    text = "train many networks that differ in some settings, and find the best"
    sweep = _command(commands, "sweep", _sweep, text)
    for name in VARIABLE:
        sweep.add_argument(
            SETTINGS[name].option, metavar="VALUES", help="one value, a list 32,64,128 or a range 0.001..0.1"
        )
    sweep.add_argument("--sampler", choices=[str(it) for it in Sampler], default="grid", help="default grid")
    sweep.add_argument("--trials", type=_whole, default=20, help="settings to try, unless they are a grid; default 20")
    sweep.add_argument("--seeds", type=_whole, default=1, help="runs with each setting, default 1")
    sweep.add_argument("--seed", type=_whole, default=0, help="the first seed, default 0")
    sweep.add_argument("--limit-minutes", type=_number, help="training time of all runs together; default no limit")
    sweep.add_argument("--prune", action="store_true", help="stop hopeless settings early")
    images = f"held out to rank by, default {DEFAULT_VALIDATION_IMAGES}"
    sweep.add_argument("--validation-images", type=_whole, default=DEFAULT_VALIDATION_IMAGES, help=images)
    sweep.add_argument("--name", default="", help="a name for the sweep")


def _add_export(commands: Any) -> None:
    export = _command(
        commands, "export", _export, "write a run as code, as a model or as data, or runs for TensorBoard"
    )
    export.add_argument(
        "runs", metavar="RUN", type=parse_run, nargs="*", help="number of a run; for TensorBoard several, or all"
    )
    export.add_argument("--format", choices=tuple(FORMATS), default="script", help="default script")
    export.add_argument("-o", "--output", metavar="FILE", type=Path, help="default: a name with the run's number")
    export.add_argument("--tensorboard", metavar="DIR", type=Path, help="write curves and settings for TensorBoard")


def _add_setting(parser: argparse.ArgumentParser, setting: Setting) -> None:
    default = setting.default
    match setting.kind:
        case Choice(words):
            parser.add_argument(setting.option, choices=words, default=default, help=f"default {default}")
        case Switch():
            parser.add_argument(setting.option, action="store_true", help="off by default")
        case Number() as number:
            shown = "the optimizer's own" if default is None else default
            parser.add_argument(
                setting.option,
                type=_whole if number.whole else _number,
                default=default,
                metavar=setting.name.split("_")[-1].upper(),
                help=f"{number.range_in_words}, default {shown}",
            )


def _train(options: argparse.Namespace) -> int:
    from mnist_core.cli import terminal
    from mnist_core.runs import RunStore

    config = TrainConfig(**{name: getattr(options, name) for name in SETTINGS})
    with RunStore.open() as store:
        if options.dataset == FASHION:
            terminal.fetch_fashion(store)
        dataset = terminal.with_handwriting(store, options.dataset, options.handwriting)
        return terminal.train(store, config, options.name, options.json, dataset)


def _data(options: argparse.Namespace) -> None:
    from mnist_core.cli import data
    from mnist_core.runs import RunStore

    with RunStore.open() as store:
        if not options.files:
            data.print_datasets(store, options.json)
            return
        cures = [name for name in CURES if getattr(options, name.replace("-", "_"))]
        names = (options.name, options.class_names)
        data.add_dataset(store, options.files, *names, cures, options.as_is, options.json)


def _sweep(options: argparse.Namespace) -> int:
    from mnist_core.cli import sweep
    from mnist_core.runs import RunStore

    texts = {name: text for name in VARIABLE if (text := getattr(options, name)) is not None}
    plan = sweep.plan_of(
        texts,
        TrainConfig(seed=options.seed, validation_images=options.validation_images),
        sampler=Sampler(options.sampler),
        trials=options.trials,
        seeds=options.seeds,
        limit_seconds=None if options.limit_minutes is None else 60 * options.limit_minutes,
        pruning=options.prune,
    )
    with RunStore.open() as store:
        return sweep.sweep(store, plan, options.name, options.json)


def _runs(options: argparse.Namespace) -> None:
    from mnist_core.cli import terminal
    from mnist_core.runs import RunStore

    with RunStore.open() as store:
        runs = store.runs()
    if options.json:
        for run in runs:
            print(json.dumps(terminal.run_as_json(run)))
    else:
        terminal.print_runs(runs)


def _evaluate(options: argparse.Namespace) -> None:
    from mnist_core.cli import terminal
    from mnist_core.network import Network

    trained_with = terminal.settings_of(options.run)
    terminal.evaluate(Network.load(options.run), terminal.dataset_of(options.run), options.json, trained_with)


def _predict(options: argparse.Namespace) -> int:
    from mnist_core.cli import predict, terminal
    from mnist_core.network import Network

    names = terminal.class_names_of(options.run)
    all_read = predict.predict(Network.load(options.run), options.images, names, options.json)
    return 0 if all_read else USER_ERROR


def _export(options: argparse.Namespace) -> None:
    from mnist_core.cli import terminal
    from mnist_core.runs import RunStore

    with RunStore.open() as store:
        if options.tensorboard is not None:
            terminal.export_to_tensorboard(store, options.runs, options.tensorboard)
        elif len(options.runs) == 1:
            terminal.export(store, options.runs[0], options.format, options.output)
        else:
            raise UserError("Name the one run to export, such as: export 7 --format keras -o network.keras")


def _worker(options: argparse.Namespace) -> None:
    from mnist_core.runs import RunStore
    from mnist_core.workers.worker import NICENESS, Worker, stop_at_end_of_input

    os.nice(NICENESS)
    with RunStore.open() as store:
        worker = Worker(store, options.name)
        if options.until_end_of_input:
            stop_at_end_of_input(worker.stopping)
        worker.run()


def _serve(options: argparse.Namespace) -> NoReturn:
    launch = Path(__file__).parents[2] / "scripts" / "launch.py"
    if not launch.exists():
        raise UserError("Only the core is installed, without the app: in its repository, pip install --editable .")
    command = [sys.executable, str(launch), "--port", str(options.port)]
    command += ["--lan"] if options.lan else []
    command += ["--host", options.host] if options.host else []
    os.execv(sys.executable, command)  # no shell is wanted
