"""The reference of the record kinds is in step with the readers, and lists what they read."""

from __future__ import annotations

from typing import Any

import pytest

from docs import generate_records
from tests.builders.every_kind import STATED
from tests.conftest import ROOT
from tests.unit.chain.test_facts import AT
from trace.chain.facts import KINDS, parse_fact
from trace.chain.facts.reading import expected_of, many, one_of
from trace.errors.food import FactMalformed

PAGE = generate_records.page()


def test_the_page_is_what_the_readers_say():
    assert (ROOT / "docs" / "records.md").read_text(encoding="utf-8") == PAGE, "run `make docs`"


@pytest.mark.parametrize("typ", sorted(KINDS))
def test_every_member_that_a_builder_states_is_listed_and_every_needed_one_is_missed(typ):
    sub, data = STATED[typ]
    members = {member.path: member for member in KINDS[typ].members()}
    part = PAGE.partition(f"\n## {typ}\n")[2].partition("\n## ")[0]
    assert all(f"| `{name}` |" in part for name in data if name in members)
    assert all(f"`{role}`" in part for role in KINDS[typ].stated_by)
    for member in members.values():
        if member.needed and member.path in data:
            with pytest.raises(FactMalformed):
                _read(typ, {name: data[name] for name in data if name != member.path}, sub)


def _read(typ: str, data: dict[str, Any], sub: str) -> None:
    """A form is asked for at the door; every other kind is refused when it is read."""
    unfit: FactMalformed | None = getattr(parse_fact(typ, data, sub, AT), "unfit", None)
    if unfit is not None:
        raise unfit


def test_members_of_lists_and_objects_are_listed_by_their_path():
    part = PAGE.partition("\n## food.production\n")[2].partition("\n## ")[0]
    for path in ("inputs[].lot", "inputs[].quantity", "outputs[].kind", "loss.reason"):
        assert f"| `{path}` |" in part
    assert "| `label.enterprise.scNo` |" in PAGE.partition("\n## food.pack\n")[2]


def test_a_list_says_what_it_is_of():
    assert expected_of(many(one_of("a", "b"), 1, 2)) == "list of 1 to 2 members of: one of a, b"


def test_a_reader_that_takes_anything_is_no_reader():
    with pytest.raises(TypeError):
        expected_of(lambda value: value)
