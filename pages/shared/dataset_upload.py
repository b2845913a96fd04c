"""Upload of a dataset: a preview of the files and of possible problems with their fixes, before it is added."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

import numpy as np
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core.data.dataset_file import LARGEST, NAME_LENGTH, parse_class_names
from mnist_core.data.uploads.checks import Finding, with_fixes
from mnist_core.data.uploads.file_types import EXPECTED
from mnist_core.data.uploads.preview import EXAMPLES, Preview, preview_of
from mnist_core.data.uploads.read_upload import read_upload
from mnist_core.data.uploads.upload import Upload
from mnist_core.errors import UserError
from mnist_core.runs import DatasetInfo
from mnist_core.text.escape import sentence_for_markdown
from mnist_core.text.words import counted
from pages.components.gallery import gallery_columns
from pages.components.gallery.gallery import gallery
from pages.server.uploads import forget
from pages.shared import services
from pages.shared.messages import show_error
from pages.visit import session

MOST_CLASSES_IN_FULL = 12
"""With more classes than this, fewer images of each are shown."""
_PREVIEW = "own_images_found"
_READING = threading.Lock()
"""Reading takes several times the memory of the images, so only one upload is read at a time."""


def upload_form(number: int, added: Callable[[DatasetInfo], None]) -> None:
    """Let people choose files, see a preview, and add them; `added` is called with the new dataset.

    `number` distinguishes one form from the next, whose fields are empty again.
    """
    st.markdown("**Your own images**", help=f"{EXPECTED} Other shapes, sizes and types are converted if they can be.")
    st.caption("npz, idx, csv, or a zip with a folder of pictures for each class. Everyone here can see them.")
    files = st.file_uploader(
        "Files", accept_multiple_files=True, max_upload_size=LARGEST // 1_000_000, key=f"own_{number}"
    )
    found = _preview_of(files)
    fixes = [] if found is None else _show(found, files[0].file_id)
    name, class_names = _ask_for_names(files, number)
    if st.button("Add", icon=":material/add:", disabled=not files) and found is not None:
        try:
            info = _add(files, name, class_names, fixes)
            forget(files)
            added(info)
        except UserError as error:
            show_error(error)


def _preview_of(files: Sequence[UploadedFile]) -> Preview | None:
    """Return the contents of the files, which are read once; None without files, or if they cannot be used."""
    key = tuple(file.file_id for file in files)
    kept: tuple[tuple[str, ...], Preview | UserError | None] = session.get(_PREVIEW, ((), None))
    if kept[0] != key:
        kept = key, _read_preview(files) if files else None
        session.put(_PREVIEW, kept)
    if isinstance(kept[1], UserError):
        show_error(kept[1])
        return None
    return kept[1]


def _read_preview(files: Sequence[UploadedFile]) -> Preview | UserError:
    try:
        with st.spinner("Reading the files …"), _READING:
            return preview_of(_read(files, ()))
    except UserError as error:
        return error


def _read(files: Sequence[UploadedFile], class_names: Sequence[str]) -> Upload:
    content = {file.name: file.getvalue() for file in files}
    if len(content) < len(files):
        raise UserError("Two of the files have the same name. Choose each once, or rename one.")
    return read_upload(content, class_names)


def _show(found: Preview, key: str) -> list[str]:
    """Show what was found; return the keys of the fixes that are ticked. `key` distinguishes them from others."""
    classes = counted(len(found.counts), "class", "classes")
    st.markdown(f"**Found:** {found.train_images:,} training and {found.test_images:,} test images of {classes}.")
    for note in found.notes:
        st.caption(f":material/check: {sentence_for_markdown(note)}")
    ticked: list[str] = []
    for finding in found.findings:
        if _ask_whether_to_fix(finding, with_fixes(found.examples, ticked), key):
            ticked.append(finding.check.key)
    _show_examples(found, with_fixes(found.examples, ticked))
    return ticked


def _ask_whether_to_fix(finding: Finding, examples: Upload, key: str) -> bool:
    """Show what looks wrong, with images if the fix changes them; return whether the fix is ticked."""
    with st.container(border=True):
        st.markdown(f":material/help: {sentence_for_markdown(finding.sentence)}")
        if finding.check.changes_images:
            step = max(EXAMPLES, len(examples.train.labels) // gallery_columns.IMAGES_PER_FIX // EXAMPLES * EXAMPLES)
            few = slice(0, step * gallery_columns.IMAGES_PER_FIX, step)
            after = finding.check.fix(examples)
            for title, upload in (("As they are", examples), ("As they would be", after)):
                names = [f"{title}: {upload.name_of(label)}" for label in upload.train.labels[few].tolist()]
                st.caption(title)
                gallery(upload.train.images[few], [""] * len(names), names, gallery_columns.UPLOAD_FIXES)
        return st.checkbox(finding.check.offer, value=True, key=f"own_{finding.check.key}_{key}")


def _show_examples(found: Preview, examples: Upload) -> None:
    """Show a few images of each class, as they would be added, and how many there are."""
    st.caption(sentence_for_markdown(_counts(found)))
    labels = examples.train.labels
    of_each = EXAMPLES if len(found.counts) <= MOST_CLASSES_IN_FULL else 2
    chosen = [place for label in np.unique(labels) for place in np.flatnonzero(labels == label)[:of_each]]
    names = [examples.name_of(label) for label in labels[chosen].tolist()]
    gallery(
        examples.train.images[chosen],
        names,
        [f"An image of {name}" for name in names],
        gallery_columns.UPLOADED_EXAMPLES,
    )


def _counts(found: Preview) -> str:
    """Return how many images the classes have, in a sentence."""
    parts: list[str] = []
    for noun, place in (("training image", 0), ("test image", 1)):
        sizes = {label: counts[place] for label, counts in found.counts.items()}
        few, many = min(sizes, key=sizes.__getitem__), max(sizes, key=sizes.__getitem__)
        least, most = (found.examples.name_of(label) for label in (few, many))
        if sizes[few] == sizes[many]:
            parts.append(counted(sizes[few], noun))
        else:
            parts.append(f"{sizes[few]:,} ({least}) to {sizes[many]:,} ({most}) {noun}s")
    return f"Each class has {' and '.join(parts)}."


def _ask_for_names(files: Sequence[UploadedFile], number: int) -> tuple[str, tuple[str, ...]]:
    """Let people name the dataset, by default after its first file, and the classes."""
    default = PurePosixPath(files[0].name).name.partition(".")[0] if files else ""
    name = st.text_input("Name", max_chars=NAME_LENGTH, key=f"own_name_{number}", placeholder=default or "My letters")
    names = st.text_input(
        "Class names",
        key=f"own_classes_{number}",
        placeholder="A, B, C",
        help="Optional, in order: one for each label from 0, or one for each label that occurs.",
    )
    return name or default, parse_class_names(names)


def _add(files: Sequence[UploadedFile], name: str, class_names: Sequence[str], fixes: Sequence[str]) -> DatasetInfo:
    """Read the files again, since only a few images of them were kept, and add what they hold."""
    with st.spinner("Adding the images …"), _READING:
        dataset = with_fixes(_read(files, class_names), fixes).dataset(name)
        return services.dataset_store().add(dataset, session.owner(), session.nickname())
