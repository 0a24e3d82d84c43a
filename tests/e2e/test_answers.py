"""Answers to hand-overs by command: shipped with a note, seen in the inbox, received, taken back."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.demo.plot_line import fill
from cli.demo.rice_workbooks import Workbook
from cli.demo.world import world
from tests.e2e.conftest import Command
from tests.e2e.stage import Stage, stage

__all__ = ["stage"]
SHIPPING, RECEIPTS = "出货", "进货查验"
_STMT = r"[A-Za-z0-9_-]{43}"


@pytest.fixture(scope="module")
def shop(stage: Stage, inside: Command) -> list[str]:
    """The seat of the supermarket."""
    token = inside(
        "token", "--data", stage.data, "--holder", world().urn("D1"), "--scope", "statements:write"
    )
    return stage.seat("D1", token.stdout.strip())


@pytest.fixture(scope="module")
def mill(stage: Stage) -> list[str]:
    return stage.seat("P1", stage.token)


@pytest.fixture(scope="module")
def bags(stage: Stage, inside: Command, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A hundred sacks in the mill's store: goods that no test holds back."""
    row = {
        "批次号": "B900", "物料名称": "编织袋", "类别": "食品相关产品", "数量": "100", "单位": "件",
        "进货时间": "2026-10-24 09:00",
    }  # fmt: skip
    file = tmp_path_factory.mktemp("bags") / "bags.xlsx"
    fill(Workbook(file.name, "", {RECEIPTS: [row]}), file)
    done = inside(*stage.command(file))
    assert done.returncode == 0, done.stderr
    return "B900"


@pytest.fixture
def ship(stage: Stage, inside: Command, tmp_path: Path, bags: str) -> Callable[..., str]:
    """Five sacks a batch, shipped by the mill to the supermarket; the code of the delivery note."""

    def shipped(*batches: str) -> str:
        rows = [
            {
                "出货批次": batch, "来源批次": bags, "数量": "5", "单位": "件",
                "出货时间": "2026-10-24 10:00", "购货者代码（保密）": world().parties["D1"]["uscc"],
                "声明规则": "R05", "声明理由": "编织袋不是食品，无出厂检验",
            }
            for batch in batches
        ]  # fmt: skip
        file = tmp_path / f"ship-{batches[0]}.xlsx"
        fill(Workbook(file.name, "", {SHIPPING: rows}), file)
        done = inside(*stage.command(file))
        assert done.returncode == 0, done.stderr
        note = re.search(r"GT1:[^\s]+", done.stdout)
        assert note is not None, done.stdout
        return note[0]

    return shipped


@pytest.fixture
def receive(inside: Command, shop: list[str], tmp_path: Path) -> Callable[..., str]:
    """Five sacks that the supermarket states as received; what the command says of it."""

    def received(batch: str, *more: str, **row: str) -> str:
        given = {
            "批次号": batch, "物料名称": "编织袋", "类别": "食品相关产品", "数量": "5", "单位": "件",
            "进货时间": "2026-10-24 11:00", "供货者代码（保密）": world().parties["P1"]["uscc"],
            "供货者名称（保密）": "子虚米业", **row,
        }  # fmt: skip
        file = tmp_path / f"{batch}.xlsx"
        fill(
            Workbook(file.name, "", {RECEIPTS: [{name: said for name, said in given.items() if said}]}), file
        )
        done = inside("import", file, *shop, *more)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    return received


def offer_of(inside: Command, shop: list[str], batch: str) -> str:
    """The shipment that the shop's inbox shows for a batch."""
    listed = inside("inbox", *shop).stdout
    (offer,) = re.findall(rf"出货  ({_STMT})[^\n]*\n[^\n]*{batch}\b", listed)
    return str(offer)


def test_one_note_opens_its_lines_to_the_receiver(inside, mill, shop, ship):
    note = ship("D90", "D91")
    assert note.split(":")[2] == "2"
    assert note in inside("notes", *mill, "--stream", "desk-2").stdout
    listed = inside("inbox", *shop)
    assert listed.returncode == 0, listed.stderr
    assert all(batch in listed.stdout for batch in ("D90", "D91"))
    assert "D90" not in inside("inbox", *mill).stdout


def test_a_receipt_takes_up_the_hand_over_that_its_row_means(inside, shop, ship, receive):
    ship("D92")
    lot = world().lot("P1", "D92")
    assert lot in receive("S92", 供货批次=lot.removeprefix("urn:lot:"))
    assert lot not in inside("inbox", *shop).stdout


def test_a_claim_is_confirmed_by_the_shipper(inside, mill, shop, ship, receive, bags):
    ship("D93")
    named = world().lot("P1", bags).removeprefix("urn:lot:")
    receive("S93", **{"供货者代码（保密）": "", "供货批次": named})
    listed = inside("inbox", *mill).stdout
    claims = re.findall(rf"收货  ({_STMT})", listed)
    assert claims, listed
    offer = offer_of(inside, shop, "D93")
    done = inside("confirm", claims[-1], "--handover", offer, *mill)
    assert done.returncode == 0, done.stderr
    assert claims[-1] not in inside("inbox", *mill).stdout
    assert offer not in inside("inbox", *shop).stdout


def test_amounts_that_nothing_converts_are_told_in_the_inbox(inside, shop, ship, receive):
    ship("D99")
    lot = world().lot("P1", "D99")
    receive("S99", 供货批次=lot.removeprefix("urn:lot:"), 数量="2", 单位="kg")
    listed = inside("inbox", *shop).stdout
    (told,) = re.findall(r"批次 \S*D99\n([^\n]*)", listed)
    assert "数量未比较" in told


def test_a_shipment_that_never_came_is_refused_and_withdrawn(inside, mill, shop, ship):
    ship("D94")
    offer = offer_of(inside, shop, "D94")
    refused = inside("refuse", offer, "--reason", "not_received", *shop)
    assert refused.returncode == 0, refused.stderr
    assert "D94" not in inside("inbox", *shop).stdout
    gone = inside("withdraw", offer, "--reason", "装错车，未送达", *mill)
    assert gone.returncode == 0, gone.stderr


def test_a_correction_keeps_the_receiver_that_it_is_addressed_to(inside, mill, shop, ship):
    ship("D95")
    offer = offer_of(inside, shop, "D95")
    done = inside("correct", offer, "--reason", "数量写错", "--set", "quantity.value=4", *mill)
    assert done.returncode == 0, done.stderr
    assert "4 件" in inside("inbox", *shop).stdout
    assert offer_of(inside, shop, "D95") == offer


def test_only_ones_own_records_are_corrected(inside, shop, ship):
    ship("D96")
    offer = offer_of(inside, shop, "D96")
    for command in (["correct", offer, "--set", "quantity.value=4"], ["withdraw", offer]):
        done = inside(*command, "--reason", "不是我的记录", *shop)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
