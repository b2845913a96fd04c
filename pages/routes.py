"""HTTP routes beside Streamlit's pages: JavaScript of Python packages, updates of a run, live answers, and downloads.

plotly.js (4.8 MB) and the drawing canvas come from their own Python packages, so that they need no network. Updates
have a route because a rerun costs 55 ms of the browser's processor and 30 ms of the server's, however little it has to
show (docs/performance.md).
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from importlib.metadata import distribution
from pathlib import Path

import plotly
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from mnist_core.data import DatasetError
from mnist_core.errors import UserError
from mnist_core.runs import Run, RunNotFound, State
from mnist_core.text.numbers import LARGEST_ID
from pages.classroom import addresses
from pages.classroom.drawings.wall import wall
from pages.classroom.instructor.live_class import live_class
from pages.classroom.instructor.live_class.state import class_as_json
from pages.classroom.notice import notice
from pages.classroom.notice.state import notice_as_json, saw
from pages.classroom.results import class_files
from pages.classroom.students_joined import students_joined
from pages.evaluate.epochs.frames import epochs_as_json
from pages.inside.layer_map.sprite import map_sprite
from pages.inside.unit_epochs.frames import unit_epochs_as_json
from pages.inside.units import SHOWN
from pages.navigation import CLASS, PLACES, REDIRECTS
from pages.server.base_path import base_path
from pages.server.compressed_files import file_response
from pages.server.index_page import STYLE_SHEET, index_page
from pages.server.not_modified import tagged
from pages.shared import classroom, services
from pages.shared.downloads import files
from pages.shared.drawing import live_route
from pages.shared.follow_training import newer_as_json
from pages.style import style_sheet
from pages.train.hints.hints_of_run import live_hints_as_json
from pages.train.network_live.frames import frames_as_json
from pages.train.updates import charts_as_json, update_of
from pages.visit import language

PLOTLY_SCRIPT = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
CANVAS_SCRIPT = next(
    Path(str(file.locate()))
    for file in distribution("streamlit-drawable-canvas").files or ()
    if file.match("frontend/build/index-*.js")
)
PAGES = [view.url_path for place in (*PLACES, CLASS) for view in place.views] + list(REDIRECTS)
"""The addresses of pages, relative to the app's."""


class _BoundedNumber(Convertor[int]):
    """A number in an address, of any length, limited to the largest id of a database."""

    regex = "[0-9]+"

    def convert(self, value: str) -> int:
        return min(int(value.lstrip("0")[:10] or "0"), LARGEST_ID)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("number", _BoundedNumber())


def routes() -> list[Route]:
    """Return all routes, under the base path of Streamlit's own files."""
    page, sheet = _text(index_page(), "text/html"), _text(style_sheet(), "text/css")
    return [
        *(_route(path, page) for path in PAGES),
        _route(STYLE_SHEET, sheet),
        _route("plotly.min.js", _script(PLOTLY_SCRIPT)),
        _route("drawable-canvas.js", _script(CANVAS_SCRIPT)),
        _route("news/{run:number}", _run_update),
        _route("news/{run:number}/network", _network_frames),
        _route("news/{run:number}/newer", _newer),
        _route("news/{run:number}/epochs", _epochs),
        _route("news/{run:number}/units", _unit_epochs),
        _route(wall.PATH, _wall),
        _route(live_route.PATH, live_route.LiveRoute().answer, "POST"),
        _route(live_class.ADDRESS, _class_runs),
        _route(notice.ADDRESS, _class_notice),
        _route("files/class/{class:number}/{suffix}", files.answering(class_files.of_class)),
        _route(addresses.ROUTE, addresses.answer),
        _route(students_joined.ROUTE, students_joined.answer),
        _route("files/runs.csv", files.answering(files.of_ledger)),
        _route("files/runs/{run:number}/{format}", files.answering(files.of_run)),
        _route("files/models/{job:number}", files.answering(files.of_model)),
        _route("files/maps/{sha256}/{count:number}", _map_sprite),
        _route("files/images/{sha256}", files.answering(files.of_images)),
        _route("files/handwriting/{set:number}", files.answering(files.of_drawings)),
    ]


def _route(path: str, endpoint: Callable[[Request], Response | Awaitable[Response]], method: str = "GET") -> Route:
    return Route(f"{base_path()}/{path}", endpoint, methods=[method])


def _text(text: str, media_type: str) -> Callable[[Request], Response]:
    """Return what answers with a text; browsers ask each time whether it has changed, as with Streamlit's own page."""
    content = text.encode()
    return lambda request: tagged(request, content, media_type, "no-cache")


def _script(path: Path) -> Callable[[Request], Response]:
    """Return what answers with a JavaScript file of a package."""

    def endpoint(request: Request) -> Response:
        return file_response(request, path, "text/javascript", "public, max-age=86400")

    return endpoint


def _run_update(request: Request) -> Response:
    """Return `update_of` a run, charts and hints; 304 if the browser has this version, 404 if there is no such run.

    Side effect: marks the run as watched in the store.
    """

    def body(run: Run) -> bytes:
        if run.state is State.ACTIVE:
            services.watch_run(run.id)
        return json.dumps(update_of(run) | {"charts": charts_as_json(run), "hints": live_hints_as_json(run)}).encode()

    return _about_run(request, body)


def _network_frames(request: Request) -> Response:
    """Return `frames_as_json` of a run, after the step in the query, if one is there; 304 and 404 likewise."""
    return _about_run(request, lambda run: frames_as_json(run, _after(request)))


def _newer(request: Request) -> Response:
    """Return `newer_as_json` of a run for who is shown the network after the step in the query; otherwise likewise."""
    return _about_run(request, lambda run: newer_as_json(run, _number(request, "step")))


def _epochs(request: Request) -> Response:
    """Return `epochs_as_json` of a run, after the epoch in the query, if one is there; 304 and 404 likewise."""
    return _about_run(request, lambda run: epochs_as_json(run, _after(request)))


def _unit_epochs(request: Request) -> Response:
    """Return `unit_epochs_as_json` of a run for the layer and the units in the query; otherwise likewise."""
    numbers = [part for part in request.query_params.get("units", "").split(",") if part.isdecimal() and len(part) < 6]
    units = tuple(map(int, numbers[:SHOWN]))
    layer = _number(request, "layer")
    return _about_run(request, lambda run: unit_epochs_as_json(run, layer, units, _after(request)))


def _after(request: Request) -> int:
    """Return what the browser has already, as the query says; -1 for nothing."""
    return _number(request, "after")


def _number(request: Request, name: str) -> int:
    """Return a number in the query; -1 if it is missing or none."""
    text = request.query_params.get(name, "")
    return min(int(text), LARGEST_ID) if text.isdecimal() and len(text) < 20 else -1


def _map_sprite(request: Request) -> Response:
    """Return the images on a map of a dataset; 404 if there is no such dataset."""
    try:
        content = map_sprite(request.path_params["sha256"], request.path_params["count"])
    except DatasetError as error:
        return PlainTextResponse(str(error), 404)
    return Response(content, headers={"Cache-Control": "public, max-age=86400"}, media_type="image/png")


def _class_runs(request: Request) -> Response:
    """Return `class_as_json` of the open class to its instructor; 403 for anybody else, 404 without a class."""
    if not classroom.instructs(request):
        return JSONResponse({"error": "Only the instructor of the class sees this."}, 403)
    found = classroom.current()
    if found is None:
        return JSONResponse({"error": "No class is open."}, 404)
    return _json(request, lambda: class_as_json(found))


def _class_notice(request: Request) -> Response:
    """Return `notice_as_json` to a student of the open class; 403 for anybody else, and an empty one without a class.

    Side effect: the class knows that the student is there, at most once a minute.
    """
    found = classroom.current()
    if found is None:  # it has just ended
        return _json(request, lambda: notice_as_json(None))
    student = classroom.student_of(request, found)
    if student is None:
        return JSONResponse({"error": "Only students of the open class see this."}, 403)
    saw(found.id, student.owner)
    return _json(request, lambda: notice_as_json(found))


def _wall(request: Request) -> Response:
    """Return `wall_as_json` of the open class to its instructor, with pictures after the number in the query.

    403 for anybody else, 404 without a class.
    """
    if not classroom.instructs(request):
        return JSONResponse({"error": "Only the instructor of the class sees this."}, 403)
    found, source = classroom.current(), _number(request, "network")
    if found is None:
        return JSONResponse({"error": "No class is open."}, 404)
    network = services.STARTER if source < 0 else source
    return _json(request, lambda: wall.wall_as_json(found, network, _after(request)))


def _about_run(request: Request, body: Callable[[Run], bytes]) -> Response:
    return _json(request, lambda: body(services.run(request.path_params["run"])))


def _json(request: Request, body: Callable[[], bytes]) -> Response:
    try:
        with language.speaking(language.language_of_request(request.cookies, request.headers)):
            content = body()
    except RunNotFound as error:
        return JSONResponse({"error": str(error)}, 404)
    except UserError as error:
        return JSONResponse({"error": str(error)}, 503)
    return tagged(request, content, "application/json", "no-store")
