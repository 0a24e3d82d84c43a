"""What one usually does after a record was signed: the next form, begun with the goods of the last."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from trace.chain.facts.farm import CERTIFICATE, HARVEST
from trace.chain.facts.food import MERGE, PRODUCTION, RECEIPT
from trace.chain.facts.goods import PACK, REPORT

_PREFIX: Final = "urn:lot:"
_CASE: Final = re.compile(r"AJ[0-9]{4}-[0-9]{5,}")


@dataclass(frozen=True, slots=True)
class NextStep:
    """A link to what comes next: its slug (worded `work.next.<slug>`), the goods, address and query."""

    slug: str
    lot: str
    address: str
    query: Mapping[str, str]


def next_steps(signed: Iterable[Mapping[str, Any]], iss: str, *, prints: bool) -> list[NextStep]:
    """After these records (`typ`, `data`), each sort of step once, for its last goods."""
    own = f"{_PREFIX}{iss.rpartition(':')[2]}:"
    found: dict[str, NextStep] = {}
    for content in signed:
        after = _AFTER.get(str(content["typ"]))
        for slug, lot in after(content["data"], own) if after else ():
            if slug != "label" or prints:
                found[slug] = _step(slug, lot)
    return list(found.values())


def back_to_cases(signed: Iterable[Mapping[str, Any]]) -> list[NextStep]:
    """After official acts: the cases that they are about, by their matter, each once."""
    matters = (str(content["data"].get("matter") or "") for content in signed)
    numbers = dict.fromkeys(one for one in matters if _CASE.fullmatch(one))
    return [NextStep("case", number, f"/office/cases/{number}", {}) for number in numbers]


def _receipt(data: Mapping[str, Any], _: str) -> Iterable[tuple[str, str]]:
    yield ("shipment" if data.get("role") == "goods" else "production"), str(data["lot"])


def _merge(data: Mapping[str, Any], _: str) -> Iterable[tuple[str, str]]:
    yield "production", str(data["output"]["lot"])


def _production(data: Mapping[str, Any], _: str) -> Iterable[tuple[str, str]]:
    yield from (("test", str(one["lot"])) for one in data["outputs"] if one.get("kind") == "product")


def _report(data: Mapping[str, Any], own: str) -> Iterable[tuple[str, str]]:
    passed = (data.get("purpose"), data.get("conclusion")) == ("release", "pass")
    if passed and str(data["lot"]).startswith(own):
        yield "pack", str(data["lot"])


def _pack(data: Mapping[str, Any], _: str) -> Iterable[tuple[str, str]]:
    yield "label", str(data["lot"])
    yield "shipment", str(data["lot"])


def _harvest(data: Mapping[str, Any], _: str) -> Iterable[tuple[str, str]]:
    yield "certificate", str(data["lot"])


def _certificate(data: Mapping[str, Any], _: str) -> Iterable[tuple[str, str]]:
    yield "consignment", str(data["lot"])


_AFTER: Final[Mapping[str, Callable[[Mapping[str, Any], str], Iterable[tuple[str, str]]]]] = {
    RECEIPT.typ: _receipt,
    MERGE.typ: _merge,
    PRODUCTION.typ: _production,
    REPORT.typ: _report,
    PACK.typ: _pack,
    HARVEST.typ: _harvest,
    CERTIFICATE.typ: _certificate,
}
"""Kind -> what follows its records, as (slug, goods)."""
_FORMS: Final = {
    "production": "投料与产出",
    "test": "出厂检验",
    "pack": "包装赋码",
    "shipment": "出货",
    "certificate": "合格证",
    "consignment": "出库",
}


def _step(slug: str, lot: str) -> NextStep:
    number = lot.rpartition(":")[2]
    if slug == "label":
        return NextStep(slug, number, f"/desk/labels/{lot}", {})
    return NextStep(slug, number, f"/desk/records/{_FORMS[slug]}", {"of": lot})
