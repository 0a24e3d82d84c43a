"""Addresses that are compiled late lead where Werkzeug's own do."""

from __future__ import annotations

import pytest
from werkzeug.routing import BuildError, Map, Rule

from api.routing import LateRule

ADDRESSES = ["/", "/t/<string:number>", "/log/<path:path>", "/a b/<int:index>/c", "/沪/<float:x>"]
VALUES = {"number": "甲/1 ?", "path": "tile/0/000", "index": 7, "x": 1.5, "asked": "再 来"}


def built(kind: type[Rule], append: bool) -> list[str]:
    rules = [kind(address, endpoint=str(index)) for index, address in enumerate(ADDRESSES)]
    adapter = Map(rules).bind("trace.example.cn")
    return [adapter.build(each.endpoint, VALUES, append_unknown=append) for each in rules]


@pytest.mark.parametrize("append", [True, False])
def test_an_address_is_built_as_werkzeug_builds_it(append: bool) -> None:
    assert built(LateRule, append) == built(Rule, append)
    assert any("%E7" in each for each in built(LateRule, append))


def test_what_an_address_lacks_is_still_refused() -> None:
    with pytest.raises(BuildError):
        Map([LateRule("/t/<string:number>", endpoint="t")]).bind("x").build("t")


def test_addresses_match_both_ways() -> None:
    adapter = Map([LateRule("/t/<string:number>", endpoint="t")]).bind("x")
    assert adapter.match("/t/7") == ("t", {"number": "7"})
    assert adapter.build("t", {"number": "7"}) == adapter.build("t", {"number": "7"}) == "/t/7"
