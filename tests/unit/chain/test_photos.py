"""Photographs and stories in records: read strictly, shown while it is agreed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.builders import facts as made
from trace.chain.facts.master import PLACE, PRODUCT
from trace.chain.facts.photos import may_be_shown
from trace.errors import FactMalformed

AT = datetime(2026, 10, 20, tzinfo=UTC)
PHOTO = {"sha256": "0" * 64, "shows": "product"}
AGREED = {"scope": "pages", "on": "2026-10-01"}
DAY = date(2026, 10, 20)


def product(*photos):
    return PRODUCT({**made.a_product(), "photos": list(photos)}, "urn:gtin:09521234100010", AT)


def test_photographs_and_a_story_are_read_with_their_consent():
    fact = product(
        PHOTO, PHOTO | {"shows": "person", "alt": "老张", "consent": AGREED | {"until": "2026-12-31"}}
    )
    assert [one.shows for one in fact.photos] == ["product", "person"]
    assert fact.photos[1].consent is not None
    assert fact.photos[1].consent.until == date(2026, 12, 31)
    place = {"name": "一号田", "kind": "plot", "region": "310151", "story": {"text": "三代人种这块田"}}
    assert PLACE(place, "urn:place:p1", AT).story.text == "三代人种这块田"


@pytest.mark.parametrize(
    ("photo", "path"),
    [
        (PHOTO | {"shows": "person"}, "$.data.photos[0].consent"),
        (PHOTO | {"shows": "somebody"}, "$.data.photos[0].shows"),
        (PHOTO | {"sha256": "short"}, "$.data.photos[0].sha256"),
        (PHOTO | {"consent": {"scope": "pages"}}, "$.data.photos[0].consent.on"),
        (PHOTO | {"name": "张三"}, "$.data.photos[0].name"),
    ],
)
def test_a_person_without_consent_is_refused_and_so_is_all_that_is_no_photograph(photo, path):
    with pytest.raises(FactMalformed) as refused:
        product(photo)
    assert refused.value.params["path"] == path


@pytest.mark.parametrize(
    ("stated", "personal", "shown"),
    [
        ({"shows": "product"}, False, True),
        ({"shows": "person"}, False, False),
        ({"text": "…"}, True, False),
        ({"text": "…"}, False, True),
        ({"shows": "person", "consent": AGREED}, False, True),
        ({"text": "…", "consent": AGREED}, True, True),
        ({"consent": AGREED | {"on": "2026-10-21"}}, False, False),
        ({"consent": AGREED | {"until": "2026-10-20"}}, False, True),
        ({"consent": AGREED | {"until": "2026-10-19"}}, False, False),
    ],
)
def test_what_shows_a_person_is_shown_while_it_is_agreed(stated, personal, shown):
    assert may_be_shown(stated, DAY, personal=personal) is shown
