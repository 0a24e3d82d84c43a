"""The list of consignees on the page of a case, which goes by pages to its last line."""

from __future__ import annotations

from scanner_web import create_pages
from tests.builders.cases import BUREAU, OFFICER, accredit, cases, fail
from tests.builders.members import PASSWORD, signed_in
from tests.builders.traced_chain import K1, SHOP, TOFU_MAKER, TracedChain
from tests.servers.door import Door
from trace.store.accounts.people import Organisation, add_organisation
from trace.usecases.accounts.invite import invite, join
from trace.usecases.accounts.sessions import Device


def test_pages_of_consignees_go_to_the_last_and_say_of_how_many(tmp_path, databases) -> None:
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        chain, tx = TracedChain(door, door.clock), door.platform.transactions
        accredit(chain)
        report = chain.packed_rice()
        for batch, receiver in (("D1", SHOP), ("D2", TOFU_MAKER)):
            chain.ship(batch, 300, K1, to=receiver, report=report)
        fail(chain)
        with tx.begin("test") as writing:
            office = Organisation(BUREAU, "市场监管局", "authority", "market", "310000")
            add_organisation(writing.connection, office, writing.now)
            token = invite(writing, BUREAU, "jingban", [OFFICER], None)
        join(tx, token, "jingban", PASSWORD, Device("192.0.2.1", "test"))
        desk = signed_in(door.platform, door.client, "jingban")
        here = f"/office/cases/{cases(tx)[0].number}"
        whole, second, beyond = (
            desk.get(here + rest).text for rest in ("", "?consignees=1", "?consignees=9&after=0")
        )
    assert rows(whole) == 2
    assert 'aria-label="收货方名单翻页"' not in whole, "all of them stand there"
    assert rows(second) == 1
    assert "第 2–2 家，共 2 家" in second
    assert "consignees=0#consignees" in second, "and back"
    assert rows(beyond) == 0
    assert "共 2 家，后面没有了" in beyond


def rows(page: str) -> int:
    """Consignees in the table of the page."""
    table = page.split('aria-labelledby="consignees"><table')[1].split("</table>", maxsplit=1)[0]
    return table.count('<th scope="row">')
