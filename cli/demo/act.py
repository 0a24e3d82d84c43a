"""One act of the demo: when it is, what the audience reads, and what is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cli.demo.stage import Stage


@dataclass(frozen=True, slots=True)
class Act:
    """One act: when, what the audience reads, and what is done; it returns a remark or nothing."""

    when: str
    title: str
    do: Callable[[Stage], str | None]
