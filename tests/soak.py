"""How far a long run of random cases is, and how it is made shorter: by number, by time, from another seed.

`GREENTRACE_SOAK_CASES=5000 make soak` tries so many of each; `GREENTRACE_SOAK_MINUTES=30` ends each test
after its time, at the end of a case; `GREENTRACE_SOAK_SEED` begins from another seed. What was tried is
told.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

Case = TypeVar("Case")

FULL = 100_000
EVERY = 60.0
"""Seconds between two lines of a run that goes on."""


def tell(line: str) -> None:
    """A figure of a run, at once: past what `--capture=sys` keeps of the programs' own lines."""
    if sys.__stderr__ is not None:
        sys.__stderr__.write(f"{line}\n")
        sys.__stderr__.flush()


def seed(usual: int, asked: Mapping[str, str] = os.environ) -> int:
    """What a run's chance begins from."""
    return int(asked.get("GREENTRACE_SOAK_SEED") or usual)


def tried(
    what: str,
    cases: Sequence[Case],
    *,
    each: int = 1,
    asked: Mapping[str, str] = os.environ,
    clock: Callable[[], float] = time.monotonic,
    write: Callable[[str], None] = tell,
) -> Iterator[Case]:
    """The cases one after the other, `each` of which stands for so many of `what`."""
    most = int(asked.get("GREENTRACE_SOAK_CASES") or len(cases) * each)
    seconds = 60 * float(asked.get("GREENTRACE_SOAK_MINUTES") or "inf")
    begun = told = clock()
    due = cases[: -(-most // each)]
    done = 0
    for case in due:
        yield case
        done += 1
        now = clock()
        if now - told >= EVERY:
            told = now
            write(f"{what}: {done * each:,} of {len(due) * each:,} in {now - begun:.0f} s")
        if now - begun >= seconds:
            break
    write(f"{what}: tried {done * each:,} of {len(cases) * each:,} in {clock() - begun:.0f} s")
