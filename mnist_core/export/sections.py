"""The sections of an exported script or notebook: each has a title, an explanation and code.

`section_texts` has their texts for MNIST. The functions here insert what depends on the settings and the dataset.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from typing import NamedTuple

from mnist_core.config import FILTERS, LIMITS, OPTIMIZERS, SCHEDULES, SETTINGS, TrainConfig
from mnist_core.data import DIGITS, MNIST, MNIST_SHA256
from mnist_core.export import section_texts as texts
from mnist_core.export.formats import FORMATS, require_settings
from mnist_core.model.convolution import KERNEL_SIZE, POOL_SIZE
from mnist_core.runs import DatasetInfo, Run, State
from mnist_core.text.escape import for_python_string
from mnist_core.text.words import percent

_IN_KERAS = {MNIST: "mnist", "fashion-mnist": "fashion_mnist"}
"""The datasets that Keras can download, with their names in Keras."""
_NO_CONSTANT = ("hidden_layers", "seed")
"""Numbers without a constant among the changed ones: layers are written out, and the seed always comes last."""


class Section(NamedTuple):
    """A title, an explanation and code.

    A notebook shows pictures and the value of a cell's last line. If that matters, it has its own code.
    """

    title: str
    words: str
    code: str
    notebook_code: str = ""


def sections(run: Run, images: DatasetInfo, escape: Callable[[str], str]) -> list[Section]:
    """Return the sections for a run that learned from `images`, in order.

    `escape` is the function of `text.escape` for names that people chose, which occur in the explanations. Raises
    `UnknownSettings` for an imported network.
    """
    require_settings(run)
    config, noun = run.config, _noun(images)
    memorised = Section("Wrong labels: memorised?", texts.MEMORISED_WORDS, texts.MEMORISED)
    schedule = Section("The learning rate", _schedule_words(config), schedule_code(config))
    copies = Section("Augmentation: a distorted copy of every image", texts.COPIES_WORDS, texts.COPIES)
    return [
        Section("The settings of the run", texts.SETTINGS_WORDS, settings_code(config)),
        _images(images, escape),
        *(it._replace(code=adapted_to(images, it.code)) for it in training_set(config)),
        Section("Preprocessing: from images to rows of numbers", _pixels_words(config), _pixels(config)),
        *([schedule] if schedule.code else []),
        Section("The network", adapted_to(images, _network_words(config)), adapted_to(images, network_code(config))),
        *_starting_weights(run),
        Section("A callback that prints the progress", texts.CALLBACK_WORDS, _callback(config)),
        *([copies] if config.augment else []),
        Section("The training", _training_words(config), training_code(config)),
        Section(f"Evaluation: how well does it classify new {noun}?", _expectation(run, images), texts.EVALUATION),
        *([memorised] if config.label_noise else []),
        _confusion(images),
        Section(f"Misclassified {noun}", texts.WRONG_WORDS, texts.WRONG, texts.WRONG_NOTEBOOK),
    ]


def _images(images: DatasetInfo, escape: Callable[[str], str]) -> Section:
    code, notebook_code = adapted_to(images, texts.IMAGES), adapted_to(images, texts.IMAGES_NOTEBOOK)
    return Section("The images", _images_words(images, escape), code, notebook_code)


def training_set(config: TrainConfig) -> list[Section]:
    """Return the sections that say which training images and labels the network gets, where that is not all."""
    found = {
        "validation_images": Section("Validation images", texts.VALIDATION_WORDS, texts.VALIDATION),
        "training_images": Section("A sample of the training images", texts.SAMPLE_WORDS, texts.SAMPLE),
        "label_noise": Section("Label noise", texts.NOISE_WORDS, texts.NOISE),
    }
    return _with_helper([section for name, section in found.items() if getattr(config, name)])


def _starting_weights(run: Run) -> list[Section]:
    """Return the section that replaces the random initial weights by those of the parent, if there is one."""
    if run.parent is None:
        return []
    file_name = FORMATS["start"].file_name(run)
    words = texts.START_WORDS.format(parent=run.parent.in_words, title=run.parent.title, file_name=file_name)
    return [Section("The starting weights", words, texts.START.replace("FILE", for_python_string(file_name)))]


def _with_helper(sections: list[Section]) -> list[Section]:
    """Define the stratified sample before its first use."""
    first = next((section for section in sections if "stratified_sample(" in section.code), None)
    return [it._replace(code=texts.STRATIFIED + it.code) if it is first else it for it in sections]


def _pixels_words(config: TrainConfig) -> str:
    return texts.PIXELS_WORDS_CONVOLUTIONAL if FILTERS[config.architecture] else texts.PIXELS_WORDS


def _network_words(config: TrainConfig) -> str:
    return texts.CONVOLUTION_WORDS + texts.NETWORK_WORDS if FILTERS[config.architecture] else texts.NETWORK_WORDS


def _confusion(images: DatasetInfo) -> Section:
    words = adapted_to(images, texts.CONFUSION_WORDS)
    return Section("The confusion matrix", words, texts.CONFUSION, texts.CONFUSION_NOTEBOOK)


def _noun(images: DatasetInfo) -> str:
    return "digits" if images.class_names == DIGITS else "images"


def _images_words(images: DatasetInfo, escape: Callable[[str], str]) -> str:
    if images.name == MNIST:
        return texts.IMAGES_WORDS
    names = ", ".join(f"{label} {escape(name)}" for label, name in enumerate(images.class_names))
    words = f"""\
{escape(images.title)}: {images.train_images:,} training images and {images.test_images:,} test images of
28 × 28 pixels, with values from 0 (background) to 255. They are in the file {escape(images.file_name)}, which the app
offers for download beside this code: put it into the same folder. The labels stand for {names}."""
    return words if images.name not in _IN_KERAS else f"{words} Without the file, Keras downloads them once."


def adapted_to(images: DatasetInfo, text: str) -> str:
    """Return a text or code for MNIST, adapted to another dataset."""
    if images.sha256 == MNIST_SHA256:
        return text
    if images.name not in _IN_KERAS:
        text = re.sub(r"if Path.*?\n((?:    .*\n)+)else:\n.*\n", lambda found: textwrap.dedent(found[1]), text)
    else:
        text = text.replace("keras.datasets.mnist.", f"keras.datasets.{_IN_KERAS[images.name]}.")
    theirs = {
        '"mnist.npz"': for_python_string(images.file_name),
        "classes = 10": f"classes = {images.classes}",
        "ense(10, ": f"ense({images.classes}, ",
        "ten probabilities, one for each digit": f"{images.classes} probabilities, one for each class",
        "is a true digit": "is a true class",
    }
    return re.sub("|".join(map(re.escape, theirs)), lambda found: theirs[found[0]], text)


def settings_code(config: TrainConfig) -> str:
    """Return the constants of the code: the main settings, those that are changed, and the seed."""
    changed = [name for name in config.changed() if name in LIMITS and name not in _NO_CONSTANT]
    if schedule_code(config):
        changed.append("learning_rate")
    names = [name for name, setting in SETTINGS.items() if setting.main or name in changed]
    if not config.hidden_layers:
        names.remove("hidden_units")
    return "\n".join(f"{SETTINGS[name].constant} = {getattr(config, name)!r}" for name in [*names, "seed"])


def schedule_code(config: TrainConfig) -> str:
    """Return the code that makes the learning-rate schedule; "" if the rate is constant."""
    code = SCHEDULES[config.schedule].keras_code
    steps = texts.SCHEDULE.replace("len(x_train)", "2 * len(x_train)") if config.augment else texts.SCHEDULE
    return steps + code if code else ""


def _schedule_words(config: TrainConfig) -> str:
    schedule = SCHEDULES[config.schedule]
    return texts.SCHEDULE_WORDS.replace("WORDS", f'"{schedule.name}" ({schedule.words})')


def network_code(config: TrainConfig) -> str:
    """Return the code that builds and compiles the network."""
    own = "".join(f"        {argument},\n" for argument in _arguments_of("dense", config))
    dense = "dense" if own else "keras.layers.Dense"
    lines = _convolution_lines(config, bool(own)) + _hidden_lines(config, dense)
    layers = "".join(f"        {line}\n" for line in lines)
    code = texts.NETWORK.replace("        HIDDEN\n", layers).replace("OPTIMIZER", _optimizer(config))
    code = code.replace("keras.layers.Dense(10", f"{dense}(10")
    functions = [texts.CONVOLUTION, texts.DENSE] if FILTERS[config.architecture] else [texts.DENSE]
    return "".join(text.replace("        ARGUMENTS\n", own) for text in functions) + code if own else code


def _convolution_lines(config: TrainConfig, by_function: bool) -> list[str]:
    layer = "convolution(" if by_function else "keras.layers.Conv2D("
    size = "" if by_function else f"{KERNEL_SIZE}, "
    lines = []
    for filters in FILTERS[config.architecture]:
        lines += [
            f'{layer}{filters}, {size}activation="{config.activation}"),',
            f"keras.layers.MaxPooling2D({POOL_SIZE}),",
        ]
    return [texts.AS_IMAGE, *lines, "keras.layers.Flatten(),"] if lines else []


def _hidden_lines(config: TrainConfig, dense: str) -> list[str]:
    several = isinstance(config.hidden_units, tuple)
    lines = []
    for index in range(config.hidden_layers):
        units = f"HIDDEN_UNITS[{index}]" if several else "HIDDEN_UNITS"
        if config.batch_normalisation:
            lines += [f"{dense}({units}, use_bias=False),", "keras.layers.BatchNormalization(),"]
            lines.append(f'keras.layers.Activation("{config.activation}"),')
        else:
            lines.append(f'{dense}({units}, activation="{config.activation}"),')
        if config.dropout:
            lines.append("keras.layers.Dropout(DROPOUT),")
    return lines


def _optimizer(config: TrainConfig) -> str:
    arguments = _arguments_of("optimizer", config)
    if schedule_code(config):
        others = [code for code in arguments if not code.startswith("learning_rate=")]
        arguments = ["learning_rate=schedule", *others]
    if arguments:
        return f"keras.optimizers.{OPTIMIZERS[config.optimizer].keras_class}({', '.join(arguments)})"
    return f'"{config.optimizer}"'


def _arguments_of(what: str, config: TrainConfig) -> list[str]:
    """Return the arguments of the optimizer or of `Dense` layers for the changed settings."""
    declared = {name: SETTINGS[name].keras_argument for name in config.changed()}
    return [its.code_for(getattr(config, name)) for name, its in declared.items() if its is not None and its.of == what]


def _pixels(config: TrainConfig) -> str:
    return texts.PIXELS + texts.VALIDATION_PIXELS if config.validation_images else texts.PIXELS


def _callback(config: TrainConfig) -> str:
    code = texts.CALLBACK
    return code.replace("test accuracy", "validation accuracy") if config.validation_images else code


def training_code(config: TrainConfig) -> str:
    """Return the code that trains the network, epoch by epoch."""
    text = texts.AUGMENTED_EXAMPLES + texts.FIT if config.augment else texts.EXAMPLES + texts.FIT
    if config.patience:
        text = text.replace("    model.fit(", "    fitted = model.fit(")
        gain = ", min_delta=MIN_DELTA" if config.min_delta else ""
        stopping = texts.EARLY_STOPPING.replace("patience=PATIENCE", f"patience=PATIENCE{gain}")
        text = f"{stopping}{text}{texts.STOP}"
    validated = "(x_validation, validation_labels)"
    return text.replace("(x_test, test_labels)", validated) if config.validation_images else text


def _training_words(config: TrainConfig) -> str:
    return texts.TRAINING_WORDS + texts.EARLY_STOPPING_WORDS if config.patience else texts.TRAINING_WORDS


def _expectation(run: Run, images: DatasetInfo) -> str:
    if run.state is State.FINISHED and run.test_accuracy is not None:
        accuracy = percent(run.test_accuracy)
        if run.train_accuracy is not None:
            accuracy += f", and {percent(run.train_accuracy)} on the training images"
        found = f"In the app it was {accuracy}; on another kind of machine, expect a few images more or less."
    else:
        found = "In the app this run was not trained to its end, so its test accuracy there may differ."
    return (
        f"The network has not learned from any of the {images.test_images:,} test images, so its accuracy on them "
        f"shows how well it generalises. {found}"
    )
