"""Labels, activation, voiding and print runs on pages, over HTTP without scripts, on both databases."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterator

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.label_reading import read_pdf
from tests.builders.members import Desk, add_member, signed_in
from tests.builders.print_shop import COUNT, Shop
from tests.builders.signers import Signer
from tests.builders.traced_chain import K1, MILL, P1, TracedChain
from tests.servers.door import Door
from trace.access.roles import LABORATORY, OPERATOR
from trace.ledger.key_sealing import MasterKey
from trace.usecases.signing.held_keys import hold_key

BATCH = re.compile(r"/desk/sign/[A-Za-z0-9_-]+")
PAGE = f"/desk/labels/{K1}"


@pytest.fixture
def door(tmp_path, database_url) -> Iterator[Door]:
    with Door(tmp_path, database_url, pages=create_pages) as opened:
        add_member(opened.platform.transactions, OPERATOR, ["head"], "wangmin")
        yield opened


@pytest.fixture
def chain(door: Door) -> TracedChain:
    return TracedChain(door, door.clock)


def sit(door: Door) -> Desk:
    """The head of the mill signs in: after the story, whose days end sessions."""
    return signed_in(door.platform, door.client, "wangmin")


def hold(door: Door) -> str:
    """A key of the mill that the service holds."""
    door.platform.master_key = MasterKey(bytes(range(32)))
    kept = Signer(MILL, "processor", stream="desk-2")
    door.log(door.registrar.register(kept, custody="server"))
    hold_key(door.platform.transactions, door.platform.master_key, made.uscc(MILL), kept.key)
    return kept.key.kid


def sign(desk: Desk, batch: str, kid: str) -> None:
    shown = re.search(r'name="shown" value="([^"]+)"', desk.get(batch).text)[1]
    assert desk.post(f"{batch}/held", agreed="yes", key=kid, shown=shown).status_code == 303


def activated(door: Door, chain: TracedChain) -> Desk:
    """K1 packed by the mill, its code made live on pages."""
    report, kid = chain.packed_rice(), hold(door)
    desk = sit(door)
    desk.get(PAGE)
    sign(desk, desk.post(f"{PAGE}/activate", report=report).headers["Location"], kid)
    return desk


def test_a_code_is_made_live_by_a_signed_draft_and_then_its_label_is_drawn(door, chain):
    report, kid = chain.packed_rice(), hold(door)
    desk = sit(door)
    listed = desk.get("/desk/labels").text
    assert PAGE in listed
    assert "未激活" in listed
    before = desk.get(PAGE).text
    assert "data:image/svg+xml" not in before
    assert f'<option value="{report}">' in before
    refused = desk.get(f"{PAGE}/label?form=pdf")
    assert (refused.status_code, "追溯码未激活" in refused.text) == (409, True)

    desk.get(PAGE)
    fields = {**desk.fields(), "report": report}
    first, second = (
        desk.client.post(f"{PAGE}/activate", data=fields, environ_overrides=desk.where).headers["Location"]
        for _ in range(2)
    )
    assert first == second, "a form sent twice is one draft"
    assert BATCH.fullmatch(first)
    sign(desk, first, kid)

    assert "已激活" in desk.get("/desk/labels").text
    page = desk.get(PAGE).text
    drawing = base64.b64decode(re.search(r"data:image/svg\+xml;base64,([^\"]+)", page)[1])
    assert drawing.lstrip().startswith(b"<svg")
    assert "每个模块宽" in page
    assert "未说明打印机分辨率" in page, "warnings are told in words"
    assert "100%" in page
    assert "未说明打印机分辨率" not in desk.get(f"{PAGE}?dpi=203").text


def _trial(page: str) -> str:
    return re.search(r'/desk/label-alignment\?([^"]+)">先打一张试印页，用尺子量：横线应为 100 毫米', page)[1]


def test_the_files_are_what_a_printer_takes(door, chain):
    desk = activated(door, chain)
    kinds = {"pdf": "application/pdf", "svg": "image/svg+xml", "png": "image/png", "zpl": "application/zpl"}
    for form, kind in kinds.items():
        answer = desk.get(f"{PAGE}/label?form={form}&size=60x40&dpi=203")
        assert (answer.status_code, answer.content_type.partition(";")[0]) == (200, kind)
        assert f'filename="K1.{form}"' in answer.headers["Content-Disposition"]
    desk.get("/desk/printers")
    desk.post("/desk/printers", name="ZT230", across="1", down="0.5")
    moved = desk.get(f"{PAGE}/label?form=zpl&dpi=203&printer=ZT230").data
    assert b"^LS-8^LT4" in moved and moved.endswith(b"^XA^LS0^LT0^XZ\n")
    whole, rest = (desk.get(f"{PAGE}/label?size=a4-12&start={start}").data for start in (1, 11))
    assert len(read_pdf(whole)) == 12
    assert len(read_pdf(rest)) == 2, "a sheet of which ten labels are used"
    trial = desk.get(f"/desk/label-alignment?{_trial(desk.get(f'{PAGE}?size=a4-12').text)}")
    assert trial.content_type == "application/pdf" and trial.data.startswith(b"%PDF")
    assert 'filename="a4-12-100.pdf"' in trial.headers["Content-Disposition"]
    assert desk.get("/desk/label-alignment?size=a5-1").status_code == 400
    unknown = desk.get(f"{PAGE}?size=a5-1")
    assert (unknown.status_code, "data:image/svg+xml" in unknown.text) == (400, False)


def test_a_report_that_is_none_of_these_goods_activates_nothing(door, chain):
    chain.packed_rice()
    desk = sit(door)
    desk.get(PAGE)
    answer = desk.post(f"{PAGE}/activate", report="A" * 43)
    assert (answer.status_code, "Location" in answer.headers) == (404, False)
    assert "未激活" in answer.text


def test_recalled_goods_get_no_label_and_say_why(door, chain):
    desk = activated(door, chain)
    assert "data:image/svg+xml" in desk.get(PAGE).text
    chain.recall(P1)
    desk = sit(door)
    assert "召回中" in desk.get("/desk/labels").text
    page = desk.get(PAGE).text
    assert "data:image/svg+xml" not in page
    assert "召回之列" in page
    assert desk.get(f"{PAGE}/label?form=png").status_code in {403, 409, 422}


def test_codes_are_voided_by_a_signed_draft(door, chain):
    chain.packed_rice()
    kid, desk = hold(door), sit(door)
    desk.get(PAGE)
    assert desk.post(f"{PAGE}/void", reason=" ").status_code == 400
    desk.get(PAGE)
    sign(desk, desk.post(f"{PAGE}/void", reason="印刷错误").headers["Location"], kid)
    page = desk.get(PAGE).text
    assert "已作废" in page
    assert "/activate" not in page
    assert "/void" not in page


def test_another_firms_pack_is_as_unknown_as_none(door, chain):
    chain.packed_rice()
    add_member(door.platform.transactions, LABORATORY, ["head"], "lab")
    stranger = signed_in(door.platform, door.client, "lab")
    assert f"/desk/labels/{K1}" not in stranger.get("/desk/labels").text
    made_up = made.lot(MILL, "K9")
    for path in ("", "/label?form=svg"):
        theirs, none = (stranger.get(f"/desk/labels/{lot}{path}") for lot in (K1, made_up))
        assert (theirs.status_code, none.status_code) == (404, 404)
        assert plain(theirs.text, K1) == plain(none.text, made_up)
    for act in ("activate", "void", "runs"):
        stranger.get("/desk/account")
        fields = {"reason": "x", "report": "A" * 43, "printer": "p"}
        assert stranger.post(f"/desk/labels/{K1}/{act}", **fields).status_code == 404
    assert stranger.get(f"/desk/labels?after={K1}").status_code == 404


def plain(text: str, lot: str) -> str:
    """A refusal without what differs between two questions: the lot and the request's number."""
    said = lot.removeprefix("urn:lot:")
    return re.sub(r'<span class="mono">[^<]*</span>', "", text.replace(lot, "").replace(said, ""))


def test_a_lot_that_is_no_pack_has_no_label_page(door, chain):
    chain.packed_rice()
    assert sit(door).get(f"/desk/labels/{P1}").status_code == 404


def test_a_run_is_started_once_watched_and_fetched(door):
    shop = Shop(door)
    desk = sit(door)
    assert f"共 {COUNT} 个码" in desk.get(PAGE).text
    wish = {"form": "csv", "printer": "一号车间", "first": "0", "count": "40"}
    fields = {**desk.fields(), **wish}
    first, second = (
        desk.client.post(f"{PAGE}/runs", data=fields, environ_overrides=desk.where).headers["Location"]
        for _ in range(2)
    )
    assert first == second
    page = desk.get(first).text
    assert "已制作 0 / 1 卷" in page
    assert 'http-equiv="refresh"' in page
    content = desk.get(f"{first}/files.zip").data
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        text = "".join(archive.read(name).decode() for name in names if name.endswith(".csv"))
    assert "manifest.json" in names
    assert all(serial in text for serial in shop.serials(0, 40))
    done = desk.get(first).text
    assert "全部制作完成" in done
    assert 'http-equiv="refresh"' not in done

    desk.get(PAGE)
    again = desk.post(f"{PAGE}/runs", **wish)
    assert again.status_code == 409, "printed before"
    assert 'value="一号车间"' in again.text, "what was typed is kept"
    for lacking in ({"printer": " "}, {"count": "x"}, {"first": str(COUNT), "count": "1"}):
        desk.get(PAGE)
        assert desk.post(f"{PAGE}/runs", **{**wish, **lacking}).status_code in {400, 409, 422}, lacking


def test_a_printers_offset_is_set_once_and_moves_its_labels_and_runs(door):
    Shop(door)
    desk = sit(door)
    desk.get("/desk/printers")
    for unfit in ({"across": "5.1"}, {"down": "-0.05"}, {"across": "x"}, {"name": " "}):
        answer = desk.post("/desk/printers", **{"name": "一号车间", "across": "1", "down": "0", **unfit})
        assert (answer.status_code, "偏移没有保存" in answer.text) == (422, True), unfit
        assert "（打印机名称）" in answer.text or "移（毫米" in answer.text, "the field by its label"
    for across in ("9e-1", "1.5"):
        assert desk.post("/desk/printers", name="一号车间", across=across, down="-2").status_code == 303
    listed = desk.get("/desk/printers").text
    assert "向右 1.5 毫米，向下 -2.0 毫米" in listed, "what was set before is replaced"
    assert "printer=%E4%B8%80" in listed, "with a trial page for it"
    assert desk.get("/desk/label-alignment?size=60x40&printer=一号车间").data.startswith(b"%PDF")
    page = desk.get(PAGE)
    wish = {"form": "zpl", "first": "0", "count": "2"}
    run = desk.post(f"{PAGE}/runs", printer="一号车间", **wish).headers["Location"]
    assert b"^LS-12^LT-16" in _first_file(desk.get(f"{run}/files.zip").data)
    assert '<option value="一号车间">' in page.text
    desk.get("/desk/printers")
    assert desk.post("/desk/printers", name="一号车间", remove="1").status_code == 303
    desk.get(PAGE)
    other = desk.post(f"{PAGE}/runs", printer="一号车间", **wish, again="装纸").headers["Location"]
    assert b"^LS" not in _first_file(desk.get(f"{other}/files.zip").data)
    assert b"^LS-12^LT-16" in _first_file(desk.get(f"{run}/files.zip").data), "a run goes on as it began"


def _first_file(archive: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return opened.read(next(name for name in opened.namelist() if name.endswith(".zpl")))


def test_another_firms_run_is_unknown(door):
    Shop(door)
    desk = sit(door)
    desk.get(PAGE)
    wish = {"form": "csv", "printer": "p", "first": "0", "count": "4"}
    run = desk.post(f"{PAGE}/runs", **wish).headers["Location"]
    add_member(door.platform.transactions, LABORATORY, ["head"], "lab")
    stranger = signed_in(door.platform, door.client, "lab")
    assert stranger.get(run).status_code == 404
    assert stranger.get(f"{run}/files.zip").status_code == 404


def test_the_pages_are_in_english_too(door, chain):
    desk = activated(door, chain)
    assert "Print at 100 %" in desk.get(f"{PAGE}?lang=en").text
    assert "Batches that you packed" in desk.get("/desk/labels?lang=en").text
