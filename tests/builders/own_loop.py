"""An event loop of its own thread: a worker that drives a browser has one running in the tests' thread."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

_Answer = TypeVar("_Answer")


def run_alone(story: Coroutine[Any, Any, _Answer], seconds: float = 60) -> _Answer:
    """What the story gives; `TimeoutError` after so many seconds."""

    async def bounded() -> _Answer:
        return await asyncio.wait_for(story, seconds)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, bounded()).result()
