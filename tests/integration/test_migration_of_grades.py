"""Risk grades from before they had one place: each becomes an entry of the register, in order of its time."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text

from tests.servers.databases import migrate
from trace.oversight.register_entries import GRADE, Entry, standing_on
from trace.store.base import from_micros
from trace.store.monthly.register_entries import add_entries, entries_of_kind
from trace.store.transaction import open_database

BEFORE = "0102"
FIRM, OTHER = "urn:uscc:91310151XN0000FF2E", "urn:uscc:91310151XN0000442L"
STATED = (
    "INSERT INTO risk_grade (party, grade, since, reason, authority, person, at) "
    "VALUES (:party, :grade, '2026-03-01', '年度评级', 'urn:uscc:g', 'p', :at)"
)
DAY_US = 86_400_000_000
BEGIN = 1_772_300_000_000_000  # 2026-02-28T17:33:20Z


def entered(seq: int, grade: str, at: int) -> Entry:
    points = [{"part": "static", "indicator": "食品类别", "points": 20, "datum": "许可档案"}]
    content = {"grade": grade, "points": points, "total": 20}
    since, when = date(2026, 3, 1), from_micros(at)
    return Entry(
        FIRM, GRADE, seq, when, content, since, None, "评级表", "年度", "page", "urn:uscc:g", "p", ""
    )


def test_grades_of_the_plan_become_entries_and_the_one_stated_last_stands(empty_database_url: str) -> None:
    migrate(empty_database_url, BEFORE)
    engine = open_database(empty_database_url)
    with engine.begin() as connection:
        for party, grade, days in ((FIRM, "D", 1), (OTHER, "B", 2), (OTHER, "C", 3)):
            given = {"party": party, "grade": grade, "at": BEGIN + days * DAY_US}
            connection.execute(text(STATED), given)
        add_entries(connection, [entered(1, "A", BEGIN), entered(2, "B", BEGIN + 9 * DAY_US)])
    migrate(empty_database_url)
    with engine.connect() as connection:
        entries = entries_of_kind(connection, GRADE)
    engine.dispose()
    told = {firm: [one.content["grade"] for one in entries if one.firm == firm] for firm in (FIRM, OTHER)}
    assert told == {FIRM: ["A", "D", "B"], OTHER: ["B", "C"]}, "in order of their time"
    standing = {firm: one for (firm, _), one in standing_on(date(2026, 4, 1), entries).items()}
    assert (standing[FIRM].content["grade"], standing[OTHER].content["grade"]) == ("B", "C")
    moved = standing[OTHER]
    assert (moved.evidence, moved.wording) == ("年度评级", "risk_grade-bare"), (
        "no points, and none are made up"
    )
    assert len({(one.firm, one.seq) for one in entries}) == 5
