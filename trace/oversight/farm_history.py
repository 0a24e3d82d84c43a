"""The history of a farm under three heads: its producer, the environment of its plots, the inputs used.

Each line is a signed record, or a signed answer of an inspection; a record is told by what it says otherwise
than the one that its signer had signed before of the same thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

PRODUCER: Final = "producer"
ENVIRONMENT: Final = "environment"
INPUTS: Final = "inputs"
HEADS: Final = (PRODUCER, ENVIRONMENT, INPUTS)
"""生产主体情况, 产地环境, 投入品使用情况."""
ITEMS: Final[Mapping[str, str]] = {
    "registered": PRODUCER,
    "region": PRODUCER,
    "licence": PRODUCER,
    "plot": ENVIRONMENT,
    "plots": ENVIRONMENT,
    "area": ENVIRONMENT,
    "crops": ENVIRONMENT,
    "environment": ENVIRONMENT,
    "inputs": INPUTS,
    "stored": INPUTS,
    "interval": INPUTS,
    "waste": INPUTS,
}
"""Item of a form of the department of agriculture -> the head that its answer stands under."""
_DIGESTS: Final = "_sd"


@dataclass(frozen=True, slots=True)
class Said:
    """A statement as it stands in the log: what is in clear; digests stand for what was concealed."""

    stmt: str
    typ: str
    iss: str
    sub: str
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the history, about a record of that kind: `now` and `before` are the members that differ, all
    of them at first.

    `concealed`: what is not for everybody is other than before; nobody here can read what it is.
    `amends`: the statement that a correction replaces, or takes back where `now` is None.
    """

    head: str
    typ: str
    said: Said
    now: Mapping[str, Any] | None
    before: Mapping[str, Any] = field(default_factory=dict)
    concealed: bool = False
    amends: str = ""
    reason: str = ""


def lines_of(heads: Mapping[str, str], said: Iterable[Said], correction: str) -> list[Line]:
    """The lines of statements, the newest first; `said` in order of arrival, `heads` kind -> head."""
    last: dict[tuple[str, str, str], Mapping[str, Any]] = {}
    kinds: dict[str, Said] = {}
    found = []
    for one in said:
        kinds[one.stmt] = one
        if one.typ == correction:
            line = _correction(heads, one, kinds)
            if line is not None:
                found.append(line)
        elif one.typ in heads:
            key = one.iss, one.sub, one.typ
            found.append(_line(heads[one.typ], one, last.get(key)))
            if heads[one.typ] != INPUTS:  # an operation is an event of its own: it replaces none
                last[key] = one.data
    return found[::-1]


def _line(head: str, one: Said, before: Mapping[str, Any] | None) -> Line:
    if before is None:
        return Line(head, one.typ, one, _clear(one.data))
    names = [name for name in {**before, **one.data} if before.get(name) != one.data.get(name)]
    return Line(
        head,
        one.typ,
        one,
        {name: one.data[name] for name in names if name in one.data and name != _DIGESTS},
        {name: before[name] for name in names if name in before and name != _DIGESTS},
        concealed=_DIGESTS in names,
    )


def _correction(heads: Mapping[str, str], one: Said, kinds: Mapping[str, Said]) -> Line | None:
    amended = kinds.get(str(one.data.get("amends") or ""))
    if amended is None or amended.typ not in heads:
        return None
    replacement = one.data.get("replacement")
    now = _clear(replacement) if isinstance(replacement, Mapping) else None
    reason = str(one.data.get("reason") or "")
    return Line(
        heads[amended.typ], amended.typ, one, now, _clear(amended.data), amends=amended.stmt, reason=reason
    )


def _clear(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != _DIGESTS}
