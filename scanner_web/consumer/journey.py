"""The time line of a batch page: phases from the plot to the shelf, each with its records behind a tap.

A batch of rice may rest on hundreds of records; a phase shows the first dozen and says how many more the
evidence file holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from scanner_web.consumer.step_facts import Part, facts_of_step
from scanner_web.frame.reader import Reader
from trace.usecases.batch_page.page import BatchPage, Step
from trace.usecases.batch_page.timeline import KIND_OF, STEPS
from trace.usecases.photos.photo import PhotoShown
from trace.wording import has

ROWS: Final = 12
_REAPED: Final = "harvest"
NAMES: Final = 3
_ICONS: Final = {
    "plot": "sprout",
    "operation": "leaf",
    "harvest": "basket",
    "certificate": "doc",
    "dispatch": "truck",
    "receipt": "store",
    "confirmation": "store",
    "merge": "silo",
    "split": "graph",
    "production": "gear",
    "test": "lab",
    "sampling": "lab",
    "retest": "lab",
    "pack": "box",
    "activation": "code",
    "aggregation": "box",
    "shipment": "truck",
    "disposal": "up",
    "void": "stop",
    "label": "pen",
    "correction": "pen",
    "inspection": "doc",
    "notice": "doc",
    "dispute": "question",
    "settlement": "tick",
    "hold": "stop",
    "recall": "stop",
    "own-recall": "stop",
    "release": "tick",
    "withdrawal": "pen",
    "return": "truck",
    "destruction": "stop",
    "completion": "doc",
    "closing": "doc",
    "other": "doc",
}
"""Icons of phases, in the order of the page. A refusal, a penalty and an acknowledgement stay among others:
who refused goods is not for shoppers, and penalties are published in their own place."""
_PLAIN: Final = _ICONS["other"]
_COUNTED: Final = frozenset(
    {"harvest", "certificate", "receipt", "production", "pack", "dispatch", "shipment"}
)
"""Phases of which several are counted by a word of their own."""
_NAMED_BY_TEXT: Final = frozenset({"harvest", "dispatch", "receipt", "merge", "split", "production", "pack"})


@dataclass(frozen=True, slots=True)
class Line:
    """One record: its name, and what the phase's own line does not tell. `late_hours` is None in time."""

    day: str
    parts: tuple[Part, ...]
    facts: tuple[Part, ...]
    actor: str | None
    late_hours: int | None
    failed: bool
    photos: tuple[PhotoShown, ...] = ()


@dataclass(frozen=True, slots=True)
class Phase:
    kind: str
    name: str
    icon: str
    first: str
    last: str
    summary: tuple[Part, ...]
    actors: tuple[str | None, ...]
    late: int
    failed: int
    lines: tuple[Line, ...]
    omitted: int


def phases_of(placed: Iterable[str], steps: Sequence[str]) -> tuple[str, ...]:
    """The phases that have a place on the page, and each other step behind the one before it in a chain."""
    phases = list(placed)
    for before, step in pairwise(steps):
        if step not in phases:
            phases.insert(phases.index(before) + 1, step)
    return tuple(phases)


PHASES: Final = phases_of(_ICONS, STEPS)


def name_of(phase: str, of: Reader) -> str:
    """What the page calls a phase; where it has no word of its own, the name of the record kind."""
    own = f"scan.phase.{phase}"
    return of.say(own if has(of.locale, own) else f"spoken.name.{KIND_OF[phase]}")


def journey_of(page: BatchPage, of: Reader) -> tuple[Phase, ...]:
    """Phases in the order of the chain; records within them in the order of their time."""
    by_kind: dict[str, list[Step]] = {kind: [] for kind in PHASES}
    for step in _with_doubts(page):
        by_kind[step.kind if step.kind in by_kind else "other"].append(step)
    return tuple(_phase(kind, steps, page, of) for kind, steps in by_kind.items() if steps)


def _with_doubts(page: BatchPage) -> Iterable[Step]:
    """The steps, a test that passes what may be too much told as that."""
    doubted = {test.statement for test in page.tests if test.doubted}
    for step in page.timeline:
        told = {**step.detail, "conclusion": "doubted"} if step.statement in doubted else step.detail
        yield replace(step, detail=told)


def _phase(kind: str, steps: list[Step], page: BatchPage, of: Reader) -> Phase:
    lines = tuple(_line(step, page, of) for step in steps)
    days = sorted(line.day for line in lines if line.day)
    if kind == "plot":  # a plot has no day of its own; the record that names it has
        days, lines = [], tuple(replace(line, day="") for line in lines)
    return Phase(
        kind=kind,
        name=name_of(kind, of),
        icon=_ICONS.get(kind, _PLAIN),
        first=days[0] if days else "",
        last=days[-1] if days else "",
        summary=_summary(kind, steps, lines, of),
        actors=tuple(dict.fromkeys(line.actor for line in lines)),
        late=sum(line.late_hours is not None for line in lines),
        failed=sum(line.failed for line in lines),
        lines=lines[:ROWS],
        omitted=max(len(lines) - ROWS, 0),
    )


def _line(step: Step, page: BatchPage, of: Reader) -> Line:
    return Line(
        day=step.day,
        parts=tuple(_parts(step, of)),
        facts=facts_of_step(step, page, of),
        actor=step.actor,
        late_hours=step.late_hours if step.late else None,
        failed=step.detail.get("conclusion") == "fail",
        photos=page.pictured.get(step.statement, ()) if step.kind == _REAPED else (),
    )


def _parts(step: Step, of: Reader) -> Iterable[Part]:
    if step.kind in _NAMED_BY_TEXT and step.text:
        yield Part(step.text, data=True)
    elif step.kind in _WORDED:
        yield from _WORDED[step.kind](step, of)
    elif step.text:
        yield Part(step.text, data=True)
    if step.region and step.kind in {"plot", "harvest"}:
        yield Part(of.place(step.region))


def _plot(step: Step, _of: Reader) -> Iterable[Part]:
    if step.detail.get("crop"):
        yield Part(str(step.detail["crop"]), data=True)


def _operation(step: Step, of: Reader) -> Iterable[Part]:
    yield Part(of.word("scan.operation", step.detail.get("operation")))
    if step.text:
        yield Part(step.text, data=True)


def _certificate(step: Step, of: Reader) -> Iterable[Part]:
    basis = step.detail.get("basis")
    yield Part(of.word("scan.basis", basis)) if basis else Part(step.text, data=True)


def _test(step: Step, of: Reader) -> Iterable[Part]:
    yield Part(of.word("scan.purpose", step.detail.get("purpose")))
    yield Part(of.word("scan.conclusion", step.detail.get("conclusion")))


_WORDED: Final = {"plot": _plot, "operation": _operation, "certificate": _certificate, "test": _test}


def _summary(kind: str, steps: list[Step], lines: tuple[Line, ...], of: Reader) -> tuple[Part, ...]:
    if len(steps) == 1:
        return lines[0].parts
    if kind == "operation":
        done = [str(step.detail.get("operation")) for step in steps]
        return tuple(
            Part(of.say("scan.times", what=of.word("scan.operation", each), count=done.count(each)))
            for each in dict.fromkeys(done)
        )
    if kind == "test":
        passed = sum(step.detail.get("conclusion") == "pass" for step in steps)
        return (Part(of.say("scan.tests-passed", count=len(steps), passed=passed)),)
    if kind == "plot":
        named = dict.fromkeys(part for line in lines for part in line.parts)
        return (Part(of.say("scan.plots", count=len(steps))), *list(named)[:NAMES])
    first = [line.parts[0].text for line in lines if line.parts]
    names = list(dict.fromkeys(first))[:NAMES] if kind != "certificate" else []
    counted = f"scan.several.{kind}" if kind in _COUNTED else "scan.records"
    return (Part(of.say(counted, count=len(steps))), *(Part(name, data=True) for name in names))
