"""One public address: what `serve --public-url` says is in symbols, links, pages and answers alike."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from api.wsgi import composed
from tests.builders import facts as made
from tests.builders.edition_one import ORIGINS, fresh_witnesses, restored
from tests.servers.resolving import BROWSER, PROXY, Asking
from trace.platform.opening import open_platform
from trace.store.printing.print_runs import find_run
from trace.usecases.accounts.tokens import issue_token

OTHER = "https://codes.example.net"
CODE = "/01/09521234100010/10/M20261012A"
K1, K4 = made.lot(made.MILL, "K1"), made.lot(made.MILL, "K4")


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


def test_everybody_reads_the_same_address(served, web) -> None:
    token = issue_token(served.transactions, made.uscc(made.MILL), "press", ["labels:print"])
    bearer = {"authorization": f"Bearer {token}"}
    label = web.get(f"/api/v1/lots/{K1}/label?form=json", **bearer)
    assert label.json["uri"].startswith(f"{OTHER}{CODE}?v=")
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


def test_a_print_run_is_described_with_it(served, web) -> None:
    token = issue_token(served.transactions, made.uscc(made.MILL), "press", ["labels:print"])
    client = Client(web.application, use_cookies=False)
    wish = {"form": "csv", "printer": "一号车间", "again": "a new address"}
    bearer = {"Authorization": f"Bearer {token}"}
    asked = client.post(f"/api/v1/lots/{K4}/print-runs", json=wish, headers=bearer)
    assert asked.status_code == 201, asked.text
    with served.transactions.look() as tx:
        row = find_run(tx.connection, asked.json["id"])
    assert row.described["template"]["prefix"] == f"{OTHER}/t/"
