"""Places: the threads that make answers, as many as were set up; who finds none free waits in order."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import TypeVar

Made = TypeVar("Made")
_Work = tuple[Callable[[], object], "asyncio.Future[object]", asyncio.AbstractEventLoop]


class Places:
    """`count` threads for the event loop's work; they end with the process and never keep it alive."""

    def __init__(self, count: int, name: str = "requests") -> None:
        self._waiting: SimpleQueue[_Work] = SimpleQueue()
        for number in range(count):
            threading.Thread(target=self._serve, name=f"{name}-{number}", daemon=True).start()

    def waiting(self) -> int:
        """How many wait for a place, about."""
        return self._waiting.qsize()

    async def run(self, work: Callable[[], Made]) -> Made:
        """What `work` gives, made on a place."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Made] = loop.create_future()
        self._waiting.put((work, done, loop))  # type: ignore[arg-type]  # a future of the work's own type
        return await done

    def _serve(self) -> None:
        while True:
            work, done, loop = self._waiting.get()
            try:
                made = work()
            except BaseException as failure:  # noqa: BLE001 - whoever waits for it gets it
                loop.call_soon_threadsafe(_fail, done, failure)
            else:
                loop.call_soon_threadsafe(_finish, done, made)
            del work, done


def _finish(done: asyncio.Future[object], made: object) -> None:
    if not done.done():
        done.set_result(made)


def _fail(done: asyncio.Future[object], failure: BaseException) -> None:
    if not done.done():
        # A future takes no StopIteration, and what is no Exception would end the loop.
        done.set_exception(failure if isinstance(failure, Exception) else RuntimeError(repr(failure)))
