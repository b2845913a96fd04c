"""Lessons: files that lead through the pages of the app. Reads and checks them, and says when a step is done."""

from mnist_core.lessons.criterion import is_met
from mnist_core.lessons.lesson import Criterion, Lesson, Question, Step
from mnist_core.lessons.lesson_files import broken_lessons, lessons, load_lesson, read_lesson
from mnist_core.lessons.problems import LessonError, Problem

__all__ = [
    "Criterion",
    "Lesson",
    "LessonError",
    "Problem",
    "Question",
    "Step",
    "broken_lessons",
    "is_met",
    "lessons",
    "load_lesson",
    "read_lesson",
]
