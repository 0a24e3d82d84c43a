"""Scan counting and judging of codes: one transaction a batch, never in a shopper's request.

A scan counts unless the same device scanned the same code within the window of rule R54. The codes of a batch
are judged by what is kept of them and by the batch's own baseline, the code itself left out. One that rises
to "watch" or "suspected" is told to the firm that packed it and to the regulator, through the outbox. What is
suspected stays so when details are forgotten: copies do not go away with our memory of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from trace.calendar.shanghai import SHANGHAI_TIME
from trace.oversight.copied_codes import (
    NONE,
    SUSPECTED,
    WATCH,
    Baseline,
    CopyParameters,
    CopyVerdict,
    Pattern,
    Sighting,
    is_diverted,
    judge,
    pattern_of,
)
from trace.oversight.copied_codes.parameters import copy_parameters
from trace.store.messages.outbox import put_notices
from trace.store.scans.scan_alerts import ScanAlert, put_alerts
from trace.store.scans.scans import (
    MOST_KEPT,
    Histogram,
    KeptScan,
    Tally,
    forget_scans,
    move_baselines,
    put_scans,
    put_tallies,
    read_baselines,
    read_scans,
    read_tallies,
    take_turn,
)
from trace.store.transaction import Transactions, Tx
from trace.usecases.scans.batch_story import BatchStory, batch_stories

COPIED: Final = "copied"
DIVERTED: Final = "diverted"
TOPIC: Final = "scan-alert"
REGULATOR: Final = "regulator"
_WHAT: Final = ("devices", "occasions", "cities")
_HIGHEST: Final = 100
"""Values above it are one value of a baseline: its trim leaves them out anyway."""
_RANK: Final = {NONE: 0, WATCH: 1, SUSPECTED: 2}

Move = tuple[str, str, int, int]


@dataclass(frozen=True, slots=True)
class SeenScan:
    """One scan as it came in: `lot` is its pack's urn, `region` a city, `device` its name on this code."""

    code: str
    lot: str | None
    at: datetime
    region: str | None
    device: str


@dataclass(frozen=True, slots=True)
class Counted:
    """The outcome of a batch: scans counted, scans of a device again too soon, alerts raised."""

    counted: int = 0
    repeated: int = 0
    alerts: int = 0


@dataclass(frozen=True, slots=True)
class _Judgement:
    """A code after its new scans."""

    tally: Tally
    before: Tally | None
    verdict: CopyVerdict
    pattern: Pattern


def count_scans(transactions: Transactions, seen: Sequence[SeenScan]) -> Counted:
    """Count a batch of scans; any order, any number of codes and lots."""
    with transactions.begin("scans") as tx:
        take_turn(tx.connection)
        given = _parameters(tx)
        codes = {each.code for each in seen}
        kept = read_scans(tx.connection, codes)
        fresh = _not_again(seen, kept, given)
        _keep(tx, fresh, kept)
        judged = _judge_all(tx, fresh, kept, given)
        put_tallies(tx.connection, [each.tally for each in judged])
        raised = _raise(tx, judged, given)
    return Counted(len(fresh), len(seen) - len(fresh), raised)


def forget_old_scans(transactions: Transactions) -> int:
    """Delete the details whose retention is over (R54); returns how many. Counts and first scans stay."""
    with transactions.begin("scans") as tx:
        return forget_scans(tx.connection, tx.now - _parameters(tx).retention)


def _parameters(tx: Tx) -> CopyParameters:
    return copy_parameters(tx.rules, tx.now.astimezone(SHANGHAI_TIME).date())


def _not_again(
    seen: Sequence[SeenScan], kept: Mapping[str, Sequence[KeptScan]], given: CopyParameters
) -> list[SeenScan]:
    """In order of time, without those of a device that scanned the same code within the window."""
    last = {(each.code, each.device): each.at for scans in kept.values() for each in scans}
    fresh = []
    for each in sorted(seen, key=lambda one: one.at):
        before = last.get((each.code, each.device))
        if before is None or abs(each.at - before) >= given.device_window:
            last[each.code, each.device] = each.at
            fresh.append(each)
    return fresh


def _keep(tx: Tx, fresh: Sequence[SeenScan], kept: dict[str, list[KeptScan]]) -> None:
    """Add the details to those known, on disk and in `kept`, up to the most that are kept of a code."""
    added = []
    for each in fresh:
        known = kept.setdefault(each.code, [])
        if len(known) < MOST_KEPT:
            known.append(KeptScan(each.code, each.at, each.region, each.device))
            added.append(known[-1])
    put_scans(tx.connection, added)


def _judge_all(
    tx: Tx, fresh: Sequence[SeenScan], kept: Mapping[str, Sequence[KeptScan]], given: CopyParameters
) -> list[_Judgement]:
    """Every code that has a new scan, each by its batch as it was before; then the baselines move."""
    by_code: dict[str, list[SeenScan]] = {}
    for each in fresh:
        by_code.setdefault(each.code, []).append(each)
    lots = {each.lot for each in fresh if each.lot is not None}
    tallies = read_tallies(tx.connection, by_code)
    baselines = read_baselines(tx.connection, lots)
    stories = batch_stories(tx.connection, lots)
    batches: dict[object, Baseline] = {}
    judged = []
    for code, scans in sorted(by_code.items()):
        lot = scans[0].lot or ""
        story = stories.get(lot, BatchStory()).story
        pattern = pattern_of([Sighting(one.at, one.region, one.device) for one in kept[code]], story, given)
        own = _values(tallies.get(code))
        if (lot, own) not in batches:  # many codes of a batch stand at the same place in it
            batches[lot, own] = Baseline.of(*_without(baselines.get(lot, {}), own), given)
        verdict = judge(pattern, batches[lot, own], given)
        judged.append(_judgement(scans, tallies.get(code), pattern, verdict))
    move_baselines(tx.connection, _moves(judged))
    return judged


def _judgement(
    scans: Sequence[SeenScan], before: Tally | None, pattern: Pattern, verdict: CopyVerdict
) -> _Judgement:
    """The tally of a code with its new scans; what was suspected stays so."""
    first = scans[0]
    fresh = Tally(
        code=first.code,
        lot=first.lot,
        scans=len(scans),
        devices=pattern.devices,
        occasions=pattern.occasions,
        cities=pattern.towns,
        first_at=first.at,
        first_region=first.region,
        last_at=scans[-1].at,
        suspicion=verdict.level,
        reasons=verdict.reasons,
        odds=verdict.odds,
    )
    if before is None:
        return _Judgement(fresh, None, verdict, pattern)
    added = replace(
        fresh,
        scans=before.scans + len(scans),
        devices=max(before.devices, pattern.devices),
        occasions=max(before.occasions, pattern.occasions),
        cities=max(before.cities, pattern.towns),
        first_at=before.first_at,
        first_region=before.first_region,
        last_at=max(before.last_at, scans[-1].at),
    )
    if before.suspicion == SUSPECTED and verdict.level != SUSPECTED:
        added = replace(added, suspicion=SUSPECTED, reasons=before.reasons)
    return _Judgement(added, before, verdict, pattern)


def _values(tally: Tally | None) -> tuple[int, int, int]:
    """A code's place in the histograms of _WHAT; 0 stands in none."""
    if tally is None:
        return (0, 0, 0)
    return (
        min(_HIGHEST, tally.devices),
        min(_HIGHEST, tally.occasions),
        min(_HIGHEST, tally.cities),
    )


def _without(
    batch: Mapping[str, Histogram], own: tuple[int, int, int]
) -> tuple[Histogram, Histogram, Histogram]:
    """The batch's histograms without the code itself."""
    devices, occasions, cities = (
        dict(Counter(batch.get(what, {})) - Counter([value])) for what, value in zip(_WHAT, own, strict=True)
    )
    return devices, occasions, cities


def _moves(judged: Sequence[_Judgement]) -> list[Move]:
    """How the codes move in their batches' histograms; in one order for everybody."""
    moves: Counter[tuple[str, str, int]] = Counter()
    for each in judged:
        if each.tally.lot is None:
            continue
        pairs = zip(_WHAT, _values(each.before), _values(each.tally), strict=True)
        for what, before, now in pairs:
            if before != now:
                moves[each.tally.lot, what, before] -= 1
                moves[each.tally.lot, what, now] += 1
    return [(*place, codes) for place, codes in sorted(moves.items()) if codes and place[2] > 0]


def _raise(tx: Tx, judged: Sequence[_Judgement], given: CopyParameters) -> int:
    """Tell the firm and the regulator of every code that rose, once a level."""
    wanted = []
    for each in judged:
        before = NONE if each.before is None else each.before.suspicion
        if _RANK[each.tally.suspicion] > _RANK[before]:
            wanted.append((each, COPIED, each.tally.suspicion, each.tally.reasons))
        if is_diverted(each.pattern, given):
            wanted.append((each, DIVERTED, WATCH, ("outside-sales-region",)))
    if not wanted:
        return 0
    stories = batch_stories(tx.connection, {each.tally.lot for each, *_ in wanted if each.tally.lot})
    alerts = [
        ScanAlert(
            code=each.tally.code,
            lot=each.tally.lot,
            holder=stories.get(each.tally.lot or "", BatchStory()).holder,
            kind=kind,
            level=level,
            reasons=reasons,
            odds=each.verdict.odds,
            scans=each.tally.scans,
            raised_at=tx.now,
        )
        for each, kind, level, reasons in wanted
    ]
    raised = put_alerts(tx.connection, alerts)
    put_notices(tx.connection, [notice for alert in raised for notice in _notices(alert)], tx.now)
    return len(raised)


def _notices(alert: ScanAlert) -> list[tuple[str, dict[str, object]]]:
    """The same notice to the firm, where it is known, and to the regulator."""
    said: dict[str, object] = {
        "alert": str(alert.id),
        "code": alert.code,
        "lot": alert.lot,
        "kind": alert.kind,
        "level": alert.level,
        "reasons": list(alert.reasons),
        "scans": alert.scans,
    }
    receivers = [alert.holder] if alert.holder is not None else []
    return [(TOPIC, {**said, "to": to}) for to in (*receivers, REGULATOR)]
