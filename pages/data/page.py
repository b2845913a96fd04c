"""Data: what the network learns from - images, labels, and how pixels become numbers."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import charts
from mnist_core.data import DIGITS, Dataset, flatten
from mnist_core.data.augmentation import ROTATION_DEGREES, SCALE, SHIFT_PIXELS, distort, source_pixels
from mnist_core.data.class_statistics import (
    class_deviations,
    class_means,
    sample_per_class,
    sorted_by_typicality,
)
from mnist_core.text.escape import clean, for_markdown, sentence_for_markdown
from mnist_core.text.words import percent
from pages.components.gallery.gallery import gallery, number_grid
from pages.components.plot.plot import plot
from pages.shared import services
from pages.shared.dataset_picker import add_dataset, choose_dataset, offer_to_delete
from pages.shared.messages import user_errors
from pages.visit import session

EXAMPLES_PER_CLASS = 12
MOST_EXAMPLES = 200
ALL = -1
"""Stands for all classes where one can be chosen; for None, the field would say that nothing is chosen."""
MOST_NAMED = 12
"""Classes that are named in the introduction."""
ABOUT = {
    "mnist": "MNIST is a collection of digits that people wrote by hand.",
    "fashion-mnist": "Fashion-MNIST is a collection of pictures of clothes, made by Zalando as a harder MNIST.",
}
SETS = {"train": "Training set", "test": "Test set"}
PREPROCESSING = """\
train_images = train_images.reshape(({train}, 28 * 28)).astype("float32") / 255
test_images = test_images.reshape(({test}, 28 * 28)).astype("float32") / 255"""


@st.cache_data(max_entries=32, show_spinner=False)
def averages(sha256: str, split: str) -> NDArray[np.uint8]:
    """Return the average image of each class, (classes, 28, 28)."""
    images = services.dataset(sha256)
    return class_means(*images.split(split), len(images.class_names))


@st.cache_data(max_entries=32, show_spinner=False)
def spreads(sha256: str, split: str) -> NDArray[np.uint8]:
    """Return how much each pixel differs within each class, (classes, 28, 28)."""
    images = services.dataset(sha256)
    return class_deviations(*images.split(split), len(images.class_names))


@st.cache_data(max_entries=200, show_spinner="Comparing the images …")
def typicality(sha256: str, split: str, label: int) -> NDArray[np.intp]:
    """Return the indices of a class's images, from the most typical to the oddest."""
    return sorted_by_typicality(*services.dataset(sha256).split(split), label)


def choose() -> Dataset:
    """Let people choose a dataset, or add one."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=260):
            info = choose_dataset(damaged_too=True)
        add_dataset()
        offer_to_delete(info)
    if info.nickname:
        st.caption(f"Brought along by {for_markdown(info.nickname)}.")
    return services.dataset(info.sha256)


def introduce(dataset: Dataset) -> None:
    """Say what the dataset is, in words and in figures."""
    names = dataset.class_names
    what = ABOUT.get(dataset.name, "These images were brought along by somebody here.")
    known = "0 to 9" if names == DIGITS else ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    count = {10: "ten"}.get(len(names), len(names))
    st.write(
        f"{what} Each **example** is a small grey image together with its **label**: what it is meant to be. All "
        f"images with the same label form a **class**, so there are {count} classes: "
        f"{sentence_for_markdown(known)}. A network is shown examples until it can name the class by itself."
    )
    with st.container(horizontal=True, gap="medium"):
        st.metric("Training images", f"{len(dataset.train_images):,}", width="content")
        st.metric("Test images", f"{len(dataset.test_images):,}", width="content")
        st.metric("Classes", len(dataset.class_names), width="content")
        st.metric("Pixels in an image", "28 × 28", width="content")


def choose_split() -> str:
    """Let people choose the training or the test set, and say what each is for."""
    session.init_widget("data_split", "train")
    split = st.segmented_control(
        "Show the",
        list(SETS),
        required=True,
        format_func=lambda name: SETS[name],
        key="data_split",
        persist_state="session",
    )
    st.write(
        "The network learns from the **training set**. The **test set** is kept apart and only used to check it: "
        "reading images that it has never seen is called **generalisation**, and it is what counts. A network that "
        "knows its training images better and better, but no new ones, is **overfitting**: it learns them by heart."
    )
    return split or "train"


@st.fragment
def show_examples(dataset: Dataset, split: str) -> None:
    """Show random examples, one row for each class."""
    st.subheader("Examples of each class")
    seed = session.get("examples_seed", 0)
    if st.button("Show others", icon=":material/shuffle:"):
        seed += 1
        session.put("examples_seed", seed)
    images, labels = dataset.split(split)
    names = dataset.class_names
    per_class = max(2, min(EXAMPLES_PER_CLASS, MOST_EXAMPLES // len(names)))
    chosen = sample_per_class(labels, per_class, np.random.default_rng(seed), len(names))
    descriptions = [f"Example {index} of the class {names[labels[index]]}" for index in chosen]
    gallery(images[chosen], [""] * len(chosen), descriptions, size=48, columns=EXAMPLES_PER_CLASS)


def show_classes(dataset: Dataset, split: str) -> None:
    """Show how many images each class has, and the average of them."""
    _, labels = dataset.split(split)
    st.subheader("Images in each class")
    counts = charts.class_counts(labels, dataset.class_names)
    plot(counts.figure, key="class_counts", summary=counts.summary, height=220)
    names, sha256 = dataset.class_names, dataset.sha256
    st.caption(f"{sentence_for_markdown(counts.summary)} {_balance(labels, len(names))}")
    st.subheader("The average image of each class")
    gallery(averages(sha256, split), names, [f"The average {name}" for name in names], size=64, columns=5)
    st.caption("The mean of all images of a class: sharp where they agree, blurred where they differ.")
    with st.expander("Where they differ"):
        gallery(spreads(sha256, split), names, [f"Where images of {name} differ" for name in names], size=64, columns=5)
        st.caption("Each pixel's standard deviation within its class: bright where some images have ink and some not.")


def _balance(labels: NDArray[np.uint8], classes: int) -> str:
    """Say what class balance means for guessing."""
    counts = np.bincount(labels, minlength=classes)
    if counts.min() > 0.8 * counts.max():
        return f"The classes are about equally large, so guessing is right one time in {classes}."
    largest = percent(counts.max() / counts.sum(), 0)
    return (
        f"The classes are not equally large: whoever guesses at random is right one time in {classes}, whoever always "
        f"guesses the largest in {largest} of the cases."
    )


@st.fragment
def show_extremes(dataset: Dataset, split: str) -> None:
    """Show the images of a class that are most like its average, and those that are least."""
    st.subheader("Typical and odd")
    label = _choose_class(dataset, "extremes_class") or 0
    images, _ = dataset.split(split)
    order, name = typicality(dataset.sha256, split, label), dataset.class_names[label]
    if not len(order):
        st.caption(f"The {SETS[split].lower()} has no images of this class.")
        return
    for title, chosen in (("Most like the average", order), ("Least like it", order[::-1])):
        some = chosen[:EXAMPLES_PER_CLASS]
        st.caption(f"{title}, by the distance of their pixels; each with its index.")
        descriptions = [f"{title}: image {index}, {name}" for index in some]
        gallery(images[some], [f"{index}" for index in some], descriptions, size=56, cell=64)


def _choose_class(dataset: Dataset, name: str, none: str = "") -> int | None:
    """Let people choose a class, or `none` of them; return its number."""
    key = f"{name}_{dataset.sha256[:8]}"  # a field of its own for each dataset, or the browser shows names of another
    choices = [*([ALL] if none else []), *range(len(dataset.class_names))]
    if session.widget(key, None) not in choices:  # nothing is chosen yet, or it was of another dataset
        session.set_widget(key, choices[0])
    chosen = st.selectbox(
        "Class",
        choices,
        format_func=lambda label: none if label == ALL else clean(dataset.class_names[label]),
        key=key,
        persist_state="session",
        width=160,
    )
    return None if chosen == ALL else chosen


@st.fragment
def show_image(dataset: Dataset, split: str) -> None:
    """Show one image, browsed by its index, as a picture and as numbers."""
    images, labels = dataset.split(split)
    st.subheader("One image, as you see it and as the network does")
    left, right = st.columns([1, 3], gap="medium")
    with left:
        index = _choose_image(dataset, split)
        label = dataset.class_names[labels[index]]
        description = f"Image {index} of the {SETS[split].lower()}, {label}"
        gallery(images[[index]], [f"Image {index:,}, label {label}"], [description], size=280, columns=1)
    with right:
        number_grid(images[index])
        st.caption("0 is black, the background; 255 is white, full ink.")
    with st.expander("What *Augment* makes of it"):
        _show_augmented(images[index], label)


def _choose_image(dataset: Dataset, split: str) -> int:
    """Let people search for an image, by its index among all, or among those of a class."""
    _, labels = dataset.split(split)
    wanted = _choose_class(dataset, "data_class", none="All")
    found = np.arange(len(labels)) if wanted is None else np.flatnonzero(labels == wanted)
    which = "all" if wanted is None else wanted
    if not len(found):
        st.caption(f"The {SETS[split].lower()} has no images of this class; here is its first.")
        return 0
    position = st.number_input(
        "Index of the image" if wanted is None else f"Which of the {len(found):,}",
        0,
        len(found) - 1,
        key=f"data_index_{dataset.sha256[:8]}_{split}_{which}",
        persist_state="session",
        help=f"From 0 to {len(found) - 1:,}, in the order of the {SETS[split].lower()}.",
    )
    return int(found[position])


def _show_augmented(image: NDArray[np.uint8], label: str) -> None:
    """Show how far each distortion goes to either side, and all of them together at random."""
    names = ("Turned", "Slanted", "Narrower, wider", "Lower, higher", "Moved sideways", "Moved up and down")
    far = np.concatenate([-np.eye(len(names)), np.eye(len(names))])[[0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]]
    captions = [name for name in names for _ in "ab"]
    sides = ("one way", "the other way")
    descriptions = [f"The {label} {name.lower()}, as far as it goes, {side}" for name in names for side in sides]
    gallery(distort(image, source_pixels(*far.T)), captions, descriptions, size=72, cell=84)
    together = np.random.default_rng(0).uniform(-1, 1, (len(far), len(names)))
    alternatives = [f"The {label} with all distortions, copy {number}" for number in range(1, len(far) + 1)]
    gallery(distort(image, source_pixels(*together.T)), [""] * len(far), alternatives, size=72, cell=84)
    st.caption(
        f"Above, each distortion as far as it goes: turned by {ROTATION_DEGREES:g}°, slanted, resized by "
        f"{percent(SCALE, 0)}, moved by {SHIFT_PIXELS:g} pixel. Below, all together as in training, where each copy is "
        "drawn anew."
    )


def show_preprocessing(dataset: Dataset) -> None:
    """Show what happens to the images before a network sees them."""
    st.subheader("Before the network sees them: preprocessing")
    st.write(
        "A dense network takes a plain row of numbers, and learns best from small ones. So each image is **reshaped**, "
        "its 28 rows put one after the other to make 784 numbers, and its values are **scaled** from 0–255 to 0–1."
    )
    rows = [_before_and_after(SETS[split], dataset.split(split)[0]) for split in SETS]
    st.table(rows, hide_index=True)
    train, test = len(dataset.train_images), len(dataset.test_images)
    st.code(PREPROCESSING.format(train=train, test=test), language="python")


def _before_and_after(name: str, images: NDArray[np.uint8]) -> dict[str, str]:
    after = flatten(images[:1])
    return {
        "Images": name,
        "Shape before": str(images.shape),
        "Type before": f"{images.dtype}, {images.min()} to {images.max()}",
        "Shape after": str((len(images), *after.shape[1:])),
        "Type after": f"{after.dtype}, {images.min() / 255:.1f} to {images.max() / 255:.1f}",
    }


st.title("Data")
with user_errors():
    images = choose()
    introduce(images)
    chosen_split = choose_split()
    left, right = st.columns([3, 2], gap="large")
    with left:
        show_examples(images, chosen_split)
    with right:
        show_classes(images, chosen_split)
    show_extremes(images, chosen_split)
    show_image(images, chosen_split)
    show_preprocessing(images)
