"""What a revision says otherwise than the one before it, by figure and line; and sums of districts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trace.oversight.monthly.document import FrozenForm
from trace.oversight.monthly.figures import Figure, Line, figure_of
from trace.rules.monthly_form import WHETHER, Defined, monthly_form


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that changed: what it was, what it is, and which lines came, went, or say something else."""

    figure: str
    before: Figure
    after: Figure
    added: tuple[Line, ...]
    removed: tuple[Line, ...]
    altered: tuple[tuple[Line, Line], ...]


def differences(before: FrozenForm, after: FrozenForm) -> tuple[Change, ...]:
    """The figures that differ, in the order of the form; a list with the same number differs too."""
    found = []
    for name, new in after.figures.items():
        old = before.figures.get(name)
        if old is None or old.lines == new.lines:
            continue
        was = {line.key: line for line in old.lines or ()}
        now = {line.key: line for line in new.lines or ()}
        found.append(
            Change(
                name,
                old,
                new,
                tuple(line for key, line in now.items() if key not in was),
                tuple(line for key, line in was.items() if key not in now),
                tuple((was[key], line) for key, line in now.items() if key in was and was[key] != line),
            )
        )
    return tuple(found)


def summed(parts: Sequence[FrozenForm]) -> dict[str, Figure]:
    """The figures of several districts together: a firm on two lists counts once, amounts by decision.

    What one of them could not count is not known of the sum either: part of a sum would pass for all of it.
    "Whether" is yes of all together where it is yes of each.
    """
    return {
        name: figure_of(defined, _joined(defined, [part.figures for part in parts]))
        for name, defined in monthly_form().figures.items()
    }


def _joined(defined: Defined, parts: Sequence[Mapping[str, Figure]]) -> list[Line] | None:
    lists = [figures[defined.id].lines if defined.id in figures else None for figures in parts]
    known = [one for one in lists if one is not None]
    if not known or len(known) < len(lists):
        return None
    if defined.sort == WHETHER and not all(known):
        return []
    return [line for one in known for line in one]
