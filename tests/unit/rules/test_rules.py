"""The data of the law: dated without overlaps, sourced, and honest about what is not certain."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest

from docs import generate_rules
from trace.errors.law import ProfileUnknown, RuleUnknown
from trace.oversight.warnings import RULES as WARNING_RULES
from trace.oversight.warnings import TRIAGE
from trace.rules import (
    BLOCK,
    BLOCK_ACT,
    CONFIDENCES,
    EFFECTS,
    NONE,
    RECORD_AND_MARK,
    REFUSE,
    REFUSE_UNLESS_DECLARED,
    WARN,
    load,
    profile_names,
)
from trace.rules.admission_table import GATES
from trace.rules.book import FOLDER, RULE_FILES, every_admission, every_rule
from trace.rules.library import waiting_rules
from trace.rules.rule import Rule

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 10, 12)


def test_all_fifty_five_rules_are_there() -> None:
    assert {f"R{number:02d}" for number in range(1, 56)} <= {rule.id for rule in every_rule()}


@pytest.mark.parametrize("rule", every_rule(), ids=lambda rule: f"{rule.id}-{rule.name}")
def test_a_rule_says_where_it_comes_from_and_how_sure_we_are(rule: Rule) -> None:
    assert rule.source
    assert rule.clause
    assert rule.confidence in CONFIDENCES
    assert rule.effect in {BLOCK, WARN, NONE}
    assert rule.unit
    assert all(rule.items)
    assert rule.until is None or rule.since < rule.until
    assert rule.jurisdiction in {code for name in profile_names() for code in load(name).jurisdictions}


def overlap(one: Rule, other: Rule) -> bool:
    latest = date.max
    return one.since < (other.until or latest) and other.since < (one.until or latest)


def test_no_two_entries_of_one_rule_hold_on_the_same_day_in_one_place() -> None:
    clashes = [
        (one.id, one.name, other.name)
        for one, other in combinations(every_rule(), 2)
        if (one.id, one.jurisdiction, one.when) == (other.id, other.jurisdiction, other.when)
        and overlap(one, other)
    ]
    assert not clashes


def test_every_data_file_is_read() -> None:
    assert {path.name for path in FOLDER.glob("*.toml")} == {
        *RULE_FILES, "profiles.toml", "admission.toml", "pesticides.toml", "duty_list.toml", "forms.toml",
        "monthly_form.toml", "assessment.toml", "systems.toml", "hazards.toml", "food_limits.toml",
        "waiting.toml",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "when", "before", "after"),
    [
        ("R32", {"level": "1"}, "24 h", "24 h"),
        ("R32", {"level": "2"}, "48 h", "36 h"),
        ("R32", {"level": "3"}, "72 h", "48 h"),
        ("R33", {"level": "1"}, "10 wd", "10 d"),
        ("R33", {"level": "2"}, "20 wd", "20 d"),
        ("R33", {"level": "3"}, "30 wd", "30 d"),
        ("R57", {"level": "1"}, None, "1 d"),
        ("R57", {"level": "3"}, None, "10 d"),
        ("R58", {}, "5 wd", "5 d"),
        ("K01", {"record": "recall"}, "2 year", "2 year"),
        ("K01", {"record": "recall_after_shelf_life"}, None, "6 month"),
    ],
)
def test_the_text_on_recalls_changes_with_the_first_of_december(
    rule: str, when: dict[str, str], before: str | None, after: str
) -> None:
    """The older text holds through 30 November 2026, whatever the day of publication or of news."""

    def told(day: date) -> str | None:
        found = load().find(rule, day, **when)
        return f"{found.text} {found.unit}" if found and found.when == when else None

    assert [told(day) for day in (date(2015, 9, 1), date(2026, 2, 12), date(2026, 11, 30))] == [before] * 3
    assert told(date(2026, 12, 1)) == told(date(2030, 1, 1)) == after


def test_mediation_lasts_natural_days_since_the_text_of_2026() -> None:
    old = load().at("R49", date(2026, 4, 14), what="mediation")
    new = load().at("R49", date(2026, 4, 15), what="mediation")
    assert (old.text, old.unit, old.rolls) == ("45", "wd", False)
    assert (new.text, new.unit, new.rolls) == ("60", "d", True)
    assert load().at("R49", date(2026, 4, 15)).unit == "wd"


def test_what_the_text_leaves_without_a_number_has_none() -> None:
    assert load().at("R25", TODAY).text == "及时"
    assert load().at("R23", TODAY).text == "立即"
    assert load("CN-51").at("R23", TODAY).duration == timedelta(hours=24)
    assert load().find("R24", TODAY) is None
    assert load("CN-51").at("R24", TODAY).number == 3


def test_what_nobody_read_is_to_be_verified() -> None:
    assert load().at("R01", TODAY).unverified
    assert load().at("R15", TODAY).unverified
    assert not load().at("R32", TODAY, level="1").unverified
    page = generate_rules.page()
    assert all("待核实" in line for line in page.splitlines() if line.startswith("| R01 | 生产"))


def test_a_condition_without_an_entry_falls_back_to_the_plain_rule() -> None:
    rules = load()
    assert rules.at("P01", TODAY, kind="food.receipt").duration == timedelta(hours=12)
    assert rules.at("P01", TODAY, kind="food.pack").duration == timedelta(hours=2)
    assert rules.at("P01", TODAY, kind="lab.report") is rules.at("P01", TODAY)


def test_values_are_read_exactly() -> None:
    rules = load()
    assert rules.at("R18", TODAY).fraction == Fraction(1, 50)
    assert rules.at("R18", TODAY, what="receipt").fraction == Fraction(1, 200)
    assert rules.at("R18", TODAY, process="paddy_to_rice").span == (Decimal(60), Decimal(72))
    assert rules.at("R40", TODAY).number == 10
    assert rules.at("R40", TODAY).fraction == 10
    assert len(rules.at("R03", TODAY).items) == 9
    assert len(rules.at("R04", TODAY).items) == 10
    assert rules.at("R20", TODAY).items == ("enterprise", "ingredients", "product", "release")
    assert rules.at("R09", TODAY, what="unlisted").text == "NY/T 393-2020"
    assert rules.at("R20", TODAY).text == "enterprise ingredients product release"


@pytest.mark.requirement("S3-47")
def test_a_rule_that_does_not_hold_yet_or_here_is_refused_loudly() -> None:
    with pytest.raises(RuleUnknown):
        load().at("R53", TODAY)
    assert load().at("R53", date(2027, 3, 16)).items == ("who", "when", "what")
    with pytest.raises(RuleUnknown):
        load().at("R39", TODAY, level="city")
    assert load("CN-51").at("R39", TODAY, level="city").number == 2
    assert load("CN").find("R35", TODAY) is None
    with pytest.raises(RuleUnknown):
        load().at("R99", TODAY)


def test_other_provinces_do_not_carry_shanghais_rules() -> None:
    assert {rule.jurisdiction for rule in load("CN-42").all} == {"CN-42", "CN"}
    assert load("CN-42").find("R01", TODAY) is None
    assert load().at("R01", TODAY).number == 24


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(ProfileUnknown):
        load("CN-99")


def test_the_demo_profile_closes_the_gate_that_the_default_only_marks() -> None:
    default, demo = load(), load("demo")
    assert default.at("R15", TODAY).effect == WARN
    assert demo.at("R15", TODAY).effect == BLOCK
    assert demo.at("R15", TODAY).blocks
    assert not default.at("R15", TODAY).blocks
    marked = default.admission("R15", "food.pack", TODAY)
    closed = demo.admission("R15", "food.pack", TODAY)
    assert marked is not None
    assert closed is not None
    assert (marked.effect, marked.gates) == (RECORD_AND_MARK, ())
    assert (closed.effect, closed.gates) == (RECORD_AND_MARK, ("code",))
    act = demo.admission("R15", "code.activate", TODAY)
    soft = default.admission("R15", "code.activate", TODAY)
    assert act is not None
    assert soft is not None
    assert (act.effect, soft.effect) == (BLOCK_ACT, RECORD_AND_MARK)


@pytest.mark.parametrize(
    ("rule", "kind", "effect", "gates"),
    [
        ("R08", "farm.harvest", RECORD_AND_MARK, ("certificate", "release", "code", "shipment")),
        ("R08", "farm.certificate", BLOCK_ACT, ()),
        ("R18", "food.production", REFUSE_UNLESS_DECLARED, ()),
        ("R18", "food.receipt", RECORD_AND_MARK, ("certificate", "release")),
        ("R05", "food.shipment", REFUSE_UNLESS_DECLARED, ()),
        ("R05", "code.activate", BLOCK_ACT, ()),
        ("R05", "lab.report", RECORD_AND_MARK, ("certificate", "release", "code", "shipment")),
        ("R12", "food.pack", RECORD_AND_MARK, ("code",)),
        ("R20", "food.pack", RECORD_AND_MARK, ("code",)),
        ("R01", "farm.harvest", RECORD_AND_MARK, ()),
        ("P02", "master.party", REFUSE, ()),
    ],
)
def test_the_table_says_what_a_rule_does_to_a_record(
    rule: str, kind: str, effect: str, gates: tuple[str]
) -> None:
    row = load().admission(rule, kind, TODAY)
    assert row is not None
    assert (row.effect, row.gates) == (effect, gates)


def test_a_rule_has_no_say_about_other_kinds() -> None:
    assert load().admission("R08", "food.pack", TODAY) is None
    assert load().admission("R08", "food.pack", TODAY) is None  # remembered, and still nothing
    assert load().admission("R01", "master.party", TODAY) is None
    assert load().admission("R53", "label.change", TODAY) is None


def test_bad_news_is_never_refused_by_the_table() -> None:
    """Gates block acts of the system, never the record of what happened (docs/adr/0033)."""
    happened = ("farm.harvest", "farm.operation", "lab.report", "food.receipt")
    refused = [
        (row.rule, kind)
        for row in every_admission()
        for kind in happened
        if row.covers(kind) and row.effect != RECORD_AND_MARK and row.rule not in {"P02", "P42"}
    ]
    assert not refused


def test_every_row_of_the_table_is_well_formed_and_alone() -> None:
    seen: set[tuple[str, str]] = set()
    known = {rule.id for rule in every_rule()}
    for row in every_admission():
        assert row.effect in EFFECTS
        assert row.rule in known
        assert set(row.gates) <= set(GATES)
        assert row.code
        assert not {(row.rule, kind) for kind in row.kinds} & seen
        seen |= {(row.rule, kind) for kind in row.kinds}


def test_asking_about_very_many_days_does_not_fill_the_memory() -> None:
    rules = load("CN-42")
    for offset in range(9_000):
        assert rules.at("P02", date(2000, 1, 1) + timedelta(days=offset)).number == 5
    assert len(rules._cache) <= 8_192
    assert rules.at("P02", TODAY) is rules.at("P02", TODAY)


def test_the_version_names_the_profile_and_the_data() -> None:
    assert load().version.startswith("CN-31@")
    assert load("demo").version != load().version
    assert load() is load()


def test_the_page_about_rules_is_the_data() -> None:
    written = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert written == generate_rules.page(), "run `make docs`"


def test_the_rules_that_wait_are_those_that_no_code_asks_for() -> None:
    written = (ROOT / "trace" / "rules" / "waiting.toml").read_text(encoding="utf-8")
    assert written == generate_rules.waiting(), "run `make docs`"
    assert waiting_rules() == {rule.id for rule in every_rule()} - set(generate_rules.askers())


def test_every_rule_of_warnings_is_run_and_none_of_them_waits() -> None:
    named = {rule.id for rule in every_rule() if rule.id.startswith("W")} - {TRIAGE}
    assert named == set(WARNING_RULES)
    assert not named & waiting_rules()


def test_every_row_of_the_admission_table_is_asked_for_by_a_decision():
    """A row that no decision asks for would be published as behaviour and be none."""
    asked = {
        rule
        for rule, paths in generate_rules.askers().items()
        if any(path.startswith("trace/chain/admission/") for path in paths)
    }
    assert {row.rule for row in every_admission()} - asked == set()


@pytest.mark.parametrize("rule_id", ["R28", "R46"])
def test_what_a_district_s_own_text_says_holds_in_that_district_alone(rule_id: str) -> None:
    day = date(2026, 10, 1)
    holds = [name for name in profile_names() if load(name).find(rule_id, day) is not None]
    assert holds == ["CN-310113"]
    assert load("CN-310113").at("R48", day) == load("CN-31").at("R48", day), "and the city's holds there too"
