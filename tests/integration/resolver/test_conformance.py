"""The assertions of the GS1 conformance suite (S…) and of the standard's prose (X…, H…), one test each.

Numbers are this file's own, in the order of suite and prose. S01 to S04 and S06 judge the tester's own
input or TLS: no test here.
"""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema
import orjson
import pytest

from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from tests.servers.resolving import (
    BATCH,
    BROWSER,
    GLN,
    GTIN,
    HOST,
    ITEM,
    LOOSE,
    LOT,
    PLACE,
    PRODUCT,
    SERIAL,
    pack_loose,
    resolver_over,
    tell_with_links,
)
from trace.gs1.link_types import RATIFIED

VOC = "https://ref.gs1.org/voc/"
LINKSET = "application/linkset+json"
UNKNOWN_ITEM = f"{PRODUCT}/21/ZZZZZZZZZZZZ"
EVERY = (PRODUCT, LOT, ITEM, f"{LOT}/21/{SERIAL}", UNKNOWN_ITEM, PLACE, f"/t/{LOOSE}")
ORIGIN = "https://ref.gs1.org/test-suites/resolver/"


@pytest.fixture(scope="module")
def web(databases, tmp_path_factory):
    clock = SteppingClock()
    url = databases.migrated("sqlite")
    with TestPlatform(url, clock) as platform:
        pack_loose(tell_with_links(platform, clock), clock)
        yield resolver_over(platform, tmp_path_factory.mktemp("resolver"))
    databases.discard(url)


def linkset(web, path):
    return web.get(path, LINKSET, accept_language="")


# The suite's kinds of check ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [f"{PRODUCT}/10/KL8G", f"{PLACE}/254/KL8G"])
def test_s05_an_unregistered_qualifier_walks_up(web, path):
    assert web.get(path).status == 307


def test_s07_the_description_file_is_valid(web, vectors: Path):
    answered = web.get("/.well-known/gs1resolver", "application/json")
    assert answered.status == 200
    schema = orjson.loads((vectors / "digital-link/description-file-schema-1.2.0.json").read_bytes())
    jsonschema.validate(answered.json, schema)
    assert answered.json["resolverRoot"] == HOST
    assert web.get(answered.json["jsonLdContextLocation"].removeprefix(HOST)).status == 200


@pytest.mark.parametrize("path", EVERY)
def test_s09_to_s12_options_tell_origins_methods_and_the_linkset(web, path):
    answered = web.send("OPTIONS", path, origin=ORIGIN, access_control_request_method="GET,HEAD,OPTIONS")
    assert answered.status == 204
    assert answered.headers["Access-Control-Allow-Origin"] == "*"
    assert {"GET", "HEAD", "OPTIONS"} <= set(answered.headers["Access-Control-Allow-Methods"].split(", "))
    assert 'rel="linkset"' in answered.headers["Link"]
    assert 'rel="gs1:' not in answered.headers["Link"]


@pytest.mark.parametrize("path", EVERY)
@pytest.mark.parametrize("decoded", [False, True])
def test_s13_s14_a_malformed_link_is_400(web, path, decoded):
    assert web.send("GET", f"{path}/foo", decoded=decoded).status == 400


@pytest.mark.parametrize("path", EVERY)
def test_s15_a_trailing_slash_means_nothing(web, path):
    with_slash, without = web.get(path + "/"), web.get(path)
    assert (with_slash.status, with_slash.location) == (without.status, without.location)


@pytest.mark.parametrize("path", EVERY)
def test_s16_the_query_is_passed_on(web, path):
    assert web.get(f"{path}?foo=bar").location.endswith("?foo=bar")


@pytest.mark.parametrize("path", EVERY)
@pytest.mark.parametrize("link_type", ["linkset", "all", "gs1:linkset"])
def test_s17_to_s19_a_linkset_is_given_without_redirect(web, path, link_type):
    assert web.get(f"{path}?linkType={link_type}").status == 200
    answered = web.get(f"{path}?linkType={link_type}", LINKSET, accept_language="")
    assert (answered.status, answered.headers["Content-Type"]) == (200, LINKSET)


@pytest.mark.parametrize("path", EVERY)
def test_s20_s22_the_linkset_is_valid_and_called_what_it_is(web, path, vectors: Path):
    answered = linkset(web, path)
    assert (answered.status, answered.headers["Content-Type"]) == (200, LINKSET)
    for name in ("linkset-schema-1.2.0.json", "linkset__gs1-linkset-schema.json"):
        jsonschema.validate(answered.json, orjson.loads((vectors / "digital-link" / name).read_bytes()))
    allowed = {"href", "title", "type", "hreflang", "context"}
    for level in answered.json["linkset"]:
        for relation in level.keys() - {"anchor", "itemDescription"}:
            assert relation.startswith(VOC)
            for target in level[relation]:
                assert target.keys() <= allowed
                assert all(re.fullmatch(r"\w{2}(-\w{2})?", tag) for tag in target.get("hreflang", []))


def test_s21_the_json_ld_context_is_linked(web):
    links = linkset(web, PRODUCT).headers["Link"].split(", ")
    (context,) = [link for link in links if 'rel="http://www.w3.org/ns/json-ld#context"' in link]
    assert 'type="application/ld+json"' in context


@pytest.mark.parametrize("path", EVERY)
def test_s23_to_s25_there_is_one_default_link_and_it_is_where_one_is_sent(web, path):
    (default,) = linkset(web, path).level(path)[VOC + "defaultLink"]
    answered = web.get(path)
    assert (answered.status, answered.location) == (307, default["href"])


@pytest.mark.parametrize("path", EVERY)
def test_s26_s27_every_link_is_reached_by_its_type_and_attributes(web, path):
    tried = 0
    seen: set[str] = set()
    for level in linkset(web, path).json["linkset"]:
        for relation, targets in level.items():
            if not relation.startswith(VOC) or relation in seen or relation.endswith(("faqs", "defaultLink")):
                continue
            seen.add(relation)
            for target in targets:
                headers = {"accept_language": target["hreflang"][0]} if "hreflang" in target else {}
                query = f"?linkType=gs1:{relation.removeprefix(VOC)}"
                answered = web.get(path + query, target.get("type", "*/*"), **headers)
                assert (answered.status, answered.location) == (307, target["href"])
                tried += 1
    assert tried >= 1


def test_s28_links_that_differ_in_nothing_are_given_to_choose_from(web):
    answered = web.get(f"{PRODUCT}?linkType=gs1:faqs", "text/html", accept_language="zh-CN")
    assert answered.status == 300
    assert b"/faq/1" in answered.body
    assert b"/faq/2" in answered.body
    machine = web.get(f"{PRODUCT}?linkType=gs1:faqs")
    assert machine.status == 300
    assert len(machine.level(PRODUCT)[VOC + "faqs"]) == 2


def test_s29_no_default_multi_with_one_entry(web):
    assert all(b"defaultLinkMulti" not in linkset(web, path).body for path in EVERY)


@pytest.mark.parametrize("path", EVERY)
def test_s30_every_link_type_is_ratified(web, path):
    found = {each.removeprefix(VOC) for level in linkset(web, path).json["linkset"] for each in level}
    assert found - {"anchor", "itemDescription"} <= RATIFIED


@pytest.mark.parametrize("path", EVERY)
def test_s31_a_link_type_without_links_is_404(web, path):
    answered = web.get(f"{path}?linkType=gs1:nosuchlt")
    assert (answered.status, answered.json["code"]) == (404, "link-type-absent")


# The standard's prose ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", EVERY)
def test_x01_the_default_link_has_no_attributes(web, path):
    for level in linkset(web, path).json["linkset"]:
        assert [each.keys() for each in level[VOC + "defaultLink"]] == [{"href", "title"}]


@pytest.mark.parametrize("path", EVERY)
def test_x02_the_default_is_a_temporary_redirect(web, path):
    assert web.get(path).status == 307


@pytest.mark.parametrize(
    ("number", "path"),
    [
        ("x03 wrong check digit", "/01/09521234100011"),
        ("x04 13 digits", "/01/9521234100010"),
        ("x04 12 digits", "/01/521234100010"),
        ("x05 out of order", f"{PRODUCT}/21/S1/10/L1"),
        ("x06 repeated", f"{PRODUCT}/10/L1/10/L1"),
        ("x07 attribute in the path", f"{PRODUCT}/17/261231"),
        ("x07 attribute behind a batch", f"{LOT}/17/261231"),
        ("x08 qualifier of another key", f"{PRODUCT}/254/X"),
        ("x08 no identifier", f"{PRODUCT}/98765/X"),
        ("x08 no key", "/10/L1"),
        ("x09 21 characters", f"{PRODUCT}/10/{'A' * 21}"),
        ("x10 character outside the set", f"{PRODUCT}/10/%E4%B8%AD"),
        ("x10 space", f"{PRODUCT}/10/A%20B"),
        ("x10 bracket", f"{PRODUCT}/10/A%5BB"),
        ("attribute with a bad value", f"{PRODUCT}?17=261332"),
        ("qualifier in the query", f"{PRODUCT}?10=L1"),
        ("empty value", f"{PRODUCT}/10/"),
        ("convenience name", "/01/gtin"),
    ],
)
@pytest.mark.parametrize("decoded", [False, True])
def test_x03_to_x10_what_breaks_the_syntax_is_400(web, number, path, decoded):
    if number == "empty value":
        assert web.send("GET", path.removesuffix("/") + "//", decoded=decoded).status == 400
        return
    answered = web.send("GET", path, decoded=decoded)
    assert (number, answered.status, answered.headers["Content-Type"]) == (
        number,
        400,
        "application/problem+json",
    )


@pytest.mark.parametrize(
    "path", ["/01/06901234567892", "/414/4006381333931", "/00/095201234567891235", "/417/4006381333931"]
)
def test_x11_a_valid_key_that_nobody_registered_is_404(web, path):
    answered = web.get(path)
    assert (answered.status, answered.json["code"]) == (404, "key-unregistered")


@pytest.mark.parametrize("path", ["/8004/95211415678", "/8006/095212341000100102", "/253/9521234100003A"])
@pytest.mark.parametrize("accept", ["application/json", BROWSER])
def test_a_kind_of_key_that_nobody_can_register_is_404_and_accuses_nobody(web, path, accept):
    answered = web.get(path, accept)
    assert answered.status == 404
    assert b"12315" not in answered.body
    if accept == "application/json":
        assert answered.json["code"] == "key-kind-unserved"


def test_the_description_file_names_the_keys_that_resolve(web):
    assert web.get("/.well-known/gs1resolver").json["supportedPrimaryKeys"] == ["01", "00", "414", "417"]


def test_x12_an_epc_binary_string_resolves_as_its_link(web):
    plus = "ehf700952123410001088830000"  # SGTIN+: filter 0, GTIN, seven-bit serial of three characters
    bits = f"{0xF7:08b}0000" + "".join(f"{int(d):04b}" for d in GTIN) + "100" + "00011"
    bits += "".join(f"{ord(c):07b}" for c in "ABC")
    bits += "0" * (-len(bits) % 4)
    plus = "eh" + "".join(f"{int(bits[at : at + 4], 2):x}" for at in range(0, len(bits), 4))
    answered = web.get(f"/{plus}")
    assert (answered.status, answered.location) == (307, web.get(f"{PRODUCT}/21/ABC").location)


@pytest.mark.parametrize("segment", ["eh", "eh3", "ehZZ", "ex+/", "eh000000000000000000000000", "EH3016"])
def test_x13_a_broken_epc_binary_string_is_400(web, segment):
    assert web.get(f"/{segment}").status == 400


def test_x14_a_coded_slash_stays_inside_its_value(web):
    answered = web.get(f"{PRODUCT}/10/A%2FB")
    assert (answered.status, answered.location) == (307, f"{HOST}/page{PRODUCT}/10/A%2FB")


def test_x15_the_full_tree_of_qualifiers_walks_up(web):
    answered = web.get(f"{PRODUCT}/22/V1/10/{BATCH}/21/{SERIAL}")
    assert answered.status == 307
    levels = linkset(web, f"{PRODUCT}/22/V1/10/{BATCH}/21/{SERIAL}").json["linkset"]
    assert [level["anchor"].removeprefix(HOST) for level in levels] == [
        f"{PRODUCT}/22/V1/10/{BATCH}/21/{SERIAL}",
        f"{PRODUCT}/22/V1/10/{BATCH}",
        PRODUCT,
    ]
    assert web.get(f"{PRODUCT}/22/V1").location == f"{HOST}/page{PRODUCT}"
    recipe = web.get(f"{LOT}/21/{SERIAL}?linkType=gs1:homepage")
    assert recipe.location == "https://www.mill.example/?from=pack#top"


def test_x16_the_query_goes_on_byte_for_byte(web):
    query = "a=1%2f2&b;c=%E4%BD%A0&d+e=f=g&x&17=261231"
    assert web.get(f"{LOT}?{query}").location == f"{HOST}/page{LOT}?{query}"
    own = web.get(f"{PRODUCT}?linkType=gs1:homepage&utm=7").location
    assert own == "https://www.mill.example/?from=pack&utm=7#top"


@pytest.mark.parametrize("namespace", ["https://gs1.org/voc/", "https://ref.gs1.org/voc/", "gs1:"])
def test_x17_a_link_type_may_be_a_full_address(web, namespace):
    answered = web.get(
        f"{PRODUCT}?linkType={namespace}homepage".replace(":", "%3A").replace("/01%3A", "/01:")
    )
    assert (answered.status, answered.location) == (307, "https://www.mill.example/?from=pack#top")


@pytest.mark.parametrize(
    "path", [*EVERY, f"{PRODUCT}?linkType=linkset", f"{PRODUCT}/foo", "/01/06901234567892"]
)
def test_x18_head_tells_what_get_tells_without_a_body(web, path):
    head, get = web.send("HEAD", path), web.get(path)
    assert (head.status, head.location, head.body) == (get.status, get.location, b"")
    assert head.headers.get("Content-Type") == get.headers.get("Content-Type")


@pytest.mark.parametrize(
    "path", [*EVERY, f"{PRODUCT}/foo", "/01/06901234567892", f"{PRODUCT}?linkType=linkset"]
)
def test_x19_any_origin_may_read_any_answer(web, path):
    assert web.get(path, origin=ORIGIN).headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", EVERY)
def test_x20_no_accept_header_is_as_good_as_any(web, path):
    assert web.get(path, None).location == web.get(path).location != ""


@pytest.mark.parametrize("path", EVERY)
def test_x21_x22_the_redirect_links_its_linkset_and_varies(web, path):
    answered = web.get(path)
    assert f'<{HOST}{path}?linkType=linkset>; rel="linkset"' in answered.headers["Link"]
    assert answered.headers["Vary"] == "Accept, Accept-Language"
    assert answered.headers["Cache-Control"] == (
        "public, max-age=60" if path in {PRODUCT, PLACE} else "no-store"
    )


def test_x23_a_language_that_nothing_has_gives_the_first_not_a_choice(web):
    query = f"{PRODUCT}?linkType=gs1:recipeInfo"
    for languages in ("fr", "de;q=0.9, it", "", "xx-invalid-é"):
        assert web.get(query, accept_language=languages).location == "https://www.mill.example/zh/recipe"
    for languages in ("en-GB", "en;q=0.8, zh;q=0.2", "fr, en;q=0.1"):
        assert web.get(query, accept_language=languages).location == "https://www.mill.example/en/recipe"
    pdf = web.get(query, "application/pdf, text/html;q=0.5", accept_language="zh")
    assert pdf.location == "https://www.mill.example/zh/recipe.pdf"


def test_x24_to_x26_the_linkset_comes_as_json_json_ld_and_a_page(web):
    plain = web.get(PRODUCT, "application/json")
    assert (plain.status, plain.headers["Content-Type"]) == (200, "application/json")
    linked = web.get(PRODUCT, "application/ld+json")
    assert (linked.headers["Content-Type"], linked.json["@context"]) == (
        "application/ld+json",
        f"{HOST}/linkset-context.jsonld",
    )
    assert linked.json["linkset"] == plain.json["linkset"] == linkset(web, PRODUCT).json["linkset"]
    page = web.get(f"{PRODUCT}?linkType=linkset", BROWSER, accept_language="en")
    assert page.headers["Content-Type"].startswith("text/html")
    assert page.headers["Content-Language"] == "en"
    assert "米饭做法".encode() in page.body
    assert web.get(PRODUCT, BROWSER).status == 307


def test_x27_x28_each_level_has_its_own_absolute_anchor(web):
    levels = linkset(web, f"{LOT}/21/{SERIAL}").json["linkset"]
    assert [each["anchor"] for each in levels] == [f"{HOST}{LOT}/21/{SERIAL}", HOST + LOT, HOST + PRODUCT]


@pytest.mark.parametrize("path", EVERY)
def test_x29_the_default_target_is_also_there_under_a_descriptive_type(web, path):
    for level in linkset(web, path).json["linkset"]:
        (default,) = level[VOC + "defaultLink"]
        others = [
            target["href"]
            for relation, targets in level.items()
            if relation.startswith(VOC) and not relation.endswith("defaultLink")
            for target in targets
        ]
        assert default["href"] in others


def test_x30_other_methods_are_405_with_the_allowed_ones(web):
    for path in (PRODUCT, PLACE):
        answered = web.send("POST", path)
        assert (answered.status, answered.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_x31_the_location_has_a_page(web):
    answered = web.get(web.get(PLACE).location.removeprefix(HOST), BROWSER)
    assert answered.status == 200
    assert "成品库".encode() in answered.body
    assert web.get(f"/417/{GLN}").status == 307


@pytest.mark.parametrize("path", [PRODUCT, LOT])
def test_x32_people_reach_the_page_behind_the_redirect(web, path):
    answered = web.get(web.get(path, BROWSER).location.removeprefix(HOST), BROWSER)
    assert answered.status == 200
    assert "子虚牌绿色大米".encode() in answered.body or BATCH.encode() in answered.body


def test_x33_context_narrows_and_is_not_passed_on(web):
    answered = web.get(f"{PRODUCT}?linkType=gs1:homepage&context=cn&keep=1")
    assert answered.location == "https://www.mill.example/?from=pack&keep=1#top"
