"""`./greentrace unanswered`: an authority's list of what waits for somebody's word, over HTTP."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from cli.main import greentrace
from tests.builders import facts as made
from tests.builders.signed_rice import H1, SUPPLIED, SignedRice, at
from tests.servers.door import Door
from tests.servers.served import serving


@pytest.fixture(scope="module")
def told(databases, tmp_path_factory):
    """A served platform where a mill names a harvest that nobody has handed over, 21 times."""
    url = databases.migrated("sqlite")
    with Door(tmp_path_factory.mktemp("door"), url) as door:
        story = SignedRice(door, door.clock)
        story.begin()
        with serving(door.app) as address:
            yield door, story, address
    databases.discard(url)


def run(told, *more: str, token: str | None = None):
    door, _, address = told
    options = ("--server", address, "--token", token or door.regulator())
    return CliRunner().invoke(greentrace, ["unanswered", *options, *more])


def test_what_waits_is_listed_by_firm(told) -> None:
    _, story, _ = told
    assert "没有未答复" in run(told).output
    when = at("2026-10-06T09:00:00+08:00")
    for number in range(21):
        receipt = made.a_receipt(lot=made.lot(made.MILL, f"R{number}"), supplierLot=H1)
        stated = story.mill.state("food.receipt", receipt["lot"], receipt, at=when, conceal=SUPPLIED)
        story.log(f"R{number}", stated)
    owner = made.uscc(made.COOPERATIVE)
    shown = run(told).output
    assert f"{owner}" in shown and "21 项未答复" in shown
    assert shown.count("收货登记") == 20
    assert f"--party {owner}" in shown
    assert run(told, "--party", owner).output.count("收货登记") == 21
    assert run(told, "--lang", "en").output.count("receipt") == 20


def test_only_an_authority_gets_the_list(told) -> None:
    door, _, _ = told
    ran = run(told, token=door.token(made.uscc(made.MILL), "trace:own"))
    assert ran.exit_code == 1
    assert "trace:all" in ran.output
