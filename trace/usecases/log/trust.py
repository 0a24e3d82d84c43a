"""The policy folder of a verifier (docs/record-format.md §7), written once by whoever sets a platform up.

    policy/policy.txt    C2SP tlog-policy: logs, witnesses, the group "both", the quorum
    policy/registrars    ids of the keys that may register keys, one a line

Trust comes from this folder alone, never from a bundle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from trace.chain.admission.decision import share_of
from trace.chain.facts import KINDS
from trace.chain.facts.disputes import DISPUTE_OPEN, DISPUTE_SETTLE
from trace.chain.facts.events import EPCIS_EVENT
from trace.chain.facts.farm import CERTIFICATE, HARVEST, OPERATION
from trace.chain.facts.food import MERGE, PRODUCTION, RECEIPT, SPLIT
from trace.chain.facts.goods import PACK, REPORT, SHIPMENT
from trace.chain.facts.snapshot import SNAPSHOT
from trace.chain.ids import same_number
from trace.chain.pack_contents import SIGNS, UNIT_WORDS
from trace.chain.pair_names import PAIR_NAMES
from trace.errors import PolicyAbsent
from trace.errors.ledger import LogNumberTaken
from trace.ledger.bundle import LabelKey, Limits, TrustPolicy
from trace.ledger.bundle.disputes import DisputeNames
from trace.ledger.note import NoteSigner
from trace.parties import REGULATORS
from trace.quantities import UNITS, factor
from trace.rules import Rules

POLICY: Final = "policy.txt"
REGISTRARS: Final = "registrars"
_LATENESS: Final = "P01"
_FRESHNESS: Final = "P04"
_BALANCE: Final = "R18"
_SERIAL: Final = LabelKey(stated=False)
LABEL_KEYS: Final = {
    "01": LabelKey("gtin", "^0+"),
    "10": LabelKey("batchNo"),
    "21": _SERIAL,  # a serial is a keyed permutation: which range it is of, only the platform can tell
    "t": LabelKey("platformCode", "-", stated=False),
}
"""Path of a code on a pack -> member of the pack record that must say the same."""
MADE: Final[Mapping[str, tuple[str, ...]]] = {
    HARVEST.typ: ("lot",),
    CERTIFICATE.typ: ("consignment",),
    RECEIPT.typ: ("lot",),
    MERGE.typ: ("output.lot",),
    SPLIT.typ: ("outputs.lot",),
    PRODUCTION.typ: ("batch", "outputs.lot"),
    PACK.typ: ("lot",),
    SHIPMENT.typ: ("lot",),
}
"""Kind -> where it states lots that it brings to be: each must stand in its signer's name."""
GOODS: Final = frozenset({OPERATION.typ, REPORT.typ, *MADE} - {RECEIPT.typ})
"""The kinds that tell where goods come from; shown as origin only where a pair leads to them."""
DISPUTES: Final = DisputeNames(DISPUTE_OPEN.typ, DISPUTE_SETTLE.typ, REGULATORS)


def load_trust(path: Path | None) -> TrustPolicy | None:
    """The trust in a policy folder; None when no folder was given.

    Raises PolicyAbsent for a folder without a policy and PolicyMalformed for an unreadable one.
    """
    if path is None:
        return None
    policy, registrars = path / POLICY, path / REGISTRARS
    if not policy.is_file() or not registrars.is_file():
        raise PolicyAbsent(part=POLICY if not policy.is_file() else REGISTRARS)
    return TrustPolicy.parse([policy.read_text("utf-8")], registrars.read_text("utf-8"))


def require_apart(trust: TrustPolicy, own: str) -> None:
    """Refuse a policy with logs, the own one among them, whose rows would be taken for one another's.

    Raises `LogNumberTaken`.
    """
    named = [log.key.name for policy in trust.policies for log in policy.logs]
    same = same_number([own, *named])
    if same is not None:
        raise LogNumberTaken(log=same[1], other=same[0])


def write_policy(
    path: Path,
    logs: Iterable[tuple[NoteSigner, str]],
    witnesses: Sequence[tuple[str, str, str]],
    registrars: Mapping[str, str],
) -> None:
    """Write a policy folder: logs (key, address), witnesses (name, vkey, address), registrars (kid, name)."""
    path.mkdir(parents=True, exist_ok=True)
    rows = [f"log {key.verifier.vkey} {url}" for key, url in logs]
    rows += [f"witness {name} {vkey} {url}" for name, vkey, url in witnesses]
    if witnesses:
        rows.append(f"group both all {' '.join(name for name, _, _ in witnesses)}")
    rows.append("quorum both" if witnesses else "quorum none")
    (path / POLICY).write_text("\n".join(rows) + "\n", "utf-8")
    lines = [f"{kid} {name}" for kid, name in registrars.items()]
    (path / REGISTRARS).write_text("\n".join(lines) + "\n", "utf-8")


def limits_of(rules: Rules, day: date) -> Limits:
    """Limits by the rules of `day`: lateness of each kind of record, age of a recall status."""
    timed = (typ for typ, kind in KINDS.items() if kind.timed)
    found = {typ: rules.find(_LATENESS, day, kind=typ) for typ in timed}
    lateness = {typ: timedelta(hours=int(rule.number)) for typ, rule in found.items() if rule is not None}
    fresh, received = rules.find(_FRESHNESS, day), rules.find(_BALANCE, day, what="receipt")
    return Limits(
        lateness=lateness,
        status_age=fresh.duration if fresh is not None else None,
        status_typ=SNAPSHOT.typ,
        status_roles=SNAPSHOT.stated_by,
        label_typ=PACK.typ,
        label_keys=LABEL_KEYS,
        stated_by={typ: kind.stated_by for typ, kind in KINDS.items()},
        made=MADE,
        event_typ=EPCIS_EVENT.typ,
        goods=GOODS,
        pairs=replace(PAIR_NAMES, tolerance=Fraction(0 if received is None else share_of(received))),
        disputes=DISPUTES,
    )


def script_limits(limits: Limits) -> dict[str, Any]:
    """The same limits as the browser's verifier is told them."""
    age, pairs = limits.status_age, limits.pairs or PAIR_NAMES
    return {
        "lateness": {typ: limit.total_seconds() for typ, limit in limits.lateness.items()},
        "tolerance": limits.tolerance.total_seconds(),
        "statusAge": None if age is None else age.total_seconds(),
        "statusRoles": sorted(limits.status_roles),
        "labelTyp": limits.label_typ,
        "labelKeys": {name: [key.member, key.drop, key.stated] for name, key in limits.label_keys.items()},
        "statedBy": {typ: sorted(roles) for typ, roles in sorted(limits.stated_by.items())},
        "made": {typ: sorted(paths) for typ, paths in sorted(limits.made.items())},
        "eventTyp": limits.event_typ,
        "goods": sorted(limits.goods),
        "pairs": {
            "receipt": pairs.receipt,
            "confirmation": pairs.confirmation,
            "refusal": pairs.refusal,
            "handovers": {
                typ: [one.lot, one.from_lot, one.receiver] for typ, one in sorted(pairs.handovers.items())
            },
            "units": {unit: list(factor(unit)) for unit in sorted(UNITS)},
            "records": sorted(pairs.records),
            "words": dict(UNIT_WORDS),
            "signs": dict(SIGNS),
            "tolerance": [pairs.tolerance.numerator, pairs.tolerance.denominator],
        },
        "disputes": [DISPUTES.opened, DISPUTES.settled, sorted(DISPUTES.authorities)],
    }
