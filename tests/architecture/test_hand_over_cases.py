"""The page of cases about whose word counts: each case is there, and names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.project_files import text_of

PAGE = Path("docs/hand-over-cases.md")
CASES = 48
PROPERTIES = "ABCDEFGHIJK"
FOUND_BY_USE = 22
SHOWN = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def rows() -> dict[str, str]:
    """Number or letter of a case, a property or a thing found by use -> its line of the page."""
    found = re.findall(r"^\| ([0-9]+|[A-Z]|u[0-9]+) (\|.*)$", text_of(PAGE), re.MULTILINE)
    assert len({name for name, _ in found}) == len(found), "a case stands once"
    return dict(found)


def test_every_case_and_property_is_there_and_names_its_tests() -> None:
    used = [f"u{number}" for number in range(1, FOUND_BY_USE + 1)]
    assert set(rows()) == {*map(str, range(1, CASES + 1)), *PROPERTIES, *used}
    assert [name for name, line in rows().items() if not SHOWN.search(line)] == []


def test_the_tests_that_the_page_names_exist() -> None:
    named = SHOWN.findall(text_of(PAGE))
    lost = [one for one in named if f"def {one[1]}(" not in text_of(Path("tests") / one[0])]
    assert lost == []


def test_no_test_is_named_in_another_form() -> None:
    text = text_of(PAGE)
    assert text.count("::") == len(SHOWN.findall(text))
