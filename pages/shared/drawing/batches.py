"""Work for many requests, done in a thread of its own: those that wait together are one batch."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, TypeVar

LARGEST_BATCH = 16
"""So that nobody waits for more of what came later."""


class TooMuchToDo(Exception):
    """More requests wait than will be answered soon."""


Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Batches(Generic[Question, Answer]):
    """Has questions answered some at a time, first come first served. To be used in one event loop."""

    def __init__(self, answer_all: Callable[[list[Question]], list[Answer]], most_waiting: int) -> None:
        """Prepare to have `answer_all` give the answers to some questions, in their order."""
        self._answer_all, self._most_waiting = answer_all, most_waiting
        self._waiting: deque[tuple[Question, asyncio.Future[Answer]]] = deque()
        self._working: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "answers")

    async def answer(self, question: Question) -> Answer:
        """Return the answer to a question. Raises `TooMuchToDo`, or what `answer_all` raised."""
        if len(self._waiting) >= self._most_waiting:
            raise TooMuchToDo
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, future))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        return await future

    async def _work(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), LARGEST_BATCH))]
            work: Any = asyncio.get_running_loop().run_in_executor(
                self._thread, self._answer_all, [question for question, _ in batch]
            )
            try:
                answers = await work
            except Exception as error:  # whoever asked gets it
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                continue
            for (_, future), answer in zip(batch, answers, strict=True):
                if not future.done():
                    future.set_result(answer)
