"""Figures as lists: numbers follow from lines, lists fit into each other, revisions tell what changed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from trace.oversight.monthly.differences import differences, summed
from trace.oversight.monthly.document import FrozenForm, Header, frozen_hash, read_document
from trace.oversight.monthly.figures import Line, figure_of, misfits
from trace.oversight.monthly.year import due_of_year, is_derived, months_over, of_months
from trace.rules import load
from trace.rules.monthly_form import monthly_form

DEFINED = monthly_form().figures
FIRM, OTHER = "urn:uscc:A", "urn:uscc:B"
HEAD = Header(
    "2026-10", "310151", "urn:uscc:J", "市监局", 1, "", datetime(2026, 11, 1, tzinfo=UTC), "log", 7, "r"
)


def visit(party: str, number: int, *records: str) -> Line:
    return Line(f"m{number} {party}", party, records or (f"r{number}",), f"m{number}")


def form(revision: int = 1, **lists: list[Line] | None) -> FrozenForm:
    figures = {name: figure_of(one, lists.get(name)) for name, one in DEFINED.items()}
    return FrozenForm(HEAD, "v", figures)


@pytest.mark.requirement("S0-49", "S0-50")
def test_a_firm_visited_three_times_is_three_visits_and_one_firm():
    visits = figure_of(DEFINED["visits"], [visit(FIRM, n) for n in (1, 2, 3)])
    found = figure_of(DEFINED["found"], [Line(FIRM, FIRM, (f"r{n}",)) for n in (1, 2, 3)])
    assert (visits.number, found.number) == (3, 1)
    assert found.lines[0].records == ("r1", "r2", "r3")


@pytest.mark.requirement("S0-55")
def test_an_amount_is_the_sum_of_decisions_in_ten_thousands_of_yuan_exactly():
    lines = [Line("d1", FIRM, ("s1",), amount="5000.05"), Line("d2", OTHER, ("s2",), amount="20000")]
    assert figure_of(DEFINED["amount"], lines).number == Decimal("2.500005")
    assert figure_of(DEFINED["amount"], []).number == 0


@pytest.mark.requirement("S0-32")
def test_of_a_year_what_happened_adds_up_and_what_stands_is_the_last_months():
    first = form(
        producers=[Line(FIRM, FIRM, ("s",)), Line(OTHER, OTHER, ("s",))],
        visits=[visit(FIRM, 1), visit(OTHER, 2)],
        found=[Line(FIRM, FIRM, ("r1",))],
        trainings=None,
    )
    second = form(
        producers=[Line(FIRM, FIRM, ("s",))],
        visits=[visit(FIRM, 3)],
        found=[Line(FIRM, FIRM, ("r3",))],
        trainings=[Line("t", "", ("t",))],
    )
    year = of_months([first, second])
    assert year["producers"].number == 1, "as it stands at the end"
    assert year["visits"].number == 3
    assert year["found"].number == 1, "a firm counts once in the year too"
    assert year["found"].lines[0].records == ("r1", "r3")
    assert year["trainings"].number is None, "one month could not count it: part would pass for all"
    assert months_over("2026", date(2026, 10, 3)) == tuple(f"2026-{n:02d}" for n in range(1, 10))
    assert due_of_year(load("CN-31"), "2026").isoformat() == "2026-10-16T00:00:00+08:00"
    assert due_of_year(load("CN-42"), "2026") is None
    derived = [is_derived(load("CN-31"), year) for year in ("2024", "2025", "2026")]
    assert derived == [False, True, True], "the text names the day of 2024"
    assert not is_derived(load("CN-42"), "2026")


def test_what_nothing_counts_is_not_nought():
    unknown, none = figure_of(DEFINED["exchanges"], None), figure_of(DEFINED["exchanges"], [])
    assert (unknown.number, unknown.known) == (None, False)
    assert (none.number, none.known) == (0, True)
    assert unknown.hash == ""
    assert figure_of(DEFINED["mechanism"], [Line("m", "", ("s",))]).number is True
    assert figure_of(DEFINED["mechanism"], []).number is False


@pytest.mark.requirement("S0-41", "S0-52")
def test_a_list_that_is_not_part_of_its_whole_is_found_with_the_lines_that_stick_out():
    good = form(
        products=[Line("LB-1", FIRM, ("s",)), Line("LB-2", FIRM, ("t",))],
        coded=[Line("LB-2", FIRM, ("p",))],
        visits=[visit(FIRM, 1)],
        found=[Line(FIRM, FIRM, ("r1",))],
    )
    assert misfits(good.figures) == ()
    bad = form(products=[Line("LB-1", FIRM, ("s",))], coded=[Line("LB-9", FIRM, ("p",))],
               penalised=[Line(FIRM, FIRM, ("x",))],
               amount=[Line("d", OTHER, ("x",), amount="1")])  # fmt: skip
    assert [(one.figure, one.within, one.keys) for one in misfits(bad.figures)] == [
        ("coded", "products", ("LB-9",)),
        ("amount", "penalised", ("d",)),
    ]


def test_a_form_is_read_back_as_it_was_frozen_and_its_hash_is_of_its_bytes():
    frozen = form(visits=[visit(FIRM, 1, "a", "b")], found=[], systems=None)
    raw = frozen.document()
    assert read_document(raw) == frozen
    assert read_document(raw).document() == raw
    assert frozen_hash(raw) == frozen_hash(form(visits=[visit(FIRM, 1, "b", "a")], found=[]).document())


def test_a_revision_tells_lines_that_came_went_or_say_something_else():
    before = form(visits=[visit(FIRM, 1), visit(FIRM, 2)], found=[], rectify=None)
    after = form(visits=[visit(FIRM, 1, "late", "r1"), visit(OTHER, 3)], found=[], rectify=[])
    changed = {one.figure: one for one in differences(before, after)}
    assert sorted(changed) == ["rectify", "visits"]
    assert changed["visits"].before.number == changed["visits"].after.number == 2
    assert changed["visits"].added == (visit(OTHER, 3),)
    assert changed["visits"].removed == (visit(FIRM, 2),)
    assert changed["visits"].altered == ((visit(FIRM, 1), visit(FIRM, 1, "late", "r1")),)
    assert changed["rectify"].before.number is None
    assert differences(before, before) == ()


def test_a_city_counts_a_firm_once_although_two_districts_acted():
    one = form(found=[Line(FIRM, FIRM, ("a",))], visits=[visit(FIRM, 1)], mechanism=[Line("m", "", ("x",))])
    two = form(found=[Line(FIRM, FIRM, ("b",))], visits=[visit(FIRM, 2)], mechanism=[], trainings=[])
    city = summed([one, two])
    assert (city["found"].number, city["visits"].number) == (1, 2)
    assert city["found"].lines[0].records == ("a", "b")
    assert city["trainings"].number is None, "part of a sum would pass for all of it"
    assert city["mechanism"].number is False
    assert summed([])["found"].number is None
