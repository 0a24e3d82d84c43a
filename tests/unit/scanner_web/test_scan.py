"""The scanner page on the server: what it may do, what it weighs, and photographs read for old browsers."""

from __future__ import annotations

import asyncio
import io
import json
import re
import shutil

import pytest
from PIL import Image

from api.gateway import Gateway
from scanner_web.assets.folders import static_paths
from scanner_web.assets.scanner_script import DETECTOR, MODULES, ORDER, VENDOR, WASM, decoder_script, wasm
from scanner_web.assets.script import joined
from scanner_web.assets.static_files import address_of
from scanner_web.assets.style import style_sheet
from scanner_web.consumer.scan import PhotoRoom
from tests.builders.batch_pages import BATCH, GTIN, Answering, a_batch, pages_over
from tests.builders.own_loop import run_alone
from tests.simulators import fake_camera
from tests.simulators.asgi_callers import Caller
from tests.unit.scanner_web.test_style import colours, contrast
from trace.errors import PhotosTooMany
from trace.labels.photo import LARGEST_BYTES
from trace.labels.symbol import encode, png

PAGE = f"/01/{GTIN}/10/{BATCH}"
HERE = "http://localhost"
FOREIGN = f"https://elsewhere.example{PAGE}"
VENDORED = pytest.mark.skipif(
    not wasm(), reason="NOT CHECKED: barcode-detector and its wasm are not here (make vendor, with npm)"
)


@pytest.fixture
def client():
    return pages_over(Answering(a_batch())).test_client()


def sent(client, picture, query=""):
    head = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="p.jpg"\r\n\r\n'
    body, kind = head + picture + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"
    return client.post(f"/scan{query}", data=body, content_type=kind)


def a_photo(text):
    return fake_camera.photograph(Image.open(io.BytesIO(png(encode(text)))), widest=300)


def shown(answer):
    found = re.search(r'data-note="([a-z-]+)"', answer.get_data(as_text=True))
    return found[1] if found else ""


def test_only_this_page_may_film_and_run_a_decoder(client):
    scanner, other = client.get("/scan"), client.get("/")
    assert (
        "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
        in scanner.headers["Content-Security-Policy"]
    )
    assert "camera=(self)" in scanner.headers["Permissions-Policy"]
    assert "wasm" not in other.headers["Content-Security-Policy"]
    assert "camera=()" in other.headers["Permissions-Policy"]
    assert "unsafe-inline" not in scanner.headers["Content-Security-Policy"]


@pytest.mark.parametrize("query", ["", "?m=elder", "?lang=en"])
def test_the_page_before_the_camera_keeps_to_its_budget(client, query):
    page = client.get(f"/scan{query}", headers={"Accept-Encoding": "gzip, br"})
    script = client.get(address_of("scanner.js"), headers={"Accept-Encoding": "gzip, br"})
    assert script.headers["Content-Encoding"] == page.headers["Content-Encoding"] == "br"
    assert len(page.data) <= 14_000
    assert len(page.data) + len(script.data) <= 25_000
    assert len(script.data) <= 5_000


def test_everything_the_script_says_is_worded_and_inert(client):
    for query in ("", "?lang=en"):
        text = client.get(f"/scan{query}").get_data(as_text=True)
        words = json.loads(re.search(r'id="scan-words">(.*?)</script>', text)[1])
        used = set(re.findall(r"\btell\('([a-z-]+)'", joined(MODULES, ORDER)))
        assert used <= set(words["notes"])
        assert all(note["title"] and note["text"] for note in words["notes"].values())
        assert {"idle", "starting", "live", "found"} <= set(words)


def test_the_colours_come_from_tokens_and_can_be_read():
    sheet = static_paths()["scan.css"].read_text(encoding="utf-8")
    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b|rgba?\(|hsla?\(", sheet) == []
    text = style_sheet("consumer.css", "scan.css").text
    own = {"h", "c", "t", "k"}
    assert set(re.findall(r"var\(--([\w-]+)", text)) - own <= set(re.findall(r"--([\w-]+):", text))
    tokens = static_paths()["tokens.css"].read_text(encoding="utf-8")
    found = colours(tokens.split(':root[data-theme="dark"]')[0])
    assert contrast(found["cam-ink"], found["cam"]) >= 4.5
    assert contrast(found["cam-line"], found["cam"]) >= 4.5
    assert contrast(found["cam-dim"], found["cam"]) >= 3


@VENDORED
def test_the_decoder_and_its_wasm_are_served_for_good_from_here(client):
    for name, media in (("decoder.js", "text/javascript"), ("zxing_reader.wasm", "application/wasm")):
        answer = client.get(address_of(name), headers={"Accept-Encoding": "gzip"})
        assert (answer.status_code, answer.mimetype) == (200, media)
        assert "immutable" in answer.headers["Cache-Control"]
        assert len(answer.data) < len(client.get(address_of(name)).data) / 2
    policy = client.get(address_of("decoder.js")).headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"


@VENDORED
def test_another_wasm_than_the_one_the_decoder_names_counts_as_none(tmp_path):
    shutil.copy(VENDOR / DETECTOR, tmp_path)
    assert decoder_script(tmp_path) == ""
    (tmp_path / WASM).write_bytes((VENDOR / WASM).read_bytes() + b"\0")
    assert wasm(tmp_path) == b""
    assert decoder_script(tmp_path) == ""
    shutil.copy(VENDOR / WASM, tmp_path)
    assert decoder_script(tmp_path) == decoder_script()


def test_a_photograph_of_ours_leads_to_its_page(client):
    answer = sent(client, a_photo(f"{HERE}{PAGE}?v=abc"), "?m=elder")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}?v=abc&m=elder")
    assert answer.headers["Cache-Control"] == "no-store"
    assert sent(client, a_photo(f"https://trace.example.cn{PAGE}")).headers["Location"] == PAGE


def test_a_photograph_of_another_host_is_shown_with_a_way_to_ask_here(client):
    answer = sent(client, a_photo(FOREIGN))
    assert (answer.status_code, shown(answer)) == (200, "foreign")
    text = answer.get_data(as_text=True)
    assert FOREIGN in text
    assert f'href="{FOREIGN}' not in text
    asked = re.search(r'href="(/t\?c=[^"]+)"', text)[1]
    assert client.get(asked).headers["Location"] == PAGE


def test_what_a_code_says_cannot_become_part_of_the_page(client):
    text = sent(client, a_photo("<script>alert(1)</script>")).get_data(as_text=True)
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize(
    ("picture", "status", "note"),
    [
        (b"", 400, "photo-unreadable"),
        (b"GIF89a nothing", 400, "photo-unreadable"),
        (b"\xff\xd8" + bytes(LARGEST_BYTES), 413, "photo-too-large"),
        (bytes(LARGEST_BYTES + 99_999), 413, "photo-too-large"),
    ],
)
def test_a_bad_photograph_is_refused_on_the_page_that_offers_the_other_ways(client, picture, status, note):
    answer = sent(client, picture)
    assert (answer.status_code, shown(answer)) == (status, note)
    assert 'action="/t"' in answer.get_data(as_text=True)


def test_an_empty_photograph_is_explained(client):
    empty = io.BytesIO()
    Image.new("L", (400, 300), 200).save(empty, "JPEG")
    answer = sent(client, empty.getvalue())
    assert (answer.status_code, shown(answer)) == (422, "no-code")


@pytest.mark.parametrize(
    "how",
    [
        {"data": {"photo": "a text"}},
        {"data": b"nonsense", "content_type": "multipart/form-data"},
        {"data": b"nonsense", "content_type": "multipart/form-data; boundary=x"},
        {"data": {f"part{number}": "x" for number in range(20)}},
        {"data": {"other": "x" * 200_000}},
        {"json": {}},
    ],
)
def test_a_malformed_form_is_a_page_and_no_accident(client, how):
    if "json" not in how and "content_type" not in how:
        how = {**how, "content_type": "multipart/form-data"}
    answer = client.post("/scan", **how)
    assert (answer.status_code, shown(answer)) == (400, "photo-unreadable")


def test_who_sends_too_many_photographs_is_told_when_to_come_back(client):
    answers = [sent(client, b"GIF89a") for _ in range(21)]
    assert [each.status_code for each in answers] == [400] * 20 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert shown(answers[-1]) == "photos-too-many"
    assert client.get("/scan").status_code == 200


def test_a_photograph_that_comes_slowly_takes_no_place_and_counts_once():
    """It is long, so it is asked for first and read then; a page is answered while it is on its way."""
    gateway = Gateway(pages_over(Answering(a_batch())), 1)
    body = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="p"\r\n\r\n' + b"x" * 80_000
    parts = [body[:40_000], body[40_000:], b"\r\n--x--\r\n"]
    headers = {
        "content-length": str(sum(map(len, parts))),
        "content-type": "multipart/form-data; boundary=x",
    }
    coming = [Caller(path="/scan", headers=headers, parts=parts, pause=0.02) for _ in range(21)]
    idle = [Caller(path="/scan", headers=headers, parts=[b"--x"], ends=False) for _ in range(16)]

    async def story():
        waiting = [asyncio.ensure_future(one.ask(gateway)) for one in idle]
        page = await Caller("GET", "/scan").ask(gateway)
        for one in coming:
            await one.ask(gateway)
        for one in waiting:
            one.cancel()
        return page.status

    assert run_alone(story(), 30) == 200
    assert [one.status for one in coming] == [400] * 20 + [429]


def test_room_for_photographs_counts_by_address_by_all_and_at_once():
    now = [0.0]
    room = PhotoRoom(each=2, everyone=3, at_once=1, clock=lambda: now[0])

    def take(address):
        with room.taken(address):
            pass

    take("a")
    with room.taken("a"), pytest.raises(PhotosTooMany) as busy:
        take("b")
    assert busy.value.params == {"seconds": 2}
    now[0] = 20
    with pytest.raises(PhotosTooMany) as refusal:
        take("a")
    assert refusal.value.params == {"seconds": 40}
    take("b")
    with pytest.raises(PhotosTooMany):
        take("c")
    now[0] = 60
    take("a")


def test_room_for_photographs_forgets_addresses_and_survives_failures():
    room = PhotoRoom(each=1, everyone=100_000, at_once=1, clock=lambda: 0.0)
    for number in range(5_000):
        with room.taken(str(number)):
            pass
    with room.taken("0"):  # long pushed out
        pass
    with pytest.raises(KeyError), room.taken("failing"):
        raise KeyError
    with room.taken("next"):
        pass


def test_start_and_refusal_lead_to_the_scanner(client):
    for path in ("/", "/01/09521234100010/10/NIE", "/?m=elder"):
        text = client.get(path).get_data(as_text=True)
        assert f'href="/scan{"?m=elder" if "elder" in path else ""}"' in text


@pytest.mark.parametrize(
    "path", ["https://evil.example/x.js", "//evil.example/x.js", "/\\evil.example", "x.js"]
)
def test_the_script_for_wechat_must_lie_on_this_site(path):
    with pytest.raises(ValueError, match="path on this site"):
        pages_over(Answering(), wechat=path)
