"""Random draws (双随机) of objects and inspectors that anybody draws again: a plan, a seed, a result.

The plan (both lists, who stands aside for whom, how many are taken, and a commitment to each department's
half of the seed) is published by its hash before either half is shown. The seed is the hash of the plan and
both halves, so neither department nor who wrote the list can choose it, and another list has another seed.
Everything is ordered by HMAC-SHA256 of names under the seed: no arithmetic but comparison of bytes, and the
order of the lists is of no account.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from trace.errors import DrawNotAsPlanned, DrawPlanMalformed, NobodyLeftToDraw
from trace.ledger.canonical import JsonValue, encode

METHOD: Final = "greentrace/draw/1"
LIMIT: Final = 64 * 1024 * 1024
"""The longest plan or result in bytes."""
HALF: Final = 32
"""Bytes of a department's half of the seed."""
_HEX: Final = frozenset("0123456789abcdef")
_PLAN: Final = {"method", "title", "objects", "take", "inspectors", "recused", "commitments"}
_OMITTED: Final = "omitted"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is drawn from, frozen before there is a seed.

    `inspectors` and `commitments` by department; `recused`: (inspector, object), never drawn together;
    `omitted`: object -> why it is not on the list although it could be. Older plans have no such member.
    """

    title: str
    objects: frozenset[str]
    take: int
    inspectors: Mapping[str, frozenset[str]]
    recused: frozenset[tuple[str, str]]
    commitments: Mapping[str, str]
    omitted: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, document: Mapping[str, JsonValue]) -> Plan:
        """The plan of a JSON object; raises `DrawPlanMalformed` with the member at fault."""
        told = {*document} - {_OMITTED}
        if told != _PLAN or document["method"] != METHOD:
            odd = sorted(told ^ _PLAN) or ["method"]
            raise DrawPlanMalformed(member=odd)
        take, by_department = document["take"], _object(document, "inspectors")
        inspectors = {name: _names(by_department, name) for name in by_department}
        plan = cls(
            title=_text(document, "title"),
            objects=_names(document, "objects"),
            take=take if isinstance(take, int) and not isinstance(take, bool) else 0,
            inspectors=inspectors,
            recused=frozenset(_pairs(document["recused"])),
            commitments={name: str(value) for name, value in _object(document, "commitments").items()},
            omitted=dict(_reasons(document.get(_OMITTED, []))),
        )
        plan._check()
        return plan

    def _check(self) -> None:
        if not 1 <= self.take <= len(self.objects):
            raise DrawPlanMalformed(member="take")
        every = [one for names in self.inspectors.values() for one in names]
        if not self.inspectors or len(set(every)) != len(every):
            raise DrawPlanMalformed(member="inspectors")
        if {one for one, _ in self.recused} - {*every} or {one for _, one in self.recused} - self.objects:
            raise DrawPlanMalformed(member="recused")
        if not self.objects.isdisjoint(self.omitted) or not all(one.strip() for one in self.omitted.values()):
            raise DrawPlanMalformed(member=_OMITTED)
        if set(self.commitments) != set(self.inspectors):
            raise DrawPlanMalformed(member="commitments")
        if any(len(one) != 2 * HALF or set(one) - _HEX for one in self.commitments.values()):
            raise DrawPlanMalformed(member="commitments")

    def document(self) -> dict[str, JsonValue]:
        """The plan as a JSON object with its lists in order."""
        omitted: list[JsonValue] = [
            {"object": what, "reason": why} for what, why in sorted(self.omitted.items())
        ]
        return {
            "method": METHOD,
            "title": self.title,
            "objects": sorted(self.objects),
            "take": self.take,
            "inspectors": {name: sorted(names) for name, names in self.inspectors.items()},
            "recused": [{"inspector": who, "object": what} for who, what in sorted(self.recused)],
            "commitments": dict(self.commitments),
            **({_OMITTED: omitted} if omitted else {}),
        }

    @property
    def hash(self) -> str:
        """What is published before the halves are: SHA-256 of the canonical plan, 64 hexadecimal digits."""
        return hashlib.sha256(encode(self.document(), limit=LIMIT)).hexdigest()


def commitment(half: bytes) -> str:
    """What a department publishes of its half of the seed beforehand."""
    return hashlib.sha256(half).hexdigest()


def draw(plan: Plan, halves: Mapping[str, bytes]) -> dict[str, JsonValue]:
    """The result document: objects drawn with an inspector of each department, and the stand-ins in order.

    For each object, of those who need not stand aside the one with the fewest objects so far goes, among
    equals the first by the seed. Raises `DrawNotAsPlanned` for a half that is not the one committed to, and
    `NobodyLeftToDraw` where all of a department stand aside.
    """
    for name, committed in plan.commitments.items():
        half = halves.get(name)
        if half is None or len(half) != HALF or commitment(half) != committed:
            raise DrawNotAsPlanned(member=f"halves.{name}")
    seed = _seed(plan, halves)
    order = sorted(plan.objects, key=lambda one: _place(seed, "object", one))
    load = {who: 0 for names in plan.inspectors.values() for who in names}
    drawn: list[JsonValue] = []
    for what in order[: plan.take]:
        chosen = {name: _inspector(plan, seed, name, what, load) for name in sorted(plan.inspectors)}
        for who in chosen.values():
            load[who] += 1
        aside = sorted(who for who, of in plan.recused if of == what)
        drawn.append({"object": what, "inspectors": dict(chosen), "recused": list(aside)})
    return {
        "method": METHOD,
        "plan": plan.document(),
        "planHash": plan.hash,
        "halves": {name: halves[name].hex() for name in sorted(plan.commitments)},
        "seed": seed.hex(),
        "drawn": drawn,
        "standIns": list(order[plan.take :]),
    }


def verify_draw(result: Mapping[str, JsonValue], published: str | None = None) -> Plan:
    """The plan of a result that is what its plan and halves give, drawn again.

    `published`: the hash that was published beforehand. Raises `DrawNotAsPlanned` naming the first member
    that differs.
    """
    plan = Plan.read(_object(result, "plan"))
    if published is not None and published != plan.hash:
        raise DrawNotAsPlanned(member="planHash")
    shown = _object(result, "halves")
    try:
        halves = {name: bytes.fromhex(str(value)) for name, value in shown.items()}
    except ValueError as error:
        raise DrawNotAsPlanned(member="halves") from error
    again = draw(plan, halves)
    for member in sorted({*result, *again}):
        if result.get(member) != again.get(member):
            raise DrawNotAsPlanned(member=member)
    return plan


def _seed(plan: Plan, halves: Mapping[str, bytes]) -> bytes:
    parts = [METHOD.encode(), bytes.fromhex(plan.hash), *(halves[name] for name in sorted(plan.commitments))]
    return hashlib.sha256(b"\0".join((parts[0], b"".join(parts[1:])))).digest()


def _place(seed: bytes, *names: str) -> bytes:
    return hmac.digest(seed, encode(list(names)), "sha256")


def _inspector(plan: Plan, seed: bytes, department: str, what: str, load: Mapping[str, int]) -> str:
    free = [who for who in plan.inspectors[department] if (who, what) not in plan.recused]
    if not free:
        raise NobodyLeftToDraw(department=department, object=what)
    return min(free, key=lambda who: (load[who], _place(seed, "inspector", what, who)))


def _object(document: Mapping[str, JsonValue], member: str) -> Mapping[str, JsonValue]:
    value = document.get(member)
    if not isinstance(value, Mapping):
        raise DrawPlanMalformed(member=member)
    return value


def _text(document: Mapping[str, JsonValue], member: str) -> str:
    value = document[member]
    if not isinstance(value, str) or not value.strip():
        raise DrawPlanMalformed(member=member)
    return value


def _names(document: Mapping[str, JsonValue], member: str) -> frozenset[str]:
    """A list of names that are all there and all different: a name twice would be drawn twice as often."""
    value = document[member]
    if (
        not isinstance(value, list)
        or not value
        or not all(isinstance(one, str) and one.strip() for one in value)
    ):
        raise DrawPlanMalformed(member=member)
    if len(set(value)) != len(value):
        raise DrawPlanMalformed(member=member)
    return frozenset(value)


def _pairs(value: JsonValue) -> Iterable[tuple[str, str]]:
    if not isinstance(value, list):
        raise DrawPlanMalformed(member="recused")
    for one in value:
        if not isinstance(one, Mapping) or set(one) != {"inspector", "object"}:
            raise DrawPlanMalformed(member="recused")
        yield str(one["inspector"]), str(one["object"])


def _reasons(value: JsonValue) -> Iterable[tuple[str, str]]:
    """Objects that are left out with their reasons, each once."""
    named: set[str] = set()
    for one in value if isinstance(value, list) else [None]:
        if not isinstance(one, Mapping) or set(one) != {"object", "reason"} or str(one["object"]) in named:
            raise DrawPlanMalformed(member=_OMITTED)
        named.add(str(one["object"]))
        yield str(one["object"]), str(one["reason"])
