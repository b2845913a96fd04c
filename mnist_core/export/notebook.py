"""The story of the classic MNIST notebook, told with the settings of a run, in parts of words and code.

The code uses Keras alone, is meant to be shown in class, and does what the run did, number for number: the initial
weights and the dropout follow from the seed, the order of the images from seed and epoch. Pixels are multiplied by
1/255 and not divided by 255, since TensorFlow makes that of a division by a constant inside a compiled loop.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from typing import NamedTuple

from mnist_core.config import LIMITS, OPTIMIZERS, SETTINGS, TrainConfig
from mnist_core.data import DIGITS, MNIST, MNIST_SHA256
from mnist_core.data.augmentation import GROUP, ROTATION_DEGREES, SCALE, SHEAR, SHIFT_PIXELS
from mnist_core.export.formats import require_settings
from mnist_core.runs import DatasetInfo, Run, State
from mnist_core.text.escape import for_python_string
from mnist_core.text.words import percent

_IN_KERAS = {MNIST: "mnist", "fashion-mnist": "fashion_mnist"}
"""The datasets that Keras downloads, and what they are called there."""
_NO_CONSTANT = ("hidden_layers", "seed")
"""Numbers without a constant among the changed ones: layers are written out, and the seed always comes last."""


class Part(NamedTuple):
    """A step of the story: a title, what to know about it, and its code.

    A notebook shows the value of a cell's last line, and pictures; where that matters it has code of its own.
    """

    title: str
    words: str
    code: str
    notebook_code: str = ""


def tell(run: Run, images: DatasetInfo, gate: Callable[[str], str]) -> list[Part]:
    """Return the parts of the story of a run that learned from `images` in their order.

    `gate` is the function of `escape` for the words, in which names are that people gave. Raises `UnknownSettings` for
    an imported network.
    """
    require_settings(run)
    config = run.config
    return [
        Part("The settings of the run", _SETTINGS_WORDS, _settings(config)),
        Part("The images", _images_words(images, gate), *(_of(images, text) for text in (_IMAGES, _IMAGES_NOTEBOOK))),
        *([Part("Images to validate with", _VALIDATION_WORDS, _VALIDATION)] if config.validation_images else []),
        Part("From images to numbers in a row", _PIXELS_WORDS, _pixels(config)),
        Part("The network", _of(images, _NETWORK_WORDS), _of(images, _network(config))),
        Part("Watching the training", _CALLBACK_WORDS, _callback(config)),
        *([Part("A copy of every image, a little different", _COPIES_WORDS, _COPIES)] if config.augment else []),
        Part("The training", _TRAINING_WORDS, _training(config)),
        Part(f"How well does it read {_what(images)} that it has never seen?", _expectation(run, images), _EVALUATION),
        Part("What does it confuse with what?", _of(images, _CONFUSION_WORDS), _CONFUSION, _CONFUSION_NOTEBOOK),
        Part(f"The {_what(images)} that it reads wrongly", _WRONG_WORDS, _WRONG, _WRONG_NOTEBOOK),
    ]


def _what(images: DatasetInfo) -> str:
    return "digits" if images.class_names == DIGITS else "images"


def _images_words(images: DatasetInfo, gate: Callable[[str], str]) -> str:
    if images.name == MNIST:
        return _IMAGES_WORDS
    names = ", ".join(f"{label} {gate(name)}" for label, name in enumerate(images.class_names))
    words = f"""\
{gate(images.title)}: {images.train_images:,} images to learn from and {images.test_images:,} to be tested with, each
28 × 28 pixels from 0 (background) to 255. They are in the file {gate(images.file_name)}, which the app offers beside
this code: put it into the same folder. The labels stand for {names}."""
    return words if images.name not in _IN_KERAS else f"{words} Without the file, Keras downloads them once."


def _of(images: DatasetInfo, text: str) -> str:
    """Return a part of MNIST's story as one of other images."""
    if images.sha256 == MNIST_SHA256:
        return text
    if images.name not in _IN_KERAS:
        text = re.sub(r"if Path.*?\n((?:    .*\n)+)else:\n.*\n", lambda found: textwrap.dedent(found[1]), text)
    else:
        text = text.replace("keras.datasets.mnist.", f"keras.datasets.{_IN_KERAS[images.name]}.")
    theirs = {
        '"mnist.npz"': for_python_string(images.file_name),
        "Dense(10, ": f"Dense({images.classes}, ",
        "ten probabilities, one for each digit": f"{images.classes} probabilities, one for each class",
        "is a true digit": "is a true class",
    }
    return re.sub("|".join(map(re.escape, theirs)), lambda found: theirs[found[0]], text)


def _settings(config: TrainConfig) -> str:
    """Return a constant for each number that the code uses: the main ones, those that are changed, and the seed."""
    changed = [name for name in config.changed() if name in LIMITS and name not in _NO_CONSTANT]
    names = [name for name, setting in SETTINGS.items() if setting.main or name in changed]
    return "\n".join(f"{SETTINGS[name].constant} = {getattr(config, name)!r}" for name in [*names, "seed"])


def _network(config: TrainConfig) -> str:
    arguments = ["HIDDEN_UNITS", f'activation="{config.activation}"', *_arguments_of("dense", config)]
    hidden = [f"keras.layers.Dense({', '.join(arguments)}),"]
    if config.dropout:
        hidden.append("keras.layers.Dropout(DROPOUT),")
    layers = "\n".join(f"        {line}" for line in hidden * config.hidden_layers)
    return _NETWORK.replace("        HIDDEN", layers).replace("OPTIMIZER", _optimizer(config))


def _optimizer(config: TrainConfig) -> str:
    arguments = _arguments_of("optimizer", config)
    if arguments:
        return f"keras.optimizers.{OPTIMIZERS[config.optimizer].keras_class}({', '.join(arguments)})"
    return f'"{config.optimizer}"'


def _arguments_of(what: str, config: TrainConfig) -> list[str]:
    """Return the arguments of the optimizer or of hidden layers that the changed settings ask for."""
    declared = (SETTINGS[name].keras_argument for name in config.changed())
    return [argument.code for argument in declared if argument is not None and argument.of == what]


def _pixels(config: TrainConfig) -> str:
    return _PIXELS + _VALIDATION_PIXELS if config.validation_images else _PIXELS


def _callback(config: TrainConfig) -> str:
    return _CALLBACK.replace("test accuracy", "validation accuracy") if config.validation_images else _CALLBACK


def _training(config: TrainConfig) -> str:
    text = _AUGMENTED_EXAMPLES + _FIT if config.augment else _EXAMPLES + _FIT
    validated = "(x_validation, validation_labels)"
    return text.replace("(x_test, test_labels)", validated) if config.validation_images else text


def _expectation(run: Run, images: DatasetInfo) -> str:
    if run.state is State.FINISHED and run.test_accuracy is not None:
        accuracy = percent(run.test_accuracy)
        if run.train_accuracy is not None:
            accuracy += f", and {percent(run.train_accuracy)} of the images that it learned from"
        found = f"The app found {accuracy}; on another kind of machine, expect a few images more or less."
    else:
        found = "In the app this run was not trained to its end, so its accuracy there may be another."
    return f"It has not learned from any of the {images.test_images:,} test images. {found}"


_SETTINGS_WORDS = "Change one, run everything again, and see what becomes of the test accuracy."

_IMAGES_WORDS = """\
MNIST: 60,000 handwritten digits to learn from and 10,000 to be tested with, each 28 × 28 pixels from 0 (paper) to 255
(ink). Keras downloads them once. Where a file mnist.npz lies in the folder, nothing is downloaded."""

_IMAGES = '''\
if Path("mnist.npz").exists():
    with np.load("mnist.npz") as file:
        train_images, train_labels = file["x_train"], file["y_train"]
        test_images, test_labels = file["x_test"], file["y_test"]
else:
    (train_images, train_labels), (test_images, test_labels) = keras.datasets.mnist.load_data()


def show(image):
    """Print an image in characters: the more ink, the denser the character."""
    for row in image[::2]:
        print("".join(" .:-=+*#%@"[pixel // 26] for pixel in row))


print("Training images:", train_images.shape, " test images:", test_images.shape)
print("The first training image is a", train_labels[0])
show(train_images[0])'''

_IMAGES_NOTEBOOK = '''\
if Path("mnist.npz").exists():
    with np.load("mnist.npz") as file:
        train_images, train_labels = file["x_train"], file["y_train"]
        test_images, test_labels = file["x_test"], file["y_test"]
else:
    (train_images, train_labels), (test_images, test_labels) = keras.datasets.mnist.load_data()


def show(images):
    """Return the images side by side as a picture, four times as large."""
    row = keras.utils.array_to_img(255 - np.hstack(images)[..., np.newaxis], scale=False)
    return row.resize((4 * row.width, 4 * row.height))


print("Training images:", train_images.shape, " test images:", test_images.shape)
print("The first ten training images are", train_labels[:10])
show(train_images[:10])'''

_VALIDATION_WORDS = """\
The last of the training images are held out: nothing is learned from them. Settings can be compared by how well these
are read, so that the test images stay unseen until the end, and their accuracy is no flattery."""

_VALIDATION = """\
validation_images, validation_labels = train_images[-VALIDATION_IMAGES:], train_labels[-VALIDATION_IMAGES:]
train_images, train_labels = train_images[:-VALIDATION_IMAGES], train_labels[:-VALIDATION_IMAGES]"""

_PIXELS_WORDS = "A dense layer takes 784 numbers in a row. It learns best from small ones: from 0 to 1."

_PIXELS = """\
x_train = train_images.reshape(-1, 784).astype("float32") * (1 / 255)
x_test = test_images.reshape(-1, 784).astype("float32") * (1 / 255)"""

_VALIDATION_PIXELS = """
x_validation = validation_images.reshape(-1, 784).astype("float32") * (1 / 255)"""

_NETWORK_WORDS = """\
The last layer gives ten probabilities, one for each digit. All weights are random at first, but follow from the seed:
whoever runs this begins with the same ones."""

_NETWORK = """\
keras.utils.set_random_seed(SEED)
model = keras.Sequential(
    [
        keras.Input((784,)),
        HIDDEN
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile(
    optimizer=OPTIMIZER,
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.summary()"""

_CALLBACK_WORDS = """\
Keras calls the methods of a callback while it trains. This one prints; the curves of an app that shows a training live
can be fed in the same way."""

_CALLBACK = '''\
class Progress(keras.callbacks.Callback):
    """Shows how far an epoch has come, and how well it went."""

    def on_train_batch_end(self, batch, logs=None):
        if batch % 50 == 0:
            print(f"\\r  batch {batch}: accuracy {100 * logs['accuracy']:.2f} %", end="", flush=True)

    def on_epoch_end(self, epoch, logs=None):
        training = f"loss {logs['loss']:.4f}, accuracy {100 * logs['accuracy']:.2f} %"
        print(f"\\rEpoch {epoch + 1} of {EPOCHS}: {training}, test accuracy {100 * logs['val_accuracy']:.2f} %")'''

_TRAINING_WORDS = """\
In each epoch the network sees all training images once, in a new order, and corrects its weights after every batch.
The order follows from the seed as well: so fit is called for one epoch at a time, and does not shuffle by itself."""

_EXAMPLES = """\
for epoch in range(EPOCHS):
    order = np.random.default_rng([SEED, epoch]).permutation(len(x_train))
    x_epoch, y_epoch = x_train[order], train_labels[order]
"""

_COPIES_WORDS = f"""\
Nobody writes a digit twice in the same way. So beside each image the network sees a copy: turned by up to
{ROTATION_DEGREES:g} degrees, slanted, resized by up to {percent(SCALE, 0)}, moved by a pixel. That is called
augmentation."""

_COPIES = f'''\
def distort(images, rotation, shear, width, height, right, down):
    """Distort images, each in the same way; the numbers, from -1 to 1, are shares of the most that is done."""
    angle = np.deg2rad({ROTATION_DEGREES:g}) * rotation
    turn = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    slant = [[1, {SHEAR:g} * shear], [0, 1]]
    resize = [[1 / (1 + {SCALE:g} * width), 0], [0, 1 / (1 + {SCALE:g} * height)]]
    rows, columns = np.mgrid[:28, :28] - 13.5
    moved = np.stack([columns - {SHIFT_PIXELS:g} * right, rows - {SHIFT_PIXELS:g} * down])
    # Where each pixel of the result comes from; what lies outside is paper, of which a frame is put around.
    x, y = np.rint(np.tensordot(np.array(resize) @ slant @ turn, moved, 1) + 13.5).astype(int)
    framed = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    return framed[:, np.clip(y + 1, 0, 29), np.clip(x + 1, 0, 29)]


def with_copies(epoch):
    """Return all images and as many copies, {GROUP} of which are distorted alike, in the order of an epoch."""
    order = np.random.default_rng([SEED, epoch]).permutation(2 * len(train_images))
    which = order % len(train_images)
    images = train_images[which]
    copies = np.flatnonzero(order >= len(train_images))
    groups = np.split(copies, range({GROUP}, len(copies), {GROUP}))
    amounts = np.random.default_rng([SEED, epoch, 1]).uniform(-1, 1, (len(groups), 6))
    for group, amount in zip(groups, amounts):
        images[group] = distort(images[group], *amount)
    return images, train_labels[which]'''

_AUGMENTED_EXAMPLES = """\
for epoch in range(EPOCHS):
    images, y_epoch = with_copies(epoch)
    x_epoch = images.reshape(-1, 784).astype("float32") * (1 / 255)
"""

_FIT = """\
    model.fit(
        x_epoch,
        y_epoch,
        batch_size=BATCH_SIZE,
        shuffle=False,
        initial_epoch=epoch,
        epochs=epoch + 1,
        validation_data=(x_test, test_labels),
        callbacks=[Progress()],
        verbose=0,
    )"""

_EVALUATION = """\
test_loss, test_accuracy = model.evaluate(x_test, test_labels, verbose=0)
print(f"Test accuracy: {100 * test_accuracy:.2f} %, test loss: {test_loss:.4f}")

# While it trained, Keras showed the mean over an epoch. This is the trained network, on what it learned from.
train_loss, train_accuracy = model.evaluate(x_train, train_labels, verbose=0)
print(f"Training accuracy: {100 * train_accuracy:.2f} %, training loss: {train_loss:.4f}")"""

_CONFUSION_WORDS = "Each row is a true digit, each column what the network read. Right answers lie on the diagonal."

_CONFUSION = """\
probabilities = model.predict(x_test, verbose=0)
predicted = probabilities.argmax(axis=1)
print(pd.crosstab(test_labels, predicted, rownames=["True"], colnames=["Predicted"]))"""

_CONFUSION_NOTEBOOK = """\
probabilities = model.predict(x_test, verbose=0)
predicted = probabilities.argmax(axis=1)
pd.crosstab(test_labels, predicted, rownames=["True"], colnames=["Predicted"])"""

_WRONG_WORDS = "Would you have read these right?"

_WRONG = """\
wrong = np.flatnonzero(predicted != test_labels)
print(f"{len(wrong)} of {len(test_labels)} images are read wrongly. The first ones:")
for index in wrong[:3]:
    confidence = probabilities[index].max()
    print(f"Test image {index} is a {test_labels[index]}, read as a {predicted[index]} ({100 * confidence:.0f} % sure)")
    show(test_images[index])"""

_WRONG_NOTEBOOK = """\
wrong = np.flatnonzero(predicted != test_labels)
print(f"{len(wrong)} of {len(test_labels)} images are read wrongly. The first ones are {test_labels[wrong[:10]]},")
print(f"read as                                            {predicted[wrong[:10]]}")
show(test_images[wrong[:10]])"""
