"""Lesson files: those that come along, and those of the person at the server."""

from __future__ import annotations

from mnist_core.lessons import broken_lessons, lessons
from mnist_core.lessons.lesson import PAGES
from pages.navigation import PLACES


def test_every_lesson_that_comes_along_can_be_used():
    assert broken_lessons() == []
    assert lessons()


def test_a_step_can_be_on_every_page_of_the_navigation():
    assert list(PAGES) == [view.url_path for place in PLACES for view in place.views]
