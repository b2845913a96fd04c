"""The options of all commands. The module of its name does the work of a command, and is imported when it runs."""

from __future__ import annotations

import argparse
import sys
from argparse import SUPPRESS
from pathlib import Path
from typing import Any, NoReturn

from mnist_core import __version__
from mnist_core.config import SETTINGS, Choice, Number, NumberPerLayer, Setting, Switch
from mnist_core.export.formats import FORMATS
from mnist_core.search.options import DEFAULT_VALIDATION_IMAGES, VARIABLE, Sampler
from mnist_core.text.escape import for_terminal, quoted
from mnist_core.text.numbers import MOST_DIGITS, parse_number, parse_run, parse_whole

USER_ERROR = 2
MOST_STUDENTS = 100
"""The most of a rehearsal: more than twice a workshop."""
DESCRIPTION = (
    "Train, list, evaluate and export runs, start sweeps, read digits in pictures, check lessons, rehearse a "
    "class, start a worker or the app."
)
CONSOLE_SCRIPT = "mnist-dashboard"
"""The name of the installed command in pyproject.toml."""
FIXES = {
    "scale": "scale dark images, such as those of 0 and 1, so that the brightest value is 255",
    "invert": "invert images of ink on light paper",
    "turn": "exchange rows and columns, which images of EMNIST need",
    "renumber": "renumber the classes from 0; they keep their names",
    "hold-out": "hold out one training image in seven of each class that has no test images",
}
"""The fixes of `data.uploads.checks`. They are repeated here so that `--help` does not load NumPy."""


def _whole(text: str) -> int:
    """Parse a whole number of any length."""
    try:
        return parse_whole(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{quoted(text)} is not a whole number of at most {MOST_DIGITS} digits"
        ) from None


def _students(text: str) -> int:
    """Parse how many students a rehearsal has."""
    if not 1 <= (number := _whole(text)) <= MOST_STUDENTS:
        raise argparse.ArgumentTypeError(f"{quoted(text)}: a rehearsal has 1 to {MOST_STUDENTS} students")
    return number


def _number(text: str) -> float:
    """Parse a number. It is infinite if it exceeds the range of floats."""
    try:
        return float(parse_number(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is not a number") from None


_PARENT = "start from the weights of this run, or: starter. Other settings and the dataset are its own unless given"


def _parent(text: str) -> int | str:
    """Parse the number of a run, or "starter". Raises `UserError` for a number that no run can have."""
    try:
        return text if text == "starter" else parse_run(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is neither the number of a run nor: starter") from None


def _numbers(text: str) -> int | tuple[int, ...]:
    """Parse whole numbers of any length, separated by commas; a single one is no tuple."""
    found = tuple(_whole(word) for word in text.split(","))
    return found if len(found) > 1 else found[0]


class _Parser(argparse.ArgumentParser):
    """A parser that reports errors in one sentence, without the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(USER_ERROR, f"Error: {for_terminal(message)}. Try: {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line. Parsed options have the name of the command as `command`."""
    prog = CONSOLE_SCRIPT if Path(sys.argv[0]).name == CONSOLE_SCRIPT else "python -m mnist_core"
    parser = _Parser(prog=prog, description=DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"{CONSOLE_SCRIPT} {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)

    _add_train(commands)
    _add_data(commands)
    _add_sweep(commands)
    _command(commands, "runs", "list all runs, newest first")
    _add_evaluate(commands)
    _add_predict(commands)
    _add_export(commands)
    _add_lesson(commands)
    _add_rehearse(commands)
    _add_worker(commands)
    _add_serve(commands)
    return parser


def _command(commands: Any, name: str, text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text.capitalize() + ".")
    parser.set_defaults(command=name)
    if name not in ("export", "lesson", "rehearse", "worker", "serve"):
        parser.add_argument("--json", action="store_true", help="print JSON for programs")
    return parser


def _add_train(commands: Any) -> None:
    train = _command(commands, "train", "train a network and show its progress")
    for setting in SETTINGS.values():
        _add_setting(train, setting)
    train.add_argument("--parent", metavar="RUN", type=_parent, help=_PARENT)
    train.add_argument("--name", default="", help="a name for the run")
    train.add_argument("--dataset", help="mnist (default), fashion-mnist, or one that data lists")
    train.add_argument("--handwriting", default="", metavar="NAME", help="a handwriting set to train with too")


def _add_data(commands: Any) -> None:
    data = _command(commands, "data", "list the datasets of the store, or add one")
    files = "what to add: an npz file, idx files, csv files, or a zip or folder of pictures"
    data.add_argument("files", metavar="FILE", type=Path, nargs="*", help=files)
    data.add_argument("--name", default="", help="a name for the dataset; default: the name of the file")
    names = "separated by commas: one for each label from 0, or one for each label that occurs"
    data.add_argument("--class-names", default="", help=names)
    for name, text in FIXES.items():
        data.add_argument(f"--{name}", action="store_true", help=text)
    data.add_argument("--as-is", action="store_true", help="add the dataset even if something looks wrong")


def _add_sweep(commands: Any) -> None:
    text = "train many networks that differ in some settings, and find the best"
    sweep = _command(commands, "sweep", text)
    for name in VARIABLE:
        sweep.add_argument(
            SETTINGS[name].option, metavar="VALUES", help="one value, a list 32,64,128 or a range 0.001..0.1"
        )
    sweep.add_argument("--parent", metavar="RUN", type=_parent, help=_PARENT)
    sweep.add_argument("--sampler", choices=[str(it) for it in Sampler], default="grid", help="default grid")
    sweep.add_argument(
        "--trials", type=_whole, default=20, help="number of settings to try; default 20, not for a grid"
    )
    sweep.add_argument("--seeds", type=_whole, default=1, help="runs of each setting, default 1")
    sweep.add_argument("--seed", type=_whole, default=0, help="the first seed, default 0")
    sweep.add_argument("--limit-minutes", type=_number, help="limit on the training time of all runs together")
    sweep.add_argument("--prune", action="store_true", help="stop hopeless settings early")
    images = f"training images held out to rank the settings by, default {DEFAULT_VALIDATION_IMAGES}"
    sweep.add_argument("--validation-images", type=_whole, default=DEFAULT_VALIDATION_IMAGES, help=images)
    sweep.add_argument("--name", default="", help="a name for the sweep")


def _add_evaluate(commands: Any) -> None:
    evaluate = _command(commands, "evaluate", "show what a run's network gets wrong on the test images")
    evaluate.add_argument("run", metavar="RUN", help="number of a run, a network's .npz file, or: starter")


def _add_predict(commands: Any) -> None:
    predict = _command(commands, "predict", "read the digits in pictures")
    predict.add_argument(
        "images", metavar="IMAGE", type=Path, nargs="+", help="a photo or picture, dark on light or light on dark"
    )
    predict.add_argument(
        "--run", metavar="RUN", default="starter", help="number of a run, an .npz file, or: starter (default)"
    )


def _add_export(commands: Any) -> None:
    export = _command(commands, "export", "export a run as code, a model or data, or runs for TensorBoard")
    export.add_argument(
        "runs", metavar="RUN", type=parse_run, nargs="*", help="number of a run; for TensorBoard several, or all"
    )
    export.add_argument("--format", choices=tuple(FORMATS), default="script", help="default script")
    export.add_argument("-o", "--output", metavar="FILE", type=Path, help="default: a name with the number of the run")
    export.add_argument("--tensorboard", metavar="DIR", type=Path, help="write curves and settings for TensorBoard")


def _add_lesson(commands: Any) -> None:
    lesson = _command(commands, "lesson", "list the lessons, or check files of lessons")
    actions = lesson.add_subparsers(metavar="ACTION", required=True)
    listing = _command(actions, "list", "list all lessons of the app")
    listing.set_defaults(command="lesson", action="list")
    check = _command(actions, "check", "check files of lessons, see docs/lessons.md")
    check.set_defaults(command="lesson", action="check")
    check.add_argument("files", metavar="FILE", type=Path, nargs="*", help="default: all that the app finds")


def _add_rehearse(commands: Any) -> None:
    rehearse = _command(
        commands, "rehearse", "open a class of made-up students, in a store of its own, and start the app"
    )
    rehearse.add_argument("--students", type=_students, default=20, help="how many, 1 to 100; default 20")
    rehearse.add_argument("--no-serve", dest="serve", action="store_false", help="do not start the app")
    _add_server_options(rehearse)


def _add_worker(commands: Any) -> None:
    worker = _command(commands, "worker", "train the runs of the store until stopped")
    worker.add_argument("--name", default=None, help=argparse.SUPPRESS)
    worker.add_argument("--until-end-of-input", action="store_true", help="stop when standard input ends")


def _add_serve(commands: Any) -> None:
    _add_server_options(_command(commands, "serve", "start the app in the browser"))


def _add_server_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=_whole, default=8501)
    parser.add_argument("--lan", action="store_true", help="accept connections from the local network")
    parser.add_argument("--host", default="", help="another host name under which the app is reached")


def _add_setting(parser: argparse.ArgumentParser, setting: Setting) -> None:
    """Add the option of a setting. The parsed options have it only if it was given."""
    default = setting.default
    match setting.kind:
        case Choice(words):
            parser.add_argument(setting.option, choices=words, default=SUPPRESS, help=f"default {default}")
        case Switch():
            parser.add_argument(
                setting.option, action=argparse.BooleanOptionalAction, default=SUPPRESS, help="off by default"
            )
        case Number() as number:
            shown = "the optimizer's own" if default is None else default
            several = isinstance(number, NumberPerLayer)
            parser.add_argument(
                setting.option,
                type=_numbers if several else _whole if number.whole else _number,
                default=SUPPRESS,
                metavar=setting.name.split("_")[-1].upper(),
                help=f"{number.range_in_words}, default {shown}",
            )
