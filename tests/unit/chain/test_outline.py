"""What members a kind has, for those who put records in words."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from trace.chain.facts.outline import outline_of


def test_a_kind_that_tells_its_members_nowhere_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="nowhere which members"):
        outline_of(SimpleNamespace(typ="food.nothing"))
