"""Numbers on goods: the registered holder speaks for them, others for their own goods alone."""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders import facts as made
from tests.builders.chain import BUREAU, FOOD_LOG, Chain, a_ten_kilo_pack, good_chain
from trace.chain.admission import Door
from trace.chain.editions import is_for_everybody
from trace.chain.effects import MarkCleared, MasterStated
from trace.chain.identifiers import FOREIGN, PROVEN, PROVISIONAL, RESTRICTED, UNPROVEN
from trace.errors import food as wrong
from trace.errors import identifiers as refused
from trace.identity.check_digit import gs1_mod_10

MILL, OTHER = made.uscc(made.MILL), made.uscc(made.TOFU)
K9 = made.lot(made.MILL, "K9")
LESS = {"quantity": made.kg("7000"), "packs": {"value": "1400", "unit": "件"}}
CODE = "0123-4567-89AB"
IN_STORE = "2012345678900"


def a_pack(**changed):
    few = {"quantity": made.kg("500"), "packs": {"value": "50", "unit": "件"}, "lbNo": made.ABSENT}
    return a_ten_kilo_pack(**{"lot": K9, **few, **changed})


def second(chain: Chain) -> Chain:
    """The food log goes on under the second edition."""
    data = {"log": FOOD_LOG, "edition": 2}
    chain.state("platform.edition", data, sub=FOOD_LOG, by=made.BUREAU, roles=BUREAU)
    return chain


def register(chain: Chain, holder: str = MILL, **changed):
    data = made.a_prefix(holder=holder, **changed)
    return chain.state("master.licence", data, by=made.BUREAU, roles=BUREAU)


def packed(holder: str | None, edition: int = 2, **changed) -> Chain:
    """K9 is packed by the mill under a prefix that is registered for `holder`, or for nobody."""
    chain = good_chain(**LESS)
    chain.known.master.prefixes.clear()
    if edition == 2:
        second(chain)
    if holder is not None:
        register(chain, holder)
    chain.state("food.pack", a_pack(**changed))
    return chain


def activate(chain: Chain, **changed):
    report = next(each.entry.statement_id for each in chain.entries if each.typ == "lab.report")
    data = made.an_activation(lot=K9, gtin=made.ABSENT, report=report, **changed)
    return chain.state("code.activate", data)


@pytest.mark.parametrize(
    ("holder", "code", "refusal"),
    [(None, UNPROVEN, refused.GtinUnproven), (OTHER, FOREIGN, refused.GtinOfAnother)],
)
def test_a_pack_under_a_number_of_others_is_recorded_and_its_new_code_waits(holder, code, refusal):
    chain = packed(holder)
    assert [mark for _, mark in chain.marks("K9")] == [code]
    with pytest.raises(refusal) as raised:
        activate(chain)
    assert raised.value.params["value"] == "09521234100027"
    activate(chain, platformCode=CODE)
    assert chain.lot("K9").pack.state == "by_code", "the platform code answers, the GTIN does not"
    register(chain)
    assert chain.marks("K9") == [], "what is proven now is no longer in doubt"
    activate(chain)
    assert chain.lot("K9").pack.state == "active"


@pytest.mark.parametrize("holder", [None, OTHER])
def test_under_the_first_edition_a_code_is_activated_as_ever_and_stays_so(holder):
    chain = packed(holder, edition=1)
    activate(chain)
    assert chain.lot("K9").pack.state == "active"
    second(chain)
    register(chain, OTHER)
    assert chain.lot("K9").pack.state == "active"
    activate(chain)  # once more: what answers does not wait


def test_what_stands_in_the_log_answers_whatever_the_door_says():
    chain = packed(None)
    report = next(each.entry.statement_id for each in chain.entries if each.typ == "lab.report")
    data = made.an_activation(lot=K9, gtin=made.ABSENT, report=report)
    chain.state("code.activate", data, door=Door.LOGGED)
    assert chain.lot("K9").pack.state == "active"


def test_the_holder_of_the_prefix_and_the_packers_it_lists_speak_for_its_numbers():
    assert packed(MILL).marks("K9") == []
    chain = packed(OTHER)
    product = made.a_product(packers=[MILL], gtin=made.ABSENT)
    chain.state("master.product", product, by=made.MARKET, sub="urn:gtin:09521234100027")
    assert chain.marks("K9") == [("P34", FOREIGN)], "who is not the holder lists nobody"
    chain.state("master.product", product, by=made.TOFU, sub="urn:gtin:09521234100027")
    assert chain.marks("K9") == []
    activate(chain)


def test_a_listed_packer_is_listed_for_that_number_alone():
    chain = packed(OTHER)
    product = made.a_product(packers=[MILL], gtin=made.ABSENT)
    chain.state("master.product", product, by=made.TOFU, sub=made.RICE)
    assert chain.marks("K9") == [("P34", FOREIGN)]


def test_serials_under_a_number_of_others_are_not_counted():
    serials = {"epoch": "0", "first": 0, "count": 50}
    with pytest.raises(refused.GtinUnproven):
        packed(None, serials=serials)
    with pytest.raises(refused.GtinOfAnother):
        packed(OTHER, serials=serials)
    assert packed(MILL, serials=serials).known.counters
    assert packed(None, edition=1, serials=serials).known.counters, "as the first edition had it"


def test_codes_of_the_gtin_do_not_go_live_with_the_platform_code():
    chain = packed(None, edition=1, serials={"epoch": "0", "first": 0, "count": 50})
    second(chain)
    with pytest.raises(refused.GtinUnproven):
        activate(chain, platformCode=CODE, range={"first": 0, "count": 10})
    activate(chain, platformCode=CODE)
    assert chain.lot("K9").pack.state == "by_code"
    assert chain.known.codes[chain.lot("K9").id].active.total == 0


def test_a_pack_that_answers_by_its_platform_code_is_tested_goods():
    chain = packed(None)
    activate(chain, platformCode=CODE)
    sent = made.a_shipment(
        lot=made.lot(made.MILL, "X9"), fromLot=K9, packs=made.ABSENT, quantity=made.kg("100"),
        releaseReport=made.ABSENT, shippedAt="2026-10-15T08:00:00+08:00",
        declared=[{"rule": "R04", "reason": "出厂检验报告见批次"}],
    )  # fmt: skip
    chain.state("food.shipment", sent)


@pytest.mark.parametrize("gtin", [IN_STORE, "0212345678903", "0412345678901", "9912345678906", "21234562"])
def test_restricted_numbers_are_nobodys_and_take_a_platform_code(gtin):
    number = gtin[:-1] + gs1_mod_10(gtin[:-1])
    chain = packed(MILL, gtin=number, product=f"urn:product:{made.MILL}:R10")
    assert chain.marks("K9") == [("P35", RESTRICTED)]
    with pytest.raises(refused.GtinRestricted):
        activate(chain)
    activate(chain, platformCode=CODE)
    assert chain.lot("K9").pack.state == "by_code"


@pytest.mark.parametrize(("by", "codes"), [(made.MILL, []), (made.TOFU, [FOREIGN])])
def test_what_is_said_of_a_product_under_anothers_number_is_its_signers_alone(by, codes):
    chain = Chain()
    chain.state("master.product", made.a_product(name="真米"), sub=made.RICE)
    said = chain.state("master.product", made.a_product(name="假米"), sub=made.RICE, by=by)
    assert [mark.code for mark in said.marks] == codes
    book = chain.known.master
    assert book.product(made.RICE, MILL)["name"] == ("假米" if by == made.MILL else "真米")
    assert book.product(made.RICE, made.uscc(made.MARKET))["name"] == book.product(made.RICE, MILL)["name"]


def test_of_a_number_that_nobody_has_registered_each_sees_its_own_word():
    chain = Chain(prefixes={})
    for one in (made.MILL, made.TOFU):
        said = chain.state("master.product", made.a_product(name=f"{one}的米"), sub=made.RICE, by=one)
        assert [mark.code for mark in said.marks] == [UNPROVEN]
    book = chain.known.master
    for one in (made.MILL, made.TOFU):
        assert book.product(made.RICE, made.uscc(one))["name"] == f"{one}的米"
        assert book.keeps(made.uscc(one), made.RICE)
    assert book.product(made.RICE, made.uscc(made.MARKET)) == {}
    register(chain)
    assert not [mark for mark in chain.known.marks.values() if mark.params["party"] == MILL]
    assert book.keeps(MILL, made.RICE)
    assert not book.keeps(OTHER, made.RICE)
    assert book.product(made.RICE, OTHER)["name"] == f"{made.MILL}的米"


def test_an_authority_speaks_of_every_product():
    chain = Chain()
    chain.state(
        "master.product", made.a_product(name="抽检用名"), by=made.BUREAU, roles=BUREAU, sub=made.RICE
    )
    assert chain.entries[-1].marks == ()
    assert chain.known.master.product(made.RICE, OTHER)["name"] == "抽检用名"


def test_a_products_own_name_is_its_owners():
    chain, urn = second(Chain()), f"urn:product:{made.MILL}:BRAN"
    bran = made.a_product(name="米糠", gtin=made.ABSENT)
    with pytest.raises(wrong.MasterForeign) as raised:
        chain.state("master.product", bran, sub=urn, by=made.TOFU)
    assert (raised.value.params["owner"], raised.value.params["rule"]) == (made.MILL, "P19")
    chain.state("master.product", bran, sub=urn, by=made.TOFU, door=Door.LOGGED)
    assert chain.known.master.product(urn, MILL) == {}
    chain.state("master.product", bran, sub=urn)
    assert chain.known.master.product(urn, OTHER)["name"] == "米糠"
    assert chain.known.master.standing(OTHER, urn) == FOREIGN


def test_nobody_packs_under_the_own_name_of_another_unless_it_lists_the_packer():
    urn = f"urn:product:{made.TOFU}:R10"
    with pytest.raises(refused.ProductForeign):
        packed(MILL, product=urn)
    packed(MILL, edition=1, product=urn)
    chain = second(good_chain(**LESS))
    chain.state("master.product", made.a_product(packers=[MILL], gtin=made.ABSENT), sub=urn, by=made.TOFU)
    assert chain.known.master.standing(MILL, urn) == PROVEN
    chain.state("food.pack", a_pack(product=urn))


@pytest.mark.parametrize(
    ("changed", "roles", "refusal"),
    [
        ({}, {"regulator_market"}, wrong.MayNotState),
        ({"number": "69"}, BUREAU, refused.PrefixMalformed),
        ({"number": "GS1-1"}, BUREAU, refused.PrefixMalformed),
        ({"number": "20123"}, BUREAU, refused.PrefixMalformed),
        ({"evidence": made.ABSENT}, BUREAU, refused.PrefixUnproven),
    ],
)
def test_a_company_prefix_is_the_registrars_to_give(changed, roles, refusal):
    data = made.a_prefix(**changed)
    with pytest.raises(refusal):
        second(Chain(prefixes={})).state("master.licence", data, by=made.BUREAU, roles=roles)
    chain = Chain(prefixes={})
    chain.state("master.licence", data, by=made.BUREAU, roles=roles)
    given = refusal is refused.PrefixUnproven  # the registrar's word counts, though its evidence is missing
    assert any(chain.known.master.prefixes.values()) is given


def test_a_chinese_prefix_needs_no_evidence():
    chain = second(Chain(prefixes={}))
    register(chain, number="69012345", evidence=made.ABSENT)
    assert chain.known.master.standing(MILL, "urn:gtin:06901234567892") == PROVEN


def test_a_bureau_takes_no_prefix_away_and_the_registrar_does():
    chain = Chain(prefixes={})
    register(chain)
    how = {"by": made.BUREAU, "roles": {"regulator_market"}}
    gone = chain.state("master.licence", made.a_prefix(status="cancelled"), **how)
    assert not [change for change in gone.changes if isinstance(change, MasterStated)]
    assert chain.known.master.standing(MILL, made.RICE) == PROVEN
    register(chain, OTHER)
    assert chain.known.master.standing(MILL, made.RICE) == FOREIGN
    register(chain, OTHER, status="cancelled")
    assert chain.known.master.standing(MILL, made.RICE) == UNPROVEN


def test_a_prefix_counts_on_its_days_and_the_longer_one_before_the_shorter():
    chain = Chain(prefixes={})
    register(chain, OTHER, number="9521")
    register(chain)
    assert chain.known.master.standing(MILL, made.RICE) == PROVEN
    register(chain, validTo="2025-12-31")
    pack = chain.known.master.standing(MILL, made.RICE, date(2026, 10, 13))
    assert pack == FOREIGN, "the shorter one still stands"


@pytest.mark.parametrize(("holder", "codes"), [(None, [UNPROVEN]), (OTHER, [FOREIGN]), (MILL, [])])
def test_whose_a_gln_is_the_prefix_says(holder, codes):
    chain = Chain(prefixes={})
    if holder is not None:
        register(chain, holder)
    gln = "952123410004" + gs1_mod_10("952123410004")
    said = chain.state("master.place", made.a_plot(kind="workshop", gln=gln), sub="urn:place:mill-1")
    assert [mark.code for mark in said.marks] == codes
    if holder is None:
        cleared = register(chain)
        assert [change for change in cleared.changes if isinstance(change, MarkCleared)]


def test_marks_about_numbers_are_for_holder_and_authority():
    assert not any(map(is_for_everybody, PROVISIONAL))


def test_links_on_a_place_are_kept_by_its_holder_or_by_who_stated_it():
    chain, shop = Chain(), "urn:place:mill-1"
    chain.state("master.place", made.a_plot(kind="workshop"), sub=shop)
    book = chain.known.master
    assert (book.keeps(MILL, shop), book.keeps(OTHER, shop)) == (True, False)
    held = made.a_plot(kind="workshop", holder=OTHER)
    chain.state("master.place", held, by=made.BUREAU, roles=BUREAU, sub=shop)
    assert (book.keeps(MILL, shop), book.keeps(OTHER, shop)) == (False, True)
