"""R53: what a page says changes only by a record that says truly what it said before."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.builders import facts as made
from tests.builders.admission import refuses
from tests.builders.chain import good_chain
from tests.builders.label_changes import BATCH, COOLER, COOLEST, K1, STORAGE, a_change, relabelled
from trace.chain.effects import LotMentioned, RecordKept
from trace.chain.facts import parse_fact
from trace.chain.facts.label import FIELDS
from trace.chain.label_text import LIST_FIELDS, TEXT_FIELDS, change_texts, label_texts, pack_texts
from trace.errors import food as refused
from trace.rules import load

AT = datetime(2026, 10, 15, 8, tzinfo=UTC)


def test_a_true_change_is_kept_and_stands_on_the_time_line():
    chain = good_chain()
    effects = chain.state("label.change", a_change(), sub=K1)
    kept, mentioned = effects.changes
    assert isinstance(kept, RecordKept)
    assert (kept.sub, kept.data["to"]) == (K1, COOLER)
    assert mentioned == LotMentioned(chain.lot("K1").id, "label")
    assert chain.lot("K1").pack.data["label"]["product"]["storage"] == STORAGE


def test_the_next_change_begins_where_the_last_one_ended():
    chain = good_chain()
    chain.state("label.change", a_change(), sub=K1)
    wrong = refuses(chain, refused.LabelChangeFalse, "label.change", a_change(), sub=K1)
    assert (wrong.params["value"], wrong.params["limit"]) == (STORAGE, COOLER)
    chain.state("label.change", a_change(**{"from": COOLER, "to": COOLEST}), sub=K1)


def test_a_refused_group_leaves_no_change_behind():
    chain = good_chain()
    point = chain.known.savepoint()
    chain.state("label.change", a_change(), sub=K1)
    chain.known.rollback(point)
    assert chain.known.label_changes == {}
    chain.state("label.change", a_change(), sub=K1)


def test_other_kept_records_are_no_changes_of_labels():
    chain = good_chain()
    chain.state("verifier.release", {"version": "1.0", "sha256": "0" * 64, "name": "x"}, roles={"platform"})
    assert chain.known.label_changes == {}


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"from": "别处"}, refused.LabelChangeFalse),
        ({"from": None}, refused.LabelChangeFalse),
        ({"to": STORAGE}, refused.LabelChangeEmpty),
        ({"to": f" {STORAGE} "}, refused.LabelChangeEmpty),
        ({"field": "additives", "from": None, "to": []}, refused.LabelChangeEmpty),
        ({"field": "batchNo", "from": "M20261012A", "to": "M20261012B"}, refused.LabelFieldFixed),
        ({"field": "productionDate", "from": "2026-10-12", "to": "2026-11-12"}, refused.LabelFieldFixed),
        ({"field": "expiryDate", "from": "2027-10-11", "to": "2028-10-11"}, refused.LabelFieldFixed),
        ({"field": "product.name", "from": "子虚牌绿色大米", "to": "橄榄油"}, refused.LabelFieldFixed),
        ({"field": "release.conclusion", "from": "合格", "to": "优"}, refused.LabelFieldFixed),
        ({"field": "product.colour", "from": None, "to": "白"}, refused.FactMalformed),
        ({"from": made.ABSENT}, refused.FactMalformed),
        ({"to": made.ABSENT}, refused.FactMalformed),
        ({"to": None}, refused.FactMalformed),
        ({"to": ""}, refused.FactMalformed),
        ({"to": ["避光"]}, refused.FactMalformed),
        ({"reason": made.ABSENT}, refused.FactMalformed),
        ({"reason": "x"}, refused.FactMalformed),
        ({"field": "ingredients", "from": ["稻谷"], "to": []}, refused.FactMalformed),
        ({"field": "ingredients", "from": ["稻谷"], "to": "稻谷"}, refused.FactMalformed),
    ],
)
def test_an_incomplete_or_false_change_is_refused(changed, refusal):
    refuses(good_chain(), refusal, "label.change", a_change(**changed), sub=K1)


@pytest.mark.parametrize(
    ("sub", "refusal"),
    [
        (made.lot(made.MILL, "K9"), refused.LotUnknown),
        (made.lot(made.COOPERATIVE, "H1"), refused.LotNotHeld),
        (made.lot(made.MILL, "R1"), refused.NoLabelOfYours),
        ("urn:gtin:09521234100034", refused.NoLabelOfYours),
        ("urn:place:x", refused.FactMalformed),
        ("x", refused.FactMalformed),
    ],
)
def test_only_own_packs_batches_and_stated_products_have_a_label(sub, refusal):
    refuses(good_chain(), refusal, "label.change", a_change(), sub=sub)


def test_somebody_elses_pack_is_not_relabelled():
    refuses(good_chain(), refused.LotNotHeld, "label.change", a_change(), sub=K1, by=made.COOPERATIVE)
    refuses(good_chain(), refused.MayNotState, "label.change", a_change(), sub=K1, roles={"lab"})


def test_a_change_of_the_batch_must_be_true_of_every_pack_of_it():
    chain = good_chain()
    chain.state("label.change", a_change(), sub=K1)
    wrong = refuses(chain, refused.LabelChangeFalse, "label.change", a_change(), sub=BATCH)
    assert (wrong.params["subject"], wrong.params["limit"]) == (K1, COOLER)
    chain.state("label.change", a_change(), sub=made.lot(made.MILL, "K2"))
    chain.state("label.change", a_change(**{"from": COOLER, "to": COOLEST}), sub=BATCH)
    again = a_change(**{"from": COOLEST, "to": STORAGE})
    chain.state("label.change", again, sub=K1)


def test_a_product_says_what_its_master_data_say_and_packs_follow_where_they_said_the_same():
    chain = good_chain()
    chain.state("master.product", made.a_product(storage=STORAGE), sub=made.RICE)
    refuses(chain, refused.FactMalformed, "label.change", a_change(field="enterprise.name"), sub=made.RICE)
    chain.state("label.change", a_change(), sub=made.RICE)
    refuses(chain, refused.LabelChangeFalse, "label.change", a_change(), sub=made.RICE)
    refuses(chain, refused.LabelChangeFalse, "label.change", a_change(), sub=K1)
    chain.state("label.change", a_change(**{"from": COOLER, "to": COOLEST}), sub=K1)


def test_what_the_label_leaves_open_is_said_by_master_data():
    chain = good_chain()
    label = made.a_label(enterprise={"name": "（演示）子虚米业有限公司"})
    packed = next(one for one in chain.told if one.claims.sub == K1 and one.claims.typ == "food.pack")
    again = made.a_pack(packedAt="2026-10-13T12:00:00+08:00", label=label)
    chain.state("correction", made.a_correction(packed.entry.statement_id, again), sub=K1)
    chain.state("master.party", made.a_party(address="上海市崇明区"), sub=made.uscc(made.MILL))
    moved = {"field": "enterprise.address", "from": "上海市崇明区", "to": "上海市嘉定区"}
    chain.state("label.change", a_change(**moved), sub=K1)


def test_a_long_story_ends_with_what_was_said_last():
    chain = relabelled()
    pack, product = chain.lot("K1").pack.data, chain.known.master.product(made.RICE, made.uscc(made.MILL))
    texts = label_texts(pack["label"], product, {})
    done = change_texts(texts, [one.data for _, one in sorted(chain.known.label_changes.items())])
    assert done == [True] * 5
    assert texts["product.storage"] == STORAGE
    assert texts["enterprise.contact"] == "000-00000044"
    assert texts["ingredients"] == ("稻谷（上海崇明）",)


def test_a_change_of_what_a_correction_took_away_stays_without_effect():
    texts = label_texts({"product": {"storage": "冷藏"}}, {}, {})
    assert change_texts(texts, [a_change()]) == [False]
    assert texts["product.storage"] == "冷藏"


def test_what_may_be_changed_is_data_and_all_of_it_is_a_field():
    rule = load().at("P18", AT.date())
    assert set(rule.items) < set(TEXT_FIELDS) | set(LIST_FIELDS) < set(FIELDS)
    fixed = set(FIELDS) - set(rule.items)
    assert {"productionDate", "batchNo", "expiryDate", "product.shelfLife", "netContent"} <= fixed
    assert set(pack_texts({})) <= fixed


def test_the_person_who_changed_it_may_be_named_and_the_needs_are_names_of_the_fact():
    fact = parse_fact("label.change", a_change(by="（演示）甲"), K1, AT)
    assert fact.by == "（演示）甲"
    assert fact.needs().lots == fact.needs().labels == {K1}
    assert made.uscc(made.MILL) in fact.needs().parties
