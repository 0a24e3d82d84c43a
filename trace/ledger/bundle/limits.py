"""What a verifier is told of the day and of the trade: the ledger itself knows neither."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from trace.ledger.bundle.disputes import DisputeNames
from trace.ledger.bundle.label import LabelKey
from trace.ledger.pairing import PairNames


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of the day, handed in: lateness per `typ`, kind and age of a status, who states it.

    `label_typ` is the kind of statement whose digest a label carries, `label_keys` what the code beside it
    says of that statement; without keys the digest alone is compared. `stated_by` are the roles that may
    state a kind, `made` the members in which it brings lots to be (dotted, through lists), `event_typ`
    the kind that holds an event of another system, which names goods in its own way, `goods` the
    kinds that tell where goods come from. `pairs` are the words of hand-overs, `disputes` those of
    disputes about them. Without them none of it is asked.
    """

    lateness: Mapping[str, timedelta] = field(default_factory=dict)
    tolerance: timedelta = timedelta(minutes=5)
    status_age: timedelta | None = None
    status_typ: str = ""
    status_roles: Collection[str] = ()
    label_typ: str = ""
    label_keys: Mapping[str, LabelKey] = field(default_factory=dict)
    stated_by: Mapping[str, Collection[str]] = field(default_factory=dict)
    made: Mapping[str, Collection[str]] = field(default_factory=dict)
    event_typ: str = ""
    goods: Collection[str] = ()
    pairs: PairNames | None = None
    disputes: DisputeNames | None = None
