"""Visits to the app: to a page under Streamlit's AppTest, and by a person at a browser."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from streamlit.testing.v1 import AppTest

from mnist_core.text.escape import WORD_JOINER
from pages.train.progress.progress import NUMBERS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Error, Page

    from scripts.running_app import Screen

MAIN_PAGE = Path(__file__).parents[2] / "pages" / "main.py"
START, TRAIN, RUNS = "start/page.py", "train/page.py", "compare/runs.py"
ME, SOMEBODY_ELSE = "a" * 32, "b" * 32
"""Ids of two browsers."""

PAGE_SECONDS = 60
BROWSER_MILLISECONDS = 60_000

# Streamlit's browser side tries these under the page's own path before it finds them at the root.
SEARCH_FOR_THE_ROOT = re.compile(r"/\w+/_stcore/(health|host-config)$")


class OpenPage:
    """One visit to the app under AppTest, as the browser `owner` with a preferred language.

    Every rerun checks that no page broke.
    """

    def __init__(
        self, path: str, run: int | str | None = None, owner: str = ME, locale: str | None = None, **query: str
    ) -> None:
        self.app = AppTest.from_file(MAIN_PAGE, default_timeout=PAGE_SECONDS)
        self.app.context = {"locale": locale}
        self.app.session_state["kept_browser"] = owner
        if path == START and not query:  # which opens by itself
            self.rerun()
        else:
            self.app._registered_pages = _registered_pages()
            self.go_to(path, run, **query)

    def go_to(self, path: str, run: int | str | None = None, **query: str) -> None:
        """Turn to another page, as a link does: with nothing in the address but `run` and `query`."""
        self.app.switch_page(path)
        self.app.query_params.clear()
        if run is not None:
            self.app.query_params["run"] = str(run)
        for name, value in query.items():
            self.app.query_params[name] = value
        self.rerun()

    def rerun(self) -> None:
        self.app.run()
        assert not self.app.exception, [error.value for error in self.app.exception]

    def press(self, label: str) -> None:
        self.button(label).click()
        self.rerun()

    def answer(self, opener: str, label: str) -> None:
        """Press a button in the dialog that the button `opener` has opened.

        AppTest knows no reruns of a dialog alone, so both are pressed in the same rerun.
        """
        _labelled(self.dialog.button, label).click()
        self.press(opener)

    @property
    def dialog(self) -> Any:
        return self.app.get("dialog")[0]

    def type(self, label: str, value: float | str) -> None:
        """Type into a field of a number, or of text where it takes a number for each layer."""
        field = self.text(label) if label == "Hidden units" else self.number(label)
        field.set_value(str(value) if label == "Hidden units" else value)
        self.rerun()

    def choose(self, label: str, value: str) -> None:
        _labelled(self.app.selectbox, label).select(value)
        self.rerun()

    def button(self, label: str) -> Any:
        return _labelled(self.app.button, label)

    def number(self, label: str) -> Any:
        return _labelled(self.app.number_input, label)

    def text(self, label: str) -> Any:
        return _labelled(self.app.text_input, label)

    @property
    def buttons(self) -> set[str]:
        return {button.label for button in self.app.button}

    @property
    def metrics(self) -> dict[str, str]:
        """What stands under each of the page's large numbers' names."""
        live = zip(NUMBERS, self.progress["numbers"], strict=True) if self.progress else ()
        return {metric.label: metric.value for metric in self.app.metric} | dict(live)

    @property
    def progress(self) -> dict[str, Any]:
        """What the component is told that shows how far a run is; empty where there is none."""
        protos = [element.proto for element in self.app.get("bidi_component")]
        told = [
            json.loads(proto.json)["news"] for proto in protos if proto.component_name.startswith("digits_progress")
        ]
        return told[0] if told else {}

    @property
    def progress_texts(self) -> list[str]:
        """What stands above the bars that show how far something is."""
        return [element.proto.text for element in self.app.get("progress")]

    @property
    def next_step(self) -> tuple[str, str]:
        """The label of the link at the foot of the page that leads on, and what follows the "?" in its address."""
        (link,) = [it.proto for it in self.app.get("page_link") if "arrow_forward" in it.proto.icon]
        return link.label, link.query_string

    @property
    def plots(self) -> set[str]:
        """The keys of the charts on the page."""
        protos = [element.proto for element in self.app.get("bidi_component")]
        told = [json.loads(proto.json) for proto in protos if proto.component_name == "digits_plot"]
        return {data["name"] for data in told if data}

    @property
    def downloads(self) -> dict[str, str]:
        """The labels of the buttons that download, with the addresses of the files."""
        protos = [element.proto for element in self.app.get("bidi_component")]
        told = [json.loads(proto.json) for proto in protos if proto.component_name == "digits_download"]
        return {data["label"]: data["address"] for data in told}

    @property
    def reading(self) -> str:
        """The HTML of what the page reads in a drawing or a picture; "" if there is none."""
        protos = [element.proto for element in self.app.get("bidi_component")]
        told = [json.loads(proto.json) for proto in protos if proto.component_name == "digits_answer"]
        return str(told[0]["html"]) if told else ""

    @property
    def galleries(self) -> list[str]:
        """The HTML of all images of the page that can be opened, gallery by gallery."""
        protos = [element.proto for element in self.app.get("bidi_component")]
        told = [json.loads(proto.json) for proto in protos if proto.component_name == "digits_gallery_buttons"]
        return [str(data["html"]) for data in told]

    @property
    def gallery(self) -> str:
        """The HTML of the first images of the page that can be opened; "" if there are none."""
        return next(iter(self.galleries), "")

    @property
    def words(self) -> str:
        """Everything that the page says in sentences and headings, without what keeps it from becoming a link."""
        app = self.app
        kinds = (app.title, app.markdown, app.caption, app.info, app.warning, app.error)
        said = [str(element.value) for kind in kinds for element in kind]
        progress = self.progress
        if progress:
            said += [progress["words"], progress["validation"], (progress["notice"] or {"text": ""})["text"]]
        return "\n".join(said).replace(WORD_JOINER, "")


class Visitor:
    """A person at a browser of their own, who notices whatever no page should ever show."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.page.set_default_timeout(BROWSER_MILLISECONDS)
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", self._fall)

    def check(self) -> None:
        """Fail if there was an error in the console, or a traceback is on the page."""
        assert not self.complaints, self.complaints
        assert not self.page.get_by_test_id("stException").count()
        assert "Traceback (most recent call last)" not in self.page.locator("body").inner_text()

    def leave(self) -> None:
        """Notice nothing any more."""
        self.page.remove_listener("console", self._hear)
        self.page.remove_listener("pageerror", self._fall)

    def _fall(self, error: Error) -> None:
        self.complaints.append(f"page error: {error}")

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not SEARCH_FOR_THE_ROOT.search(message.location["url"]):
            self.complaints.append(message.text)


class Tabs:
    """Tabs of a browser that are used again: there the app has been compiled, which takes half of a short visit."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._left: list[tuple[Screen, Page]] = []

    def come(self, screen: Screen) -> Page:
        """Return a tab with a screen like this, in a profile of its own that knows nothing of earlier visits."""
        for place, (known, page) in enumerate(self._left):
            if known == screen:
                del self._left[place]
                return page
        return self._browser.new_context(**screen).new_page()

    def leave(self, screen: Screen, page: Page) -> None:
        """Forget what was kept in a tab, which is for others now."""
        page.unroute_all(behavior="ignoreErrors")
        if page.url.startswith("http"):
            page.goto(urljoin(page.url, "/_stcore/health"))  # where no script runs that would keep more
            page.evaluate("sessionStorage.clear(), localStorage.clear()")
        page.context.clear_cookies()
        self._left.append((screen, page))


@cache
def _registered_pages() -> dict[str, Any]:
    """The pages of the navigation: a new AppTest knows them only after a run of Start, so as to open another one."""
    start = AppTest.from_file(MAIN_PAGE, default_timeout=PAGE_SECONDS).run()
    return start._registered_pages


def _labelled(widgets: Any, label: str) -> Any:
    return next(widget for widget in widgets if widget.label == label)
