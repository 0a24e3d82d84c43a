"""Elements that need each other, and elements that exclude each other."""

from __future__ import annotations

import pytest

from trace.errors.gs1 import ElementStringMalformed
from trace.gs1.application_identifiers import table
from trace.gs1.associations import _EXCLUDES, _NEEDS, check_associations
from trace.gs1.digital_link import parse_uri


@pytest.mark.parametrize(
    "ais",
    [
        "01 10 21",
        "01 17 3103",
        "00 02 37 10",
        "01 3922 3103",
        "414 254",
        "8010 8011",
        "253",
        "99",
        "01 21 250",
        "00 3300",
    ],
)
def test_what_belongs_together_is_accepted(ais: str) -> None:
    check_associations(ais.split(), "")


@pytest.mark.parametrize(
    ("ais", "reason"),
    [
        ("10", "needs-another-10"),
        ("00 10", "needs-another-10"),
        ("02 37", "needs-another-37"),
        ("01 3922", "needs-another-3922"),
        ("00 3103", "needs-another-3103"),
        ("01 37 00 02", "excludes-another-01"),
        ("01 3102 3103", "excludes-another-3102"),
        ("01 21 250 235", "excludes-another-21"),
        ("8017 8018", "excludes-another-8017"),
        ("01 250", "needs-another-250"),
    ],
)
def test_what_does_not_is_refused_and_named(ais: str, reason: str) -> None:
    with pytest.raises(ElementStringMalformed) as refused:
        check_associations(ais.split(), "")
    assert refused.value.params["reason"] == reason


def test_a_link_is_held_to_the_associations() -> None:
    assert parse_uri("https://h/01/09521234100010?3103=005000").value("3103") == "005000"
    with pytest.raises(ElementStringMalformed):
        parse_uri("https://h/414/9521234000044?17=261012")
    with pytest.raises(ElementStringMalformed):
        parse_uri("https://h/01/09521234100010?3103=005000&3102=050000")


def test_every_rule_speaks_of_identifiers_that_the_table_has() -> None:
    named = {pattern for patterns in (*_NEEDS, *_EXCLUDES) for pattern in patterns.split()}
    unknown = [name for name in named if not any(ai.startswith(name.rstrip("n")) for ai in table())]
    assert not unknown
