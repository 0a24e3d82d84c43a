"""One public address: what `serve --public-url` says is in symbols, links, pages and answers alike."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from api.wsgi import composed
from tests.builders import facts as made
from tests.builders.edition_one import ORIGINS, fresh_witnesses, restored
from tests.builders.print_shop import GTIN, RUNS, Shop
from tests.builders.signed_rice import K1, at
from tests.servers.door import Door
from tests.servers.resolving import BROWSER, PROXY, Asking
from trace.platform.opening import open_platform
from trace.store.printing.print_runs import find_run

OTHER = "https://codes.example.net"
CODE = "/01/09521234100010/10/M20261012A"


@pytest.fixture
def served(tmp_path):
    opened = open_platform(restored("food", tmp_path), OTHER)
    opened.cosigners = fresh_witnesses(opened, tmp_path)
    yield opened
    opened.close()
    for cosigner in opened.cosigners:
        cosigner.witness.transactions.engine.dispose()


@pytest.fixture
def web(served) -> Asking:
    return Asking(composed(served, [PROXY]))


def test_the_folders_address_is_the_one_where_no_other_is_given(tmp_path) -> None:
    opened = open_platform(restored("food", tmp_path))
    assert opened.public_url == opened.folder.public_url == "https://id.example.org"
    assert opened.origin == ORIGINS["food"]
    opened.close()


def test_everybody_reads_the_same_address(web) -> None:
    # A direct caller may name any host: our own name is the one that counts.
    direct = {"remote": "203.0.113.9", "host": "evil.example"}
    links = web.get(f"{CODE}?linkType=linkset", "application/linkset+json", **direct)
    assert links.json["linkset"][0]["anchor"] == f"{OTHER}{CODE}"
    sent = web.get(CODE, "*/*", **direct)
    assert sent.location.startswith(OTHER)
    page = web.get(sent.location.removeprefix(OTHER), BROWSER, accept_language="zh", **direct)
    assert page.status == 200
    assert f"{OTHER}{CODE}" in page.body.decode()
    assert "id.example.org" not in page.body.decode()


def test_labels_and_a_print_run_are_made_with_it(tmp_path, databases) -> None:
    """Of goods that no failed test keeps from being labelled: those of edition 1 all are of such a batch."""
    with Door(tmp_path, databases.migrated("sqlite")) as door:
        shop = Shop(door)
        live = made.an_activation(codeLevel="item", report=shop.story.receipts["report"].statement_id)
        when = at("2026-10-13T14:00:00+08:00")
        shop.story.log("activation", shop.story.mill.state("code.activate", K1, live, at=when))
        opened = open_platform(door.path, OTHER)
        client = Client(composed(opened, [PROXY]), use_cookies=False)
        bearer = {"Authorization": f"Bearer {shop.printer}"}
        asked = client.post(RUNS, json={"form": "csv", "printer": "一号车间"}, headers=bearer)
        assert asked.status_code == 201, asked.text
        with opened.transactions.look() as tx:
            row = find_run(tx.connection, asked.json["id"])
        assert row.described["template"]["prefix"].startswith(f"{OTHER}/01/{GTIN}/21/")
        serial = shop.serials(0, 1)[0]
        label = client.get(f"/api/v1/lots/{K1}/label?form=json&serial={serial}", headers=bearer)
        assert label.status_code == 200, label.text
        assert label.json["uri"].startswith(f"{OTHER}/01/{GTIN}/")
        opened.close()
