"""The frozen form: one document in canonical JSON under its SHA-256, with every list that it counts.

A revision is a document of its own that names the one before it. Nothing in it is changed later: what comes
after the day on which it was built is in the next one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from trace.oversight.monthly.figures import Figure, Line
from trace.rules.monthly_form import Defined, monthly_form

FORMAT: Final = "monthly-form/1"
YEARLY: Final = "year-summary/1"
_MONTH: Final = len("YYYY-MM")


@dataclass(frozen=True, slots=True)
class Header:
    """Whose form of which month it is, which revision, what it knew, and what was written by hand.

    `authority` reports (填报单位), `name` is what it was called then. Who is asked about it (联系人) is
    who built it: that stands with the steps, not here.
    `month`: YYYY-MM, or the year of a summary (YYYY). `parts`: the hashes of the forms that it sums, of
    districts or, in a summary, of months; none where it counts records itself. `missing`: districts, or
    months, whose form was not there. `unplaced`: firms on the register without a registered district.
    """

    month: str
    area: str
    authority: str
    name: str
    revision: int
    replaces: str
    as_of: datetime
    log: str
    arrival: int
    rules: str
    highlights: str = ""
    reason: str = ""
    parts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unplaced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FrozenForm:
    """A form as it was frozen; `version` is that of the table of rows (`MonthlyForm.version`)."""

    header: Header
    version: str
    figures: Mapping[str, Figure]

    def document(self) -> bytes:
        """The canonical bytes: JSON, sorted members, no blanks, UTF-8."""
        head, form = self.header, monthly_form()
        return orjson.dumps(
            {
                "format": FORMAT if len(head.month) == _MONTH else YEARLY,
                "form": {"document": form.document, "annex": form.annex, "version": self.version},
                "month": head.month,
                "area": head.area,
                "authority": head.authority,
                "authorityName": head.name,
                "revision": head.revision,
                "replaces": head.replaces,
                "asOf": head.as_of.isoformat(),
                "log": head.log,
                "arrival": head.arrival,
                "rules": head.rules,
                "highlights": head.highlights,
                "reason": head.reason,
                "parts": list(head.parts),
                "missing": list(head.missing),
                "unplaced": list(head.unplaced),
                "figures": [_figure(one) for one in self.figures.values()],
            },
            option=orjson.OPT_SORT_KEYS,
        )


def frozen_hash(document: bytes) -> str:
    """The address of a frozen form: hex SHA-256 of its bytes."""
    return hashlib.sha256(document).hexdigest()


def read_document(document: bytes) -> FrozenForm:
    """A frozen form from its bytes, with the definitions that stand in it, not those of today."""
    said = orjson.loads(document)
    header = Header(
        said["month"],
        said["area"],
        said["authority"],
        said["authorityName"],
        said["revision"],
        said["replaces"],
        datetime.fromisoformat(said["asOf"]),
        said["log"],
        said["arrival"],
        said["rules"],
        said["highlights"],
        said["reason"],
        tuple(said["parts"]),
        tuple(said["missing"]),
        tuple(said["unplaced"]),
    )
    figures = {one["id"]: _read(one) for one in said["figures"]}
    return FrozenForm(header, said["form"]["version"], figures)


def _figure(one: Figure) -> dict[str, object]:
    defined = one.defined
    return {
        "id": defined.id,
        "unit": defined.unit,
        "sort": defined.sort,
        "distinct": defined.distinct,
        "at": defined.at,
        "zh": defined.zh,
        "en": defined.en,
        "source": defined.source,
        "requirement": defined.requirement,
        "within": defined.within,
        "number": None if one.number is None else str(one.number),
        "hash": one.hash,
        "lines": one.listed(),
    }


def _read(said: Mapping[str, Any]) -> Figure:
    defined = Defined(**{name: said[name] for name in Defined.__slots__})
    lines = said["lines"]
    return Figure(defined, None if lines is None else tuple(map(Line.from_data, lines)))
