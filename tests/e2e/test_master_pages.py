"""Master data on the desk: stated by form, changed with its history, drawn, and its pictures by digest."""

from __future__ import annotations

import hashlib
import html
import io
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from PIL import Image

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import Desk, add_member, signed_in
from tests.builders.signers import Signer
from tests.builders.traced_chain import MILL
from tests.servers.door import Door
from trace.access.roles import OPERATOR
from trace.ledger.key_sealing import MasterKey
from trace.ledger.statement import parse_statement
from trace.platform.jobs import jobs_of
from trace.usecases.jobs.run_jobs import JobRunner
from trace.usecases.signing.held_keys import hold_key

PLACE = "310151999299-0001"
RING = b"[[121.9,31.3],[121.91,31.3],[121.91,31.31],[121.9,31.31],[121.9,31.3]]"
FILE = b'{"type":"Polygon","coordinates":[' + RING + b"]}"


@pytest.fixture
def door(tmp_path, database_url) -> Iterator[Door]:
    with Door(tmp_path, database_url, pages=create_pages) as opened:
        add_member(opened.platform.transactions, OPERATOR, ["head"], "wangmin")
        opened.register()
        opened.clock.advance(timedelta(days=6))
        yield opened


def hold(door: Door) -> str:
    door.platform.master_key = MasterKey(bytes(range(32)))
    kept = Signer(MILL, "processor", stream="desk-2")
    door.log(door.registrar.register(kept, custody="server"))
    hold_key(door.platform.transactions, door.platform.master_key, made.uscc(MILL), kept.key)
    return kept.key.kid


def sit(door: Door) -> Desk:
    return signed_in(door.platform, door.client, "wangmin")


def sign(desk: Desk, batch: str, kid: str) -> None:
    shown = re.search(r'name="shown" value="([^"]+)"', desk.get(batch).text)
    assert shown is not None, desk.page.text
    assert desk.post(f"{batch}/held", agreed="yes", key=kid, shown=shown[1]).status_code == 303


def state(door: Door, desk: Desk, kid: str, form: str, **filled: object) -> None:
    """Fill in a form of master data, have it checked, sign it."""
    where = f"/desk/records/{form}"
    desk.get(where)
    answer = desk.post(
        where, **{name if name.startswith("file.") else f"r0.{name}": said for name, said in filled.items()}
    )
    assert answer.status_code == 303, answer.text
    work = JobRunner(door.platform.transactions, jobs_of(door.platform))
    while work.run_one():
        pass
    upload = answer.headers["Location"]
    desk.get(upload)
    handed = desk.post(f"{upload}/sign")
    assert handed.status_code == 303, handed.text
    sign(desk, handed.headers["Location"], kid)


def test_a_product_is_stated_changed_and_its_history_stays(door: Door) -> None:
    kid, desk = hold(door), sit(door)
    assert "还没有登记" in desk.get("/desk/master").text
    assert "平台上已登记为" in desk.page.text, "its key was registered under a name"
    said = {
        "product": "RICE5",
        "name": "绿色大米",
        "spec": "5kg/袋",
        "at": "2026-10-02T09:00",
        "ingredients": "稻谷",
    }
    state(door, desk, kid, "产品", **said)
    page = desk.get("/desk/master").text
    assert "绿色大米" in page
    change = html.unescape(re.search(r'href="(/desk/records/[^"]*RICE5[^"]*)"', page)[1])
    form = desk.get(change).text
    assert 'value="绿色大米"' in form
    assert 'value="稻谷"' in form
    state(door, desk, kid, "产品", **{**said, "name": "绿色大米（新）", "at": "2026-10-03T09:00"})
    page = desk.get("/desk/master").text
    history = desk.get(re.search(r'href="(/desk/stated/[A-Za-z0-9_-]{43})"', page)[1]).text
    assert "<ins>绿色大米（新）</ins> <del>绿色大米</del>" in history


def test_a_link_of_a_product_is_stated_changed_and_taken_away_by_form(door: Door) -> None:
    operator = Signer("91310000XN0000PF24", "platform")
    now = door.clock()
    hosts = operator.state("link.change", made.uscc(MILL), {"field": "hosts", "to": ["a.example"]}, at=now)
    door.log(door.registrar.register(operator, at=now), hosts)
    kid, desk = hold(door), sit(door)
    product = {"product": "RICE5", "name": "绿色大米", "spec": "5kg/袋", "at": "2026-10-02T09:00"}
    state(door, desk, kid, "产品", **product)
    page = desk.get("/desk/master").text
    assert "平台许可的域名：a.example" in page and "还没有登记过链接" in page
    said = {"product": "RICE5", "field": "recipe", "linkType": "gs1:recipeInfo", "title": "米饭做法"}
    said |= {"href": "https://a.example/1", "hreflang": "zh-CN", "at": "2026-10-02T10:00"}
    state(door, desk, kid, "链接", **said)
    listed = desk.get("/desk/master").text
    assert "https://a.example/1" in listed and "未给出" not in listed
    links = [html.unescape(one) for one in re.findall(r'href="(/desk/records/[^"]*recipe[^"]*)"', listed)]
    change, end = links
    form = desk.get(change).text
    for text in ("RICE5", "gs1:recipeInfo", "https://a.example/1", "米饭做法", "zh-CN"):
        assert f'value="{text}"' in form, text
    assert 'selected value="取消"' in desk.get(end).text
    state(door, desk, kid, "链接", product="RICE5", field="recipe", act="取消", at="2026-10-03T10:00")
    assert "还没有登记过链接" in desk.get("/desk/master").text


def test_a_place_is_drawn_by_clicks_or_read_from_a_file_and_keeps_it_when_renamed(door: Door) -> None:
    kid, desk = hold(door), sit(door)
    said = {"place": PLACE, "name": "一号田", "kind": "地块", "region": "310151", "at": "2026-10-02T09:00"}
    state(door, desk, kid, "地点", **said)
    where = f"/desk/master/outline?place=urn:place:{PLACE}"
    page = desk.get(where)
    corners = ""
    for x, y in ((30, 30), (270, 30), (270, 150)):
        page = desk.post(
            "/desk/master/outline", place=f"urn:place:{PLACE}", corners=corners, **{"at.x": x, "at.y": y}
        )
        corners = re.search(r'name="corners" value="([^"]*)"', page.text)[1]
    assert corners == "100,100 900,100 900,500"
    assert (
        "<polygon"
        in desk.client.get(f"/desk/master/grid.svg?at={corners}", environ_overrides=desk.where).text
    )
    drawn = desk.post("/desk/master/outline", place=f"urn:place:{PLACE}", corners=corners, save="1")
    assert drawn.status_code == 303, drawn.text
    sign(desk, drawn.headers["Location"], kid)
    assert 'points="100,100 900,100 900,500"' in desk.get("/desk/master").text
    desk.get(where)
    file = (io.BytesIO(FILE), "plot.geojson")
    unsure = desk.post("/desk/master/outline", place=f"urn:place:{PLACE}", read="1", file=file)
    assert unsure.status_code == 400
    assert "WGS 84" in unsure.text
    desk.get(where)
    file = (io.BytesIO(FILE), "plot.geojson")
    read = desk.post("/desk/master/outline", place=f"urn:place:{PLACE}", read="1", datum="wgs84", file=file)
    sign(desk, read.headers["Location"], kid)
    state(door, desk, kid, "地点", **{**said, "name": "东一号田", "at": "2026-10-04T09:00"})
    page = desk.get("/desk/master").text
    assert "东一号田" in page
    assert "<polygon points=" in page, "a new name takes no outline away"
    with door.platform.transactions.look() as tx:
        rows = tx.connection.exec_driver_sql(
            "SELECT jws FROM log_entry WHERE typ = 'master.place' ORDER BY idx"
        ).all()
        kept = tx.connection.exec_driver_sql("SELECT data FROM place").all()
    assert len(rows) == 4
    for (jws,) in rows:
        assert "121.9" not in str(parse_statement(jws).claims.data), "exact corners are concealed"
    assert "121.9" not in str(kept)


def test_a_picture_is_named_by_digest_and_taken_only_when_it_is_that_one(door: Door) -> None:
    kid, desk = hold(door), sit(door)
    picture = io.BytesIO()
    Image.new("RGB", (64, 64), "green").save(picture, "PNG")
    content = picture.getvalue()
    said = {"product": "RICE5", "name": "绿色大米", "spec": "5kg/袋", "at": "2026-10-02T09:00"}
    state(door, desk, kid, "产品", **said, **{"file.r0.photo": (io.BytesIO(content), "rice.png")})
    page = desk.get("/desk/master").text
    record = re.search(r'href="(/desk/stated/[A-Za-z0-9_-]{43})"', page)[1]
    digest = hashlib.sha256(content).hexdigest()
    assert "原件还没有上传" in desk.get(record).text
    where = f"{record}/originals/{digest}"
    other = desk.post(where, file=(io.BytesIO(content + b"x"), "rice.png"))
    assert other.status_code == 422, other.text
    desk.get(record)
    assert desk.post(where, file=(io.BytesIO(content), "rice.png")).status_code == 303
    assert "原件已保存" in desk.get(record).text
    assert desk.client.get(where, environ_overrides=desk.where).status_code == 200


def test_the_sheet_of_master_data_is_there_to_take(door: Door) -> None:
    desk = sit(door)
    answer = desk.client.get("/desk/upload-templates/master", environ_overrides=desk.where)
    assert answer.status_code == 200
    assert answer.data.startswith(b"PK")
