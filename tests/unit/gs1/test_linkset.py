"""Choosing among links, headers and linksets as values."""

from __future__ import annotations

import json

import pytest

from trace.gs1.link_types import RATIFIED, link_type_named
from trace.gs1.linkset import (
    Level,
    Link,
    Wanted,
    choose,
    json_ld_context,
    json_ld_document,
    link_header,
    linkset_document,
    with_query,
)
from trace.gs1.negotiation import language_quality, media_quality, names_media, preferences

CHINESE = Link("pip", "https://h/zh", "产品", "text/html", ("zh-CN",))
ENGLISH = Link("pip", "https://h/en", "Product", "text/html", ("en",))
PDF = Link("pip", "https://h/pdf", "产品", "application/pdf", ("zh-CN",))
NORTH = Link("pip", "https://h/north", "产品", "text/html", ("zh-CN",), ("north",))
DEFAULT = Link("defaultLink", "https://h/", "默认")
PRODUCT = Level("https://h/01/1", "大米", DEFAULT, (CHINESE, ENGLISH, PDF, NORTH))
BATCH = Level("https://h/01/1/10/A", "大米", None, (Link("epcis", "https://h/events", "事件"),))


def wanted(
    link_type: str | None = "pip", media: str = "*/*", languages: str = "", context: str | None = None
):
    return Wanted(link_type, preferences(media), preferences(languages), context)


@pytest.mark.parametrize(
    ("asked", "href"),
    [
        (wanted(), "https://h/zh"),
        (wanted(languages="en-GB"), "https://h/en"),
        (wanted(languages="fr"), "https://h/zh"),
        (wanted(languages="en;q=0.3, zh;q=0.4"), "https://h/zh"),
        (wanted(media="application/pdf", languages="zh-CN"), "https://h/pdf"),
        (wanted(languages="zh-CN", context="north"), "https://h/north"),
        (wanted(languages="zh-CN", context="south"), "https://h/zh"),
        (wanted(None), "https://h/"),
        (wanted("defaultLink"), "https://h/"),
        (wanted("epcis"), "https://h/events"),
    ],
)
def test_the_link_that_fits_best_is_chosen_from_the_nearest_level(asked, href):
    assert [each.href for each in choose([BATCH, PRODUCT], asked)] == [href]


EVERYBODY = Link("pip", "https://h/any", "产品", "text/html", ("und",))


@pytest.mark.parametrize(("languages", "href"), [("fr", "any"), ("", "any"), ("en", "en"), ("zh", "zh")])
def test_a_target_for_any_language_is_the_one_to_fall_back_to(languages, href):
    for listed in ((CHINESE, ENGLISH, EVERYBODY), (EVERYBODY, CHINESE, ENGLISH)):
        (found,) = choose([Level("https://h/01/1", "", DEFAULT, listed)], wanted(languages=languages))
        assert found.href == f"https://h/{href}"


def test_a_target_for_any_language_names_none_in_the_list():
    assert "hreflang" not in EVERYBODY.target()


def test_only_links_alike_in_every_attribute_leave_a_choice():
    twins = (CHINESE, Link("pip", "https://h/zh2", "产品二", "text/html", ("zh-CN",)), ENGLISH)
    found = choose([Level("https://h/01/1", "", DEFAULT, twins)], wanted(languages="zh"))
    assert [each.href for each in found] == ["https://h/zh", "https://h/zh2"]
    assert choose([PRODUCT], wanted("recipeInfo")) == ()
    assert choose([BATCH], wanted(None)) == ()


def test_a_linkset_has_nothing_beside_its_link_context_objects():
    made = linkset_document([BATCH, PRODUCT])
    assert made.keys() == {"linkset"}
    assert made["linkset"][1]["https://ref.gs1.org/voc/defaultLink"] == [
        {"href": "https://h/", "title": "默认"}
    ]
    north = made["linkset"][1]["https://ref.gs1.org/voc/pip"][3]
    assert (north["hreflang"], north["context"], north["type"]) == (["zh-CN"], ["north"], "text/html")
    linked = json_ld_document([BATCH], "https://h/context")
    assert (linked["@context"], linked["linkset"]) == ("https://h/context", made["linkset"][:1])
    assert json_ld_context()["@context"]["anchor"] == "@id"


def test_qualities_follow_the_most_specific_range():
    accepted = preferences("text/*;q=0.3, text/html;q=0.7, */*;q=0.1, text/plain; q=nonsense")
    assert media_quality(accepted, "text/html") == 700
    assert media_quality(accepted, "text/css") == 300
    assert media_quality(accepted, "image/png") == 100
    assert media_quality(accepted, "text/plain") == 0
    assert (names_media(accepted, "text/html"), names_media(accepted, "text/css")) == (700, 0)
    assert media_quality(preferences(""), "text/html") == 0
    languages = preferences("zh-Hant;q=0.2, zh;q=0.9, *;q=0.05")
    assert [language_quality(languages, tag) for tag in ("zh-CN", "zh-Hant", "en", "zh")] == [
        900,
        200,
        50,
        900,
    ]
    assert [each.quality for each in preferences("a;q=1.5, b;q=2, c;q=0.0005, d;q=.5")] == [1000, 0, 0, 0]


def test_the_query_goes_behind_the_targets_own_and_before_its_fragment():
    assert with_query("https://h/p", "a=1&a=%2f") == "https://h/p?a=1&a=%2f"
    assert with_query("https://h/p?x#f", "linkType=gs1:pip&b&context=c&d=") == "https://h/p?x&b&d=#f"
    assert with_query("https://h/p", "linkType=all") == "https://h/p"
    assert with_query("https://h/p", "") == "https://h/p"


def test_the_link_header_names_the_linkset_its_context_and_given_links():
    header = link_header("https://h/01/1", "https://h/c", [Link("recallStatus", "https://h/r<>\n", "召回")])
    assert header.count(", ") == 2
    assert '<https://h/r%3C%3E%0A>; rel="https://ref.gs1.org/voc/recallStatus"' in header


@pytest.mark.parametrize(
    "written", ["pip", "gs1:pip", "https://gs1.org/voc/pip", "https://ref.gs1.org/voc/pip"]
)
def test_a_link_type_is_the_same_under_every_spelling(written):
    assert link_type_named(written) == "pip"
    assert link_type_named("https://example.org/pip") == "https://example.org/pip"


def test_the_ratified_link_types_are_those_of_the_vocabulary(vectors):
    published = json.loads((vectors / "digital-link/gs1_linktypes_v1_16.json").read_text(encoding="utf-8"))
    assert published.keys() == RATIFIED
