"""Story 13: soy flour from a source that its maker alone names, and from one whose amounts differ."""

from __future__ import annotations

from dataclasses import replace

from cli.answering import restated
from cli.demo.farm_scenes import SECOND_SOY_LOT, handed_over
from cli.demo.packs import activation, batch, lab_report, packed, received
from cli.demo.showing import print_link
from cli.demo.stage import Stage
from cli.demo.world import draft, kg, world
from trace.chain.facts.corrections import CORRECTION
from trace.exchange.draft import FIND_STATEMENT, Reference
from trace.ledger.statement import parse_statement

_CERTIFICATE, _WEIGHED = "C20261003-1", "RN1"
_TOXIN = {"name": "黄曲霉毒素 B1", "method": "GB 5009.22", "limit": "5.0", "value": "0.4", "unit": "µg/kg"}


def leaves_the_farm(stage: Stage) -> None:
    """The farm states one of the two deliveries; the other it forgets."""
    sent_on = handed_over("F3", SECOND_SOY_LOT, "大豆", "200", "P4", "10-09 09:35")
    stage.desk("F3", "agri").state([sent_on])


def arrives(stage: Stage) -> str:
    """Both deliveries are stated alike; one of them has a dispatch that names the buyer."""
    desk = stage.desk("P4", "food")
    known = received("P4", _WEIGHED, "大豆", "200", "F3", SECOND_SOY_LOT, _CERTIFICATE, "10-10 15:00")
    named = received("P4", "RN2", "大豆", "100", "F3", SECOND_SOY_LOT, _CERTIFICATE, "10-10 15:30")
    desk.handovers.take_up([known])
    first, _ = desk.state([known, named])
    stage.kept[_WEIGHED] = str(first["stmt"])
    return f"{len(desk.handovers.opened)} 批与供货方的出库对应，1 批由收货方单方登记"


def becomes_flour(stage: Stage) -> None:
    """Both are tested by their buyer, milled, tested again, packed and released."""
    times = ("10-10 16:00", "10-11 16:00", "10-11 16:30")
    stage.desk("P4", "food").state([
        lab_report("P4", f"JR{lot}", "P4", lot, "incoming", times, _TOXIN, "pass") for lot in ("RN1", "RN2")
    ])  # fmt: skip
    for number, source, weight in (("1", "RN1", "100"), ("2", "RN2", "100"), ("3", "RN1", "100")):
        _milled(stage, number, source, weight)


def _milled(stage: Stage, number: str, source: str, weight: str) -> None:
    desk, name, made = stage.desk("P4", "food"), f"N2026101{number}", "90"
    flour, pack, report = f"{name}-1", f"KN{number}", f"JN2026101{number}"
    worked, tested = ("10-12 08:00", "10-12 12:00"), ("10-12 12:10", "10-12 13:30", "10-12 13:40")
    desk.state([batch("P4", name, {source: weight}, (flour, "豆粉", made), ("10", "去皮、磨粉"), worked)])
    desk.state([lab_report("P4", report, "P4", flour, "release", tested, _TOXIN, "pass")])
    amounts, dates = (made, "225"), ("2026-10-12", "2027-10-11")
    desk.state([
        packed("P4", pack, flour, "N2", name, amounts, dates, report, "10-12 14:00"),
        activation("P4", pack, name, "N2", (report, flour), "10-12 14:10"),
    ])  # fmt: skip
    print_link(stage, "P4", pack)


def weighed_again(stage: Stage) -> str:
    """The mill finds 218 kg where the farm sent 200, and corrects its receipt: both records stay."""
    lot, client = world().lot("P4", _WEIGHED), stage.client("food", "P4")
    first = stage.kept[_WEIGHED]
    stated = parse_statement(client.get_json(f"/api/v1/statements/{first}")["jws"])
    data = {**stated.revealed_data(), "quantity": kg("218")}
    said, private, salts = restated(stated, data, "复称为 218 kg")
    corrected = draft("P4", CORRECTION.typ, lot, "10-23 15:00", said, private=private)
    named = replace(corrected, references=(Reference(FIND_STATEMENT, "about", number=first),), salts=salts)
    stage.desk("P4", "food").state([named])
    return "出库 200 kg，收货改记 218 kg，两份记录都留"
