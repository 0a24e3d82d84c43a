"""`link.change` at admission (P17): whose thing, which host, which form; what an older rule took stays."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders.signed_rice import K1
from tests.builders.signers import Signer
from tests.servers.platform import TestPlatform
from tests.servers.resolving import GTIN, LOOSE, OLD_LINKS, OPERATOR, a_link, pack_loose, tell_with_links
from trace.errors import (
    DefaultLinkTaken,
    FactMalformed,
    LinkHostNotAllowed,
    LinkSubjectForeign,
    LinkTitleLanguage,
    LinkTypeReserved,
    MayNotState,
)
from trace.usecases.intake.check_drafts import DraftRecord, check_drafts
from trace.usecases.intake.receipt import Receipt, Refused
from trace.usecases.intake.replay_log import replay

RICE = f"urn:gtin:{GTIN}"
MILL = made.uscc(made.MILL)


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def story(platform, clock):
    return tell_with_links(platform, clock)


def outcome(story, signer, sub, data):
    """What the platform says to one change; a refusal leaves the signer's chain where it was."""
    seq, prev = signer.seq, signer.prev
    (found,) = story.platform.accept(signer.state("link.change", sub, data, at=story.clock()))
    if isinstance(found, Refused):
        signer.seq, signer.prev = seq, prev
    return found


def refusal(story, data, sub=RICE, signer=None):
    found = outcome(story, signer or story.mill, sub, data)
    assert isinstance(found, Refused), found
    return found.refusal


def taken(story, data, sub=RICE, signer=None):
    found = outcome(story, signer or story.mill, sub, data)
    assert isinstance(found, Receipt), found


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"field": "a"}, "$.data.to"),
        ({"field": "a", "to": None, "from": "b"}, "$.data.from"),
        ({"field": "", "to": None}, "$.data.field"),
        ({"field": "a" * 65, "to": None}, "$.data.field"),
        ({"field": "a", "to": "https://www.mill.example/"}, "$.data.to"),
        ({"field": "a", "to": {"linkType": "gs1:pip", "title": "产品"}}, "$.data.to.href"),
        ({"field": "a", "to": a_link("gs1:nosuch", "/", "产品")}, "$.data.to.linkType"),
        ({"field": "a", "to": a_link("gs1:defaultLinkMulti", "/", "产品")}, "$.data.to.linkType"),
        ({"field": "a", "to": a_link("gs1:pip", "/", "产品", rel="x")}, "$.data.to.rel"),
        ({"field": "a", "to": a_link("gs1:pip", "/", "产品", hreflang=["zh-Hans"])}, "$.data.to.hreflang[0]"),
        ({"field": "a", "to": a_link("gs1:pip", "/", "产品", type="html")}, "$.data.to.type"),
        ({"field": "a", "to": a_link("gs1:pip", "/", " ")}, "$.data.to.title"),
        *(
            ({"field": "a", "to": {"linkType": "gs1:pip", "href": href, "title": "产品"}}, "$.data.to.href")
            for href in (
                "http://www.mill.example/",
                "javascript:alert(1)",
                "https://www.mill.example@evil.example/",
                "https://www.mill.example:8443/",
                "https://www.mill.example/\r\nSet-Cookie: a",
                "https://www.mill.example/" + "x" * 2000,
                "https:///x",
            )
        ),
    ],
)
def test_the_form_is_strict_and_the_refusal_names_the_member(story, data, path):
    found = refusal(story, data)
    assert isinstance(found, FactMalformed)
    assert found.params["path"] == path


def test_a_link_leads_to_a_host_that_the_platform_allowed(story):
    away = {"linkType": "gs1:pip", "href": "https://shop.example/x", "title": "网店"}
    found = refusal(story, {"field": "shop", "to": away})
    assert isinstance(found, LinkHostNotAllowed)
    assert (found.params["host"], found.params["hosts"]) == ("shop.example", ["www.mill.example"])
    operator = Signer(OPERATOR, "platform", stream="desk-2")
    story.platform.register(operator)
    more = {"field": "hosts", "to": ["www.mill.example", "shop.example"]}
    allow = operator.state("link.change", MILL, more, at=story.clock())
    use = story.mill.state("link.change", RICE, {"field": "shop", "to": away}, at=story.clock())
    outcomes = story.platform.accept(allow, use)  # one batch: the second sees what the first allowed
    assert all(isinstance(one, Receipt) for one in outcomes), outcomes


@pytest.mark.parametrize(
    "listed", [["WWW.mill.example"], ["localhost"], ["127.0.0.1"], ["a/b"], "x", None, [1]]
)
def test_only_the_platform_allows_hosts_and_in_one_form(story, listed):
    assert isinstance(refusal(story, {"field": "hosts", "to": ["evil.example"]}, MILL), MayNotState)
    operator = Signer(OPERATOR, "platform", stream="desk-2")
    story.platform.register(operator)
    assert isinstance(refusal(story, {"field": "hosts", "to": listed}, MILL, operator), FactMalformed)
    assert isinstance(refusal(story, {"field": "hosts", "to": []}, RICE, operator), FactMalformed)


def test_the_thing_is_the_issuers_own(story, clock):
    pack_loose(story, clock)
    link = {"field": "mine", "to": a_link("gs1:pip", "/x", "说明")}
    loose = made.lot(made.MILL, "K7")
    for own in (MILL, RICE, K1, loose, f"urn:place:{made.MILL}-1"):
        taken(story, link, own)
    bought, foreign = made.lot(made.MILL, "R1"), "urn:gtin:06901234567892"
    for other in (
        bought,
        foreign,
        made.plot(1),
        made.uscc(made.LAB),
        made.lot(made.MILL, "NIE"),
        f"/t/{LOOSE}",
    ):
        found = refusal(story, link, other)
        assert isinstance(found, LinkSubjectForeign), other
    assert isinstance(refusal(story, link, RICE, story.farm), LinkSubjectForeign)
    assert isinstance(refusal(story, {"field": "mine", "to": None}, RICE, story.farm), LinkSubjectForeign)


def test_a_product_may_be_stated_and_linked_in_one_batch(story):
    sub = f"urn:product:{made.MILL}:NEW"
    product = story.mill.state("master.product", sub, made.a_product(gtin=made.ABSENT), at=story.clock())
    data = {"field": "pip", "to": a_link("gs1:pip", "/new", "新米")}
    link = story.mill.state("link.change", sub, data, at=story.clock())
    outcomes = story.platform.accept(product, link)
    assert all(isinstance(one, Receipt) for one in outcomes), outcomes


def test_there_is_one_default_and_it_can_be_changed_or_given_up(story):
    first = {"field": "start", "to": a_link("gs1:defaultLink", "/1", "首页")}
    second = {"field": "other", "to": a_link("gs1:defaultLink", "/2", "首页")}
    taken(story, first)
    found = refusal(story, second)
    assert isinstance(found, DefaultLinkTaken)
    assert found.params["field"] == "start"
    taken(story, {"field": "start", "to": a_link("gs1:defaultLink", "/3", "首页")})
    taken(story, second, K1)  # another level
    taken(story, {"field": "start", "to": None})
    taken(story, second)
    both = [
        story.mill.state("link.change", K1, {"field": name, "to": to}, at=story.clock())
        for name, to in (("other", None), ("again", a_link("gs1:defaultLink", "/4", "首页")))
    ]
    outcomes = story.platform.accept(*both)
    assert all(isinstance(one, Receipt) for one in outcomes), outcomes


@pytest.mark.parametrize("link_type", ["gs1:jws", "gs1:recallStatus", "https://ref.gs1.org/voc/recallStatus"])
def test_signature_and_recall_state_are_the_platforms_to_say(story, link_type):
    assert isinstance(refusal(story, {"field": "a", "to": a_link(link_type, "/", "召回")}), LinkTypeReserved)


@pytest.mark.parametrize(
    ("title", "languages", "fits"),
    [
        ("米饭做法", ["zh-CN"], True),
        ("Cooking rice", ["zh-CN"], False),
        ("米饭做法", ["en"], False),
        ("Cooking rice", ["en", "fr"], True),
        ("米饭 Rice", ["zh-CN", "en"], True),
        ("Rice", ["zh", "en"], True),
        ("お米の炊き方 米", ["ja"], True),
    ],
)
def test_the_title_is_in_the_language_of_its_target(story, title, languages, fits):
    data = {"field": "a", "to": a_link("gs1:recipeInfo", "/", title, hreflang=languages)}
    if fits:
        taken(story, data)
    else:
        assert isinstance(refusal(story, data), LinkTitleLanguage)


def test_drafts_are_judged_by_the_same_decision(story, clock):
    good = DraftRecord("link.change", RICE, clock(), {"field": "d", "to": a_link("gs1:pip", "/d", "说明")})
    away = {"linkType": "gs1:pip", "href": "https://evil.example/", "title": "说明"}
    bad = DraftRecord("link.change", RICE, clock(), {"field": "e", "to": away})
    first, second = check_drafts(story.platform.transactions, MILL, [good, bad])
    assert isinstance(first, Receipt)
    assert isinstance(second, Refused)
    assert isinstance(second.refusal, LinkHostNotAllowed)


def test_replay_is_identical_although_an_older_rule_took_what_is_refused_today(story):
    for link in OLD_LINKS.values():
        assert isinstance(outcome(story, story.mill, RICE, {"field": "again", "to": link}), Refused)
    report = replay(story.platform.transactions)
    assert report.equal, (report.differing, report.diverged)
    assert report.entries > len(OLD_LINKS)
