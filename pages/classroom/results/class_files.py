"""The data of a class as files, for its instructor alone."""

from __future__ import annotations

from starlette.requests import Request

from mnist_core.export.class_data import class_csv, class_npz
from mnist_core.runs import ClassError
from mnist_core.text.escape import for_file_name
from pages.shared import classroom, services
from pages.shared.downloads.files import NPZ, File, Forbidden, Gone


def of_class(request: Request) -> File:
    """Return a class's drawings as an npz file or its runs as CSV, also after its end.

    Raises `Forbidden` for who is not an instructor, before it says whether there is such a class, and `Gone`.
    """
    if not classroom.instructs(request):
        raise Forbidden("Only the instructor can download the data of a class.")
    try:
        found = classroom.classes().of_id(request.path_params["class"])
    except ClassError as error:
        raise Gone(str(error)) from None
    if request.path_params["suffix"] == "npz":
        return File(for_file_name(found.title, ".npz"), NPZ, class_npz(services.store(), found))
    if request.path_params["suffix"] == "csv":
        return File(for_file_name(found.title, ".csv"), "text/csv", class_csv(services.store(), found))
    raise Gone("A class has its drawings as npz and its runs as csv.")
