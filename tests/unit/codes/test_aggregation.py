"""Item in case, case on pallet: found from inside and from outside, and never in two places."""

from __future__ import annotations

import pytest

from trace.codes.aggregation import Items, Packing, next_sscc
from trace.codes.intervals import Interval
from trace.errors.codes import AlreadyPacked, ContainerMalformed, NotPacked
from trace.identity import sscc

SCOPE = "gtin:06901234567892"


def items(first: int, count: int) -> Items:
    return Items(SCOPE, "7", Interval(first, count))


def packed() -> tuple[Packing, str, list[str]]:
    packing = Packing()
    pallet = str(next_sscc("6901234", 1))
    cases = [str(next_sscc("6901234", number, extension=3)) for number in range(2, 5)]
    for place, case in enumerate(cases):
        packing.pack_items(items(24 * place, 24), case)
        packing.pack_container(case, pallet)
    return packing, pallet, cases


def test_an_item_leads_out_to_its_pallet_and_the_pallet_in_to_its_items() -> None:
    packing, pallet, cases = packed()
    assert packing.container_of(SCOPE, "7", 30) == cases[1]
    assert packing.outward(cases[1]) == [cases[1], pallet]
    assert packing.container_of(SCOPE, "7", 72) is None
    assert packing.container_of(SCOPE, "8", 3) is None
    assert sorted(each.interval.first for each in packing.contents(pallet)) == [0, 24, 48]
    assert [each.interval for each in packing.contents(cases[0])] == [Interval(0, 24)]


def test_nothing_lies_in_two_containers() -> None:
    packing, pallet, cases = packed()
    for part in (items(23, 1), items(0, 1), items(71, 5), items(10, 30)):
        with pytest.raises(AlreadyPacked):
            packing.pack_items(part, "another")
    with pytest.raises(AlreadyPacked):
        packing.pack_container(cases[0], "another")
    with pytest.raises(AlreadyPacked):
        packing.pack_container(pallet, cases[0])
    with pytest.raises(AlreadyPacked):
        packing.pack_container(pallet, pallet)
    packing.pack_items(items(72, 1), "another")


def test_an_item_taken_out_leaves_the_others_where_they_are() -> None:
    packing, pallet, cases = packed()
    packing.unpack_items(items(5, 1), cases[0])
    assert packing.container_of(SCOPE, "7", 5) is None
    assert packing.container_of(SCOPE, "7", 4) == packing.container_of(SCOPE, "7", 6) == cases[0]
    packing.unpack_container(cases[0], pallet)
    assert packing.outward(cases[0]) == [cases[0]]
    assert sum(each.interval.count for each in packing.contents(pallet)) == 48
    for part, case in ((items(5, 1), cases[0]), (items(23, 2), cases[0]), (items(24, 1), cases[0])):
        with pytest.raises(NotPacked):
            packing.unpack_items(part, case)
    with pytest.raises(NotPacked):
        packing.unpack_container(cases[0], pallet)


def test_an_sscc_has_its_check_digit_and_its_bounds() -> None:
    made = next_sscc("6901234", 42, extension=1)
    assert sscc.parse(str(made)) == made
    assert str(made).startswith("16901234")
    for prefix, reference, extension in (
        ("690", 1, 0),
        ("6901234567890", 1, 0),
        ("69012三4", 1, 0),
        ("6901234", 10**9, 0),
        ("6901234", -1, 0),
        ("6901234", 1, 10),
    ):
        with pytest.raises(ContainerMalformed):
            next_sscc(prefix, reference, extension)
    with pytest.raises(ContainerMalformed):
        Packing().pack_items(items(0, 0), "case")
