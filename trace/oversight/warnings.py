"""Warnings: what rules found in the records of firms, put as questions; how often each rule was right.

    fired = [*of_marks(…), *of_clusters(…), …]     what fired, each with the records that fired it
    raised = unseen(fired, decided)                without what an officer has already decided

A warning names its records, the rule and its day. Twice the same is one: what was dismissed is not raised
again for the records that it was dismissed for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Final

from trace.chain.doubted_results import ResultDoubt
from trace.oversight.exact import adjusted, as_many_by_chance, interval

OPEN, DISMISSED, TURNED = "open", "dismissed", "turned"
TASK, CLUE, CASE, VISIT, SAMPLE = "task", "clue", "case", "visit", "sample"
BECOMES: Final = (TASK, CLUE, CASE, VISIT, SAMPLE)
"""What a warning is turned into: an entry on a list of risks, a clue, or what others keep, by its number."""
LATE, BALANCE, CLUSTER, COMPLAINTS, COPIES = "W01", "W02", "W07", "W08", "W09"
COMPLAINED_FIRM = "W10"
DETECTED = "W11"
ALERT = "W12"
ONLINE = "W13"
SYSTEM_ENDED = "W14"
EXCEEDED = "W15"
OF_MARKS: Final = ("W03", "W04", "W05", "W06")
"""Rules that see a mark which a record bears; which marks stands with the rule."""
RULES: Final = (
    *(LATE, BALANCE, *OF_MARKS, CLUSTER, COMPLAINTS, COPIES),
    *(COMPLAINED_FIRM, DETECTED, ALERT, ONLINE, SYSTEM_ENDED, EXCEEDED),
)
"""The rules of a run, in order."""
TRIAGE: Final = "W20"
BY_MARK: Final = "mark"
IN_DOUBT: Final = frozenset(
    {CLUSTER, COMPLAINTS, COPIES, COMPLAINED_FIRM, DETECTED, ALERT, ONLINE, SYSTEM_ENDED, EXCEEDED}
)
"""Where chance or an honest story may explain it: shown as doubt."""
MOST_RECORDS: Final = 500


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule saw something about a party (empty: about several), at `subject`, in `records`."""

    rule: str
    party: str
    subject: str
    records: tuple[str, ...]
    figures: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.rule}|{self.party}|{self.subject}"

    @property
    def in_doubt(self) -> bool:
        return self.rule in IN_DOUBT


def of_marks(rule: str, rows: Iterable[tuple[str, str, str]]) -> Iterator[Fired]:
    """One warning a firm and month of what was marked: (party, month, record)."""
    grouped: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for party, month, record in rows:
        grouped[party, month].append(record)
    for (party, month), records in sorted(grouped.items()):
        found = tuple(dict.fromkeys(records))
        yield Fired(rule, party, month, found, {"records": str(len(found))})


def of_late(
    rule: str, least: int, share: Fraction, late: Mapping[str, Sequence[str]], every: Mapping[str, int],
    month: str,
) -> Iterator[Fired]:  # fmt: skip
    """Firms of whose records so many, and so large a part, came late."""
    for party, records in sorted(late.items()):
        of = every.get(party, 0)
        if len(records) >= least and of and Fraction(len(records), of) >= share:
            figures = {"late": str(len(records)), "of": str(of)}
            yield Fired(rule, party, month, tuple(records), figures)


@dataclass(frozen=True, slots=True)
class LotTested:
    """A lot tested for a substance under supervision: where, what, and whether it failed."""

    lot: str
    area: str
    product: str
    substance: str
    failed: bool
    record: str
    party: str


@dataclass(frozen=True, slots=True)
class _Cell:
    """Lots of one area and product tested for one substance, beside all that were tested for it."""

    failed: tuple[LotTested, ...]
    of: int
    cases: int
    whole: int

    @property
    def by_chance(self) -> Fraction:
        return as_many_by_chance(len(self.failed), self.of, self.cases, self.whole)


def of_clusters(rule: str, least: int, chance: Fraction, tested: Iterable[LotTested]) -> Iterator[Fired]:
    """Cells of area × product × substance that fail more than chance explains, of all that were tried."""
    cells = list(_cells(tested))
    raw = [cell.by_chance for cell in cells]
    for cell, p, q in zip(cells, raw, adjusted(raw), strict=True):
        if len(cell.failed) < least or q > chance:
            continue
        first, parties = cell.failed[0], {one.party for one in cell.failed}
        yield Fired(
            rule,
            parties.pop() if len(parties) == 1 else "",
            f"{first.area}/{first.product}/{first.substance}",
            tuple(dict.fromkeys(one.record for one in cell.failed)),
            {
                "failed": str(len(cell.failed)),
                "of": str(cell.of),
                "elsewhere": f"{cell.cases - len(cell.failed)}/{cell.whole - cell.of}",
                "p": f"{float(p):.2g}",
                "q": f"{float(q):.2g}",
            },
        )


def _cells(tested: Iterable[LotTested]) -> Iterator[_Cell]:
    """The cells in which anything failed; a lot counts once for a substance, failed if it ever did."""
    by_substance: defaultdict[str, dict[str, LotTested]] = defaultdict(dict)
    for one in tested:
        before = by_substance[one.substance].get(one.lot)
        if before is None or (one.failed and not before.failed):
            by_substance[one.substance][one.lot] = one
    for lots in by_substance.values():
        of_cell: defaultdict[tuple[str, str], list[LotTested]] = defaultdict(list)
        for one in lots.values():
            of_cell[one.area, one.product].append(one)
        cases = sum(one.failed for one in lots.values())
        for found in of_cell.values():
            failed = tuple(one for one in found if one.failed)
            if failed:
                yield _Cell(failed, len(found), cases, len(lots))


@dataclass(frozen=True, slots=True)
class Detection:
    """A figure of a passed test for a substance whose use was forbidden on the day of sampling."""

    party: str
    substance: str
    value: str
    forbidden_from: date
    notice: str
    record: str


def of_detections(rule: str, detected: Iterable[Detection]) -> Iterator[Fired]:
    """One question a firm and substance: how it came into goods that passed."""
    grouped: defaultdict[tuple[str, str], list[Detection]] = defaultdict(list)
    for one in detected:
        grouped[one.party, one.substance].append(one)
    for (party, substance), found in sorted(grouped.items()):
        records = tuple(dict.fromkeys(one.record for one in found))
        figures = {
            "value": found[0].value,
            "forbidden-from": found[0].forbidden_from.isoformat(),
            "notice": found[0].notice,
            "records": str(len(records)),
        }
        yield Fired(rule, party, substance, records, figures)


def of_exceeded(rule: str, exceeded: Iterable[tuple[str, ResultDoubt, str]]) -> Iterator[Fired]:
    """One question a firm and substance: why its goods passed; of (firm, doubt, record)."""
    grouped: defaultdict[tuple[str, str], list[tuple[ResultDoubt, str]]] = defaultdict(list)
    for party, doubt, record in exceeded:
        grouped[party, doubt.name].append((doubt, record))
    for (party, name), found in sorted(grouped.items()):
        records = tuple(dict.fromkeys(record for _, record in found))
        first = found[0][0]
        figures = {"value": first.value, "limit": first.limit, "records": str(len(records))}
        if first.source:
            figures["source"] = first.source + ("（待核实）" if first.unverified else "")
        yield Fired(rule, party, name, records, figures)


def unseen(fired: Iterable[Fired], decided: Mapping[str, Collection[str]]) -> Iterator[Fired]:
    """What fired without the records that an officer decided about; nothing where none is left.

    `decided`: key -> the records of the warnings of that key that were dismissed or turned into something.
    """
    for one in fired:
        known = frozenset(decided.get(one.key, ()))
        left = tuple(record for record in one.records if record not in known)[:MOST_RECORDS]
        if left:
            yield replace(one, records=left)


@dataclass(frozen=True, slots=True)
class Precision:
    """How often a rule was right: of what was decided, what was turned into something."""

    rule: str
    open: int
    dismissed: int
    turned: int

    @property
    def decided(self) -> int:
        return self.dismissed + self.turned

    @property
    def bounds(self) -> tuple[float, float]:
        """The exact 95 % interval of the share: of two decisions nothing is known."""
        return interval(self.turned, self.decided)


def precision(states: Iterable[tuple[str, str]]) -> list[Precision]:
    """By rule, from (rule, state) of each warning."""
    counted: defaultdict[str, dict[str, int]] = defaultdict(
        lambda: dict.fromkeys((OPEN, DISMISSED, TURNED), 0)
    )
    for rule, state in states:
        counted[rule][state] += 1
    return [Precision(rule, *counted[rule].values()) for rule in sorted(counted)]
