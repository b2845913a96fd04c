"""The explanations and the code of the sections of an exported script or notebook.

The code uses plain Keras, is meant to be shown in class, and repeats the run exactly: the initial weights and the
dropout masks depend on the seed, the order of the images on seed and epoch. Pixels are multiplied by 1/255 instead of
divided by 255, as TensorFlow does for a division by a constant inside a compiled loop.

The texts are for MNIST and validate with its test images. `sections` replaces HIDDEN, ARGUMENTS and OPTIMIZER, the
validation data if images are held out, and for other datasets the file, the words and the number of classes. Names that
end in _NOTEBOOK are for notebooks, which show pictures and the value of a cell's last line.
"""

from __future__ import annotations

from mnist_core.data.augmentation import GROUP_SIZE, ROTATION_DEGREES, SCALE, SHEAR, SHIFT_PIXELS
from mnist_core.data.examples import SAMPLE_STREAM
from mnist_core.data.label_noise import CHOICE_STREAM, LABEL_STREAM
from mnist_core.text.words import percent

SETTINGS_WORDS = "Change one of them, run everything again, and see how the test accuracy changes."

IMAGES_WORDS = """\
MNIST: 60,000 training images and 10,000 test images of handwritten digits, each of 28 × 28 pixels with values from 0
(paper) to 255 (ink). Keras downloads them once. If the folder has a file mnist.npz, nothing is downloaded."""

_LOAD_IMAGES = """\
if Path("mnist.npz").exists():
    with np.load("mnist.npz") as file:
        train_images, train_labels = file["x_train"], file["y_train"]
        test_images, test_labels = file["x_test"], file["y_test"]
else:
    (train_images, train_labels), (test_images, test_labels) = keras.datasets.mnist.load_data()
"""

IMAGES = (
    _LOAD_IMAGES
    + '''

def show(image):
    """Print an image in characters: the more ink, the denser the character."""
    for row in image[::2]:
        print("".join(" .:-=+*#%@"[pixel // 26] for pixel in row))


print("Training images:", train_images.shape, " test images:", test_images.shape)
print("The first training image is a", train_labels[0])
show(train_images[0])'''
)

IMAGES_NOTEBOOK = (
    _LOAD_IMAGES
    + '''

def show(images):
    """Return the images side by side as a picture, four times as large."""
    row = keras.utils.array_to_img(255 - np.hstack(images)[..., np.newaxis], scale=False)
    return row.resize((4 * row.width, 4 * row.height))


print("Training images:", train_images.shape, " test images:", test_images.shape)
print("The first ten training images are", train_labels[:10])
show(train_images[:10])'''
)

VALIDATION_WORDS = """\
The last of the training images are held out for validation: the network does not learn from them. Compare settings by
the validation accuracy, and use the test images only at the end: then the test accuracy is an unbiased estimate."""

VALIDATION = """\
validation_images, validation_labels = train_images[-VALIDATION_IMAGES:], train_labels[-VALIDATION_IMAGES:]
train_images, train_labels = train_images[:-VALIDATION_IMAGES], train_labels[:-VALIDATION_IMAGES]"""

SAMPLE_WORDS = """\
The network learns from a random sample of the training images, which depends on the seed. Each class keeps its
proportion: the images of each class are shuffled, and the first part of them is taken."""

STRATIFIED = '''\
def stratified_sample(labels, count, stream):
    """Return the indices of some of the labels, of each class in its proportion. They depend on the seed."""
    order = np.random.default_rng([SEED, 0, stream]).permutation(len(labels))
    rank = np.empty(len(labels))
    for label in np.unique(labels):
        members = order[labels[order] == label]
        rank[members] = (np.arange(len(members)) + 0.5) / len(members)
    return np.sort(np.argsort(rank, kind="stable")[:count])


'''

SAMPLE = f"""\
sample = stratified_sample(train_labels, TRAINING_IMAGES, {SAMPLE_STREAM})
train_images, train_labels = train_images[sample], train_labels[sample]"""

NOISE_WORDS = """\
Some of the training labels are made wrong on purpose, of each class the same fraction: each becomes one of the other
classes at random. The labels of all other images stay right. Which become wrong, and what they become, depends on the
seed."""

NOISE = f"""\
classes = 10
true_labels, train_labels = train_labels, train_labels.copy()
wrong_labels = stratified_sample(true_labels, round(LABEL_NOISE * len(true_labels)), {CHOICE_STREAM})
shifts = np.random.default_rng([SEED, 0, {LABEL_STREAM}]).integers(1, classes, len(true_labels))
train_labels[wrong_labels] = (true_labels[wrong_labels] + shifts[wrong_labels]) % classes"""

PIXELS_WORDS = "A dense layer takes each image as a row of 784 numbers. It learns best from small numbers: from 0 to 1."

PIXELS_WORDS_CONVOLUTIONAL = """\
The network takes each image as a row of 784 numbers, which its first layer arranges as an image again. It learns best
from small numbers: from 0 to 1."""

PIXELS = """\
x_train = train_images.reshape(-1, 784).astype("float32") * (1 / 255)
x_test = test_images.reshape(-1, 784).astype("float32") * (1 / 255)"""

VALIDATION_PIXELS = """
x_validation = validation_images.reshape(-1, 784).astype("float32") * (1 / 255)"""

SCHEDULE_WORDS = """\
The learning rate changes with each step of the training. Its schedule, WORDS, is spread over all steps."""

SCHEDULE = """\
steps = EPOCHS * int(np.ceil(len(x_train) / BATCH_SIZE))
schedule = """

CONVOLUTION_WORDS = """\
The convolutional layers move filters of 3 × 3 weights over the image: each looks for one pattern at every place. Max
pooling keeps the largest of each 2 × 2 results. The dense layers read what is left. """

NETWORK_WORDS = """\
The last layer gives ten probabilities, one for each digit. The initial weights are random numbers that depend on the
seed alone: everybody who runs this code starts with the same ones."""

CONVOLUTION = '''\
def convolution(filters, **options):
    """Return a layer of 3 × 3 filters with what all layers have in common."""
    return keras.layers.Conv2D(
        filters,
        3,
        ARGUMENTS
        **options,
    )


'''

DENSE = '''\
def dense(units, **options):
    """Return a layer with what all layers have in common."""
    return keras.layers.Dense(
        units,
        ARGUMENTS
        **options,
    )


'''

NETWORK = """\
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

START_WORDS = """\
This run continues {parent}: it starts from the weights of that network in place of random ones. They are in the file
{file_name}, which the app offers for download beside this code: put it into the same folder. The optimizer starts in
its initial state, without what it had accumulated for {title}."""

START = """\
with np.load(FILE) as file:
    model.set_weights([file[f"weight_{index}"] for index in range(len(model.get_weights()))])"""

AS_IMAGE = "keras.layers.Reshape((28, 28, 1)),"

CALLBACK_WORDS = """\
Keras calls the methods of a callback during the training. This one prints the progress. An app that draws the curves
live can use one in the same way."""

CALLBACK = '''\
class Progress(keras.callbacks.Callback):
    """Prints the progress of each epoch, and its results at the end."""

    def on_train_batch_end(self, batch, logs=None):
        if batch % 50 == 0:
            print(f"\\r  batch {batch}: accuracy {100 * logs['accuracy']:.2f} %", end="", flush=True)

    def on_epoch_end(self, epoch, logs=None):
        training = f"loss {logs['loss']:.4f}, accuracy {100 * logs['accuracy']:.2f} %"
        print(f"\\rEpoch {epoch + 1} of {EPOCHS}: {training}, test accuracy {100 * logs['val_accuracy']:.2f} %")'''

TRAINING_WORDS = """\
In each epoch the network sees all training images once, in a new order, and corrects its weights after every batch.
The order also depends on the seed, so fit is called for one epoch at a time and does not shuffle the images itself."""

EXAMPLES = """\
for epoch in range(EPOCHS):
    order = np.random.default_rng([SEED, epoch]).permutation(len(x_train))
    x_epoch, y_epoch = x_train[order], train_labels[order]
"""

COPIES_WORDS = f"""\
New images never look quite like those in the training set. So in each epoch the network also sees a distorted copy of
every image: rotated by up to {ROTATION_DEGREES:g} degrees, slanted, resized by up to {percent(SCALE, 0)} and moved by a
pixel."""

COPIES = f'''\
def distort(images, rotation, shear, width, height, right, down):
    """Distort all images in the same way; the numbers, from -1 to 1, are fractions of the largest distortion."""
    angle = np.deg2rad({ROTATION_DEGREES:g}) * rotation
    turn = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    slant = [[1, {SHEAR:g} * shear], [0, 1]]
    resize = [[1 / (1 + {SCALE:g} * width), 0], [0, 1 / (1 + {SCALE:g} * height)]]
    rows, columns = np.mgrid[:28, :28] - 13.5
    moved = np.stack([columns - {SHIFT_PIXELS:g} * right, rows - {SHIFT_PIXELS:g} * down])
    # Where each pixel of the result comes from. A frame of background pixels stands for all that lies outside.
    x, y = np.rint(np.tensordot(np.array(resize) @ slant @ turn, moved, 1) + 13.5).astype(int)
    framed = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    return framed[:, np.clip(y + 1, 0, 29), np.clip(x + 1, 0, 29)]


def with_copies(epoch):
    """Return all images and a copy of each, in the order of an epoch; groups of {GROUP_SIZE} are distorted alike."""
    order = np.random.default_rng([SEED, epoch]).permutation(2 * len(train_images))
    which = order % len(train_images)
    images = train_images[which]
    copies = np.flatnonzero(order >= len(train_images))
    groups = np.split(copies, range({GROUP_SIZE}, len(copies), {GROUP_SIZE}))
    amounts = np.random.default_rng([SEED, epoch, 1]).uniform(-1, 1, (len(groups), 6))
    for group, amount in zip(groups, amounts):
        images[group] = distort(images[group], *amount)
    return images, train_labels[which]'''

AUGMENTED_EXAMPLES = """\
for epoch in range(EPOCHS):
    images, y_epoch = with_copies(epoch)
    x_epoch = images.reshape(-1, 784).astype("float32") * (1 / 255)
"""

FIT = """\
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

EARLY_STOPPING_WORDS = """
It ends after PATIENCE epochs in a row without a gain in validation accuracy, and the weights of the best epoch are
restored. Since fit is called for each epoch, the code informs Keras's callback when one has ended."""

EARLY_STOPPING = """\
early_stopping = keras.callbacks.EarlyStopping(
    monitor="val_accuracy", mode="max", patience=PATIENCE, restore_best_weights=True
)
early_stopping.set_model(model)
early_stopping.on_train_begin()
"""

STOP = """
    early_stopping.on_epoch_end(epoch, {"val_accuracy": fitted.history["val_accuracy"][0]})
    if model.stop_training:
        print(f"Stopped early. The weights of epoch {early_stopping.best_epoch + 1} are restored.")
        break
early_stopping.on_train_end()"""

EVALUATION = """\
test_loss, test_accuracy = model.evaluate(x_test, test_labels, verbose=0)
print(f"Test accuracy: {100 * test_accuracy:.2f} %, test loss: {test_loss:.4f}")

# During the training, Keras showed the mean over an epoch. This is the trained network on its training images, 1,000
# at a time, which is faster than Keras's default of 32.
train_loss, train_accuracy = model.evaluate(x_train, train_labels, batch_size=1000, verbose=0)
print(f"Training accuracy: {100 * train_accuracy:.2f} %, training loss: {train_loss:.4f}")"""

MEMORISED_WORDS = """\
What does the network predict for the images whose labels were made wrong: the wrong label that it was given, which it
has memorised, or the true one all the same?"""

MEMORISED = """\
if len(wrong_labels):  # Keras refuses to predict nothing
    predicted = model.predict(x_train[wrong_labels], verbose=0).argmax(axis=1)
    memorised = (predicted == train_labels[wrong_labels]).sum()
    right = (predicted == true_labels[wrong_labels]).sum()
    print(f"Of {len(wrong_labels)} wrong labels, {memorised} are predicted; {right} images are classified correctly")"""

CONFUSION_WORDS = "Each row is a true digit, each column a predicted one. Correct predictions lie on the diagonal."

CONFUSION = """\
probabilities = model.predict(x_test, verbose=0)
predicted = probabilities.argmax(axis=1)
print(pd.crosstab(test_labels, predicted, rownames=["True"], colnames=["Predicted"]))"""

CONFUSION_NOTEBOOK = """\
probabilities = model.predict(x_test, verbose=0)
predicted = probabilities.argmax(axis=1)
pd.crosstab(test_labels, predicted, rownames=["True"], colnames=["Predicted"])"""

WRONG_WORDS = "Would you have classified these correctly?"

WRONG = """\
wrong = np.flatnonzero(predicted != test_labels)
print(f"{len(wrong)} of {len(test_labels)} images are misclassified. The first ones:")
for index in wrong[:3]:
    confidence = probabilities[index].max()
    print(f"Test image {index} is a {test_labels[index]}, read as a {predicted[index]} ({100 * confidence:.0f} % sure)")
    show(test_images[index])"""

WRONG_NOTEBOOK = """\
wrong = np.flatnonzero(predicted != test_labels)
print(f"{len(wrong)} of {len(test_labels)} images are misclassified.")
print("True:     ", test_labels[wrong[:10]])
print("Predicted:", predicted[wrong[:10]])
show(test_images[wrong[:10]]) if len(wrong) else None"""
