"""A gap list as a workbook: the request letter, filled in with all that is known, and room for the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, Final

from trace.exchange.written_sheets import Cell, Heading, Sheet, write_sheets
from trace.oversight.gaps import Gap
from trace.usecases.gaps.find_gaps import GapsFound
from trace.usecases.ledgers.write_ledger import Words

_COLUMNS: Final = (
    ("number", 8),
    ("what", 26),
    ("rule", 8),
    ("lot", 44),
    ("other", 32),
    ("figures", 24),
    ("doubt", 8),
    ("clears", 36),
    ("records", 48),
    ("answer", 40),
)


def write_gaps(found: GapsFound, target: IO[bytes], words: Words) -> None:
    """Write the gaps, the requests with what has closed since, and what the list rests on."""
    headings = [Heading(words(f"work.gaps.column.{name}"), width) for name, width in _COLUMNS]
    lines = (_line(number, gap, words) for number, gap in enumerate(found.gaps, start=1))
    asked = [
        Heading(words(f"work.gaps.column.{name}"), 30) for name in ("hash", "asked-at", "asked", "closed")
    ]
    about = [Heading(words("work.balance.column.name"), 24), Heading(words("work.balance.column.value"), 70)]
    rests = [(words("work.balance.about.hash"), found.kept.hash)]
    write_sheets(
        target,
        [
            Sheet(words("work.gaps.title"), headings, lines),
            Sheet(words("work.gaps.requests"), asked, _requests(found)),
            Sheet(words("work.balance.sheet.about"), about, rests),
        ],
    )


def _line(number: int, gap: Gap, words: Words) -> Sequence[Cell]:
    figures = "；".join(f"{name}: {value}" for name, value in gap.figures.items())
    doubt = words("balance.state.doubt") if gap.in_doubt else ""
    return (
        number, words(f"gaps.kind.{gap.kind}"), gap.rule, gap.lot, gap.other, figures, doubt,
        words(f"gaps.clears.{gap.clears}"), " ".join(gap.records), "",
    )  # fmt: skip


def _requests(found: GapsFound) -> Iterator[Sequence[Cell]]:
    for one in found.requests:
        yield one.hash, one.asked_at, one.asked, len(one.closed)
