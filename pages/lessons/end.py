"""The end of a lesson: which steps were done, the last run as code to take along, and the next lesson."""

from __future__ import annotations

import streamlit as st

from mnist_core.export.formats import Group, formats_of
from mnist_core.lessons.lesson import Lesson
from mnist_core.lessons.lesson_files import lessons
from mnist_core.runs.lesson_progress import Progress
from mnist_core.text.escape import for_markdown
from pages.components.download_button.download_button import download_button
from pages.lessons.lesson_list import all_done, link_to
from pages.navigation import START
from pages.shared import services
from pages.shared.current_run import run_title
from pages.shared.downloads import addresses
from pages.visit import session
from pages.visit.language import _, current_language


def show_end(lesson: Lesson, progress: Progress) -> None:
    """Draw what there is to say and to take along at the end of a lesson."""
    st.markdown(_in_short(lesson, progress))
    st.markdown("  \n".join(_step_in_words(number, lesson, progress) for number in range(1, len(lesson.steps) + 1)))
    _offer_last_run()
    following = _next_lesson(lesson)
    if following is None:
        st.page_link(START.views[0].script, label=_("All lessons"), icon=":material/school:")
        return
    st.markdown(_("**The next lesson**"))
    link_to(following, {})


def _in_short(lesson: Lesson, progress: Progress) -> str:
    if all_done(lesson, progress):
        return _("**You have finished this lesson.** All its steps are done:")
    return _("**You are at the end of this lesson.** Some of its steps are not done; *Back* leads to them:")


def _step_in_words(number: int, lesson: Lesson, progress: Progress) -> str:
    done = number in progress and progress[number].done
    icon = ":material/check_circle:" if done else ":material/radio_button_unchecked:"
    title = f"{number}. {for_markdown(lesson.steps[number - 1].title)}"
    return f"{icon} {title}" if done else f"{icon} {title} (" + _("not done") + ")"


def _offer_last_run() -> None:
    """Offer this browser's last run as a program and a notebook."""
    own = [run for run in services.store().runs(session.owner()) if run.sweep_id is None and not run.imported]
    if not own:
        return
    st.markdown(_("**To take along:** {run} in plain Keras", run=for_markdown(run_title(own[0]))))
    with st.container(horizontal=True):
        for item in formats_of(Group.CODE):
            if item.fits(own[0]):
                address = addresses.of_run(own[0].id, item)
                download_button(item.label, address, key=f"lesson_{item.name}", help=item.help)


def _next_lesson(lesson: Lesson) -> Lesson | None:
    """Return the lesson that follows in the list; None after the last one, and after an exercise."""
    names = list(known := lessons(current_language()))
    following = names.index(lesson.name) + 1 if lesson.name in names else len(names)
    return known[names[following]] if following < len(names) else None
