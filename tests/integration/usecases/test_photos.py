"""Photographs by digest: what a standing record names, small, without metadata, with consent, erasable."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.builders import facts as made
from tests.builders.traced_chain import FARM, H1, K1, MILL, P1, NotTaken, TracedChain, october
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from tests.servers.resolving import BROWSER, resolver_over
from trace.errors import (
    PhotoAbsent,
    PhotoDiffers,
    PhotoErased,
    PhotoOfOthers,
    PhotoUnnamed,
    PhotoUnreadable,
    ReportFileAbsent,
)
from trace.labels.picture import MOST_BYTES, web_picture
from trace.parties import Actor
from trace.usecases.batch_page.show_batch import show_batch
from trace.usecases.intake.replay_log import replay
from trace.usecases.photos.photo import FOLDER, erase_photo, read_photo_file, store_photo
from trace.usecases.stated.originals import read_original

GTIN = "urn:gtin:09521234100010"


@pytest.fixture
def chain(database_url: str, clock: SteppingClock) -> Any:
    with TestPlatform(database_url, clock) as platform:
        told = TracedChain(platform, clock)
        told.packed_rice()
        yield told


def photograph(colour: str, noise: int = 8) -> bytes:
    """As a telephone makes one: lying on its side, with its maker; much noise takes a dozen tries to fit."""
    said = Image.Exif()
    said[0x0112] = 6
    said[0x010F] = "Maker of telephones"
    image = Image.effect_noise((1600, 1200), noise).convert("RGB")
    image.paste(colour, (0, 0, 300, 300))
    made_of = io.BytesIO()
    image.save(made_of, "JPEG", exif=said)
    return made_of.getvalue()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def product(chain: TracedChain, *photos: dict[str, Any], at: str = "20 08:00") -> str:
    data = made.a_product() | {"photos": list(photos)}
    return chain.state(MILL, "master.product", GTIN, data, at)


def shown(chain: TracedChain) -> list[str]:
    return [one.sha256 for one in show_batch(chain.platform.transactions, lot=K1).photos]


def test_a_photograph_that_a_record_names_is_shown_small_and_says_nothing_of_its_maker(
    chain: TracedChain, tmp_path: Path
) -> None:
    transactions, content = chain.platform.transactions, photograph("green", noise=60)
    named = digest(content)
    statement = product(chain, {"sha256": named, "shows": "product", "alt": "一袋大米"})
    assert shown(chain) == [], "named, and not here yet"
    with pytest.raises(PhotoDiffers):
        store_photo(transactions, tmp_path, named, statement, content + b"x")
    with pytest.raises(PhotoUnnamed):
        store_photo(transactions, tmp_path, digest(b"other"), statement, b"other")
    row = store_photo(transactions, tmp_path, named, statement, content)
    assert row.height * 3 == row.width * 4, "upright"
    picture = read_photo_file(transactions, tmp_path, named)
    assert len(picture) <= MOST_BYTES
    assert digest(picture) == row.kept
    with Image.open(io.BytesIO(picture)) as opened:
        assert (opened.format, dict(opened.getexif()), opened.info.get("icc_profile")) == ("WEBP", {}, None)
    assert b"Maker of telephones" not in picture
    assert shown(chain) == [named]
    web = resolver_over(chain.platform, tmp_path)
    html = web.get("/page/01/09521234100010/10/M1", BROWSER).body.decode()
    for text in (f"/photos/{named}", 'loading="lazy"', 'width="84"', "一袋大米"):
        assert text in html, text

    path = tmp_path / FOLDER / row.kept[:2] / row.kept
    path.write_bytes(photograph("red"))
    with pytest.raises(PhotoAbsent):  # another picture in its place is never shown for it
        read_photo_file(transactions, tmp_path, named)
    store_photo(transactions, tmp_path, named, statement, content)

    product(chain, {"sha256": digest(b"new"), "shows": "product"}, at="21 08:00")
    assert shown(chain) == []
    with pytest.raises(PhotoAbsent):  # the record that named it stands no longer
        read_photo_file(transactions, tmp_path, named)


def test_a_picture_made_before_signing_is_shown_byte_for_byte(chain: TracedChain, tmp_path: Path) -> None:
    ready = web_picture(photograph("blue")).content
    statement = product(chain, {"sha256": digest(ready), "shows": "product"})
    row = store_photo(chain.platform.transactions, tmp_path, digest(ready), statement, ready)
    assert row.kept == digest(ready)
    assert read_photo_file(chain.platform.transactions, tmp_path, digest(ready)) == ready
    junk = b"GIF89a no picture"
    statement = product(chain, {"sha256": digest(junk), "shows": "product"}, at="21 08:00")
    with pytest.raises(PhotoUnreadable):
        store_photo(chain.platform.transactions, tmp_path, digest(junk), statement, junk)


def test_a_face_is_shown_while_it_is_agreed_and_can_be_erased(chain: TracedChain, tmp_path: Path) -> None:
    transactions, content = chain.platform.transactions, photograph("brown")
    face = {"sha256": digest(content), "shows": "person"}
    agreed = face | {"consent": {"scope": "pages", "on": "2026-10-01", "until": "2026-10-22"}}
    statement = product(chain, agreed)
    store_photo(transactions, tmp_path, digest(content), statement, content)
    assert shown(chain) == [digest(content)]
    with pytest.raises(PhotoOfOthers):
        erase_photo(transactions, tmp_path, digest(content), Actor("lab", made.uscc(made.LAB)))
    chain.clock.advance(timedelta(days=4))
    assert shown(chain) == [], "what was agreed until the 22nd"
    with pytest.raises(PhotoAbsent):
        read_photo_file(transactions, tmp_path, digest(content))
    erase_photo(transactions, tmp_path, digest(content), Actor("mill", made.uscc(MILL)))
    assert not list((tmp_path / FOLDER).rglob("*/*"))
    with pytest.raises(PhotoErased):
        store_photo(transactions, tmp_path, digest(content), statement, content)
    with pytest.raises(PhotoAbsent):
        erase_photo(transactions, tmp_path, digest(content))
    with pytest.raises(NotTaken):
        product(chain, face, at="27 08:00")


def test_a_harvest_and_a_report_show_their_photographs_behind_a_tap(
    chain: TracedChain, tmp_path: Path
) -> None:
    transactions = chain.platform.transactions
    reaping, paper, later = (photograph(colour) for colour in ("green", "white", "blue"))
    harvest = chain.stated["farm.harvest", H1][1]
    with pytest.raises(PhotoUnnamed):
        store_photo(transactions, tmp_path, digest(reaping), harvest, reaping)
    named = [{"sha256": digest(reaping), "shows": "work", "alt": "收割机在割稻"}]
    chain.correct("farm.harvest", H1, "20 08:00", photos=named)
    at = october("20 10:00").isoformat()
    data = made.a_report(lot=P1, reportNo="R-9", sampledAt=at, testedAt=at)
    data["photos"] = [{"sha256": digest(paper), "shows": "report"}]
    report = chain.state(MILL, "lab.report", P1, data, "20 10:00")
    assert show_batch(transactions, lot=K1).pictured == {}, "named, and not here yet"
    store_photo(transactions, tmp_path, digest(reaping), harvest, reaping)
    store_photo(transactions, tmp_path, digest(paper), report, paper)
    pictured = show_batch(transactions, lot=K1).pictured
    assert {stmt: [one.sha256 for one in photos] for stmt, photos in pictured.items()} == {
        harvest: [digest(reaping)],
        report: [digest(paper)],
    }
    web = resolver_over(chain.platform, tmp_path)
    html = web.get("/page/01/09521234100010/10/M1", BROWSER).body.decode()
    for text in (f"/photos/{digest(reaping)}", "收割机在割稻", f"/photos/{digest(paper)}", "检验报告照片"):
        assert text in html, text
    folded = html.index("<details", html.index('class="tl"'))
    assert folded < html.index(f"/photos/{digest(reaping)}")

    chain.correct("farm.harvest", H1, "21 08:00", photos=[{"sha256": digest(later), "shows": "work"}])
    assert harvest not in show_batch(transactions, lot=K1).pictured
    with pytest.raises(PhotoAbsent):  # what the record says now names another
        read_photo_file(transactions, tmp_path, digest(reaping))
    assert replay(transactions).equal


def test_a_page_that_was_kept_shows_the_photograph_of_its_harvest_once_it_is_here(
    chain: TracedChain, tmp_path: Path
) -> None:
    content = photograph("green")
    chain.correct("farm.harvest", H1, "20 08:00", photos=[{"sha256": digest(content), "shows": "work"}])
    web = resolver_over(chain.platform, tmp_path)
    page = "/page/01/09521234100010/10/M1"
    assert digest(content) not in web.get(page, BROWSER).body.decode()
    harvest = chain.stated["farm.harvest", H1][1]
    store_photo(chain.platform.transactions, tmp_path, digest(content), harvest, content)
    assert digest(content) in web.get(page, BROWSER).body.decode()
    erase_photo(chain.platform.transactions, tmp_path, digest(content))
    assert digest(content) not in web.get(page, BROWSER).body.decode()


def test_who_shows_the_picture_of_another_cannot_erase_it(chain: TracedChain, tmp_path: Path) -> None:
    transactions, ready = chain.platform.transactions, web_picture(photograph("blue")).content
    named = digest(ready)  # as anybody loads it from the page
    statement = product(chain, {"sha256": named, "shows": "product"})
    store_photo(transactions, tmp_path, named, statement, ready)
    copied = made.a_plot() | {"photos": [{"sha256": named, "shows": "place"}]}
    theirs = chain.state(FARM, "master.place", made.plot(1), copied, "21 08:00")
    farm, mill = (Actor("x", made.uscc(one)) for one in (FARM, MILL))
    with pytest.raises(ReportFileAbsent):
        read_original(transactions, tmp_path, farm, theirs, named)
    store_photo(transactions, tmp_path, named, theirs, ready)
    with pytest.raises(PhotoOfOthers):
        erase_photo(transactions, tmp_path, named, farm)
    assert read_photo_file(transactions, tmp_path, named) == ready
    assert read_original(transactions, tmp_path, mill, statement, named).content == ready
    product(chain, {"sha256": digest(b"new"), "shows": "product"}, at="22 08:00")
    store_photo(transactions, tmp_path, named, theirs, ready)
    erase_photo(transactions, tmp_path, named, farm)  # it is theirs since nobody else names it
