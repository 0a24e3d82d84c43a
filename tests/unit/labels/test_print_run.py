"""Print runs: every file read back, told about, resumed to the same bytes, listed in a signed manifest."""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import jwt
import numpy as np
import pytest
import rfc8785
import zxingcpp
from PIL import Image

from tests.ledgers import a_key
from trace.codes.crockford import ALPHABET
from trace.codes.serials import KeyRing, gtin_scope
from trace.errors.codes import ModuleUnprintable, PartsDiffer, ResumeTokenForeign, SymbolUnreadable
from trace.labels.linear import Layout, SymbolFamily, Table, Template
from trace.labels.manifest import Manifest, sign_manifest
from trace.labels.module_size import PRINTERS
from trace.labels.print_run import PrintRun, parts, parts_of
from trace.labels.symbol import human_readable
from trace.labels.zpl_label import LabelText
from trace.ledger.algorithms import PrivateKey
from trace.ledger.canonical import b64u

SCOPE = gtin_scope("6901234567892")
KEY = KeyRing("7", {"7": b"7" * 32}).key("7", SCOPE)
FAMILY = SymbolFamily(Template("https://id.example.cn/01/06901234567892/10/M1/21/", 12, alphabet=ALPHABET))
READABLE = ("(01)06901234567892(10)M1(21)", "")
WHEN = datetime(2026, 10, 12, 8, 30, tzinfo=UTC)
TEXT = LabelText(Decimal(60), Decimal(40), "绿色大米 5kg ^XZ", ("批号 M1",))


def run(form: str, **changed) -> PrintRun:
    stated = {"first": 1000, "count": 25, "dots": 4, "per_part": 10, "label": TEXT} | changed
    return PrintRun(SCOPE, "7", form=form, printer=PRINTERS[203], readable=READABLE, **stated)


def texts(count: int = 25) -> list[str]:
    return [FAMILY.template.text(serial) for serial in KEY.serials(1000, count)]


def pictures(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_printing_house_gets_every_code_in_order() -> None:
    rows = []
    for part in parts(run("csv"), FAMILY, KEY.serials):
        assert b"\r\n" in part.content
        rows += list(csv.DictReader(io.StringIO(part.content.decode())))
    assert [row["uri"] for row in rows] == texts()
    assert [int(row["number"]) for row in rows] == list(range(1, 26))
    assert rows[3]["readable"] == human_readable(rows[3]["uri"])
    assert rows[3]["uri"].endswith(rows[3]["serial"])


def test_every_picture_of_a_run_is_read_back() -> None:
    seen = []
    for part in parts(run("png"), FAMILY, KEY.serials, read_back_every=1):
        for name, picture in pictures(part.content).items():
            (found,) = zxingcpp.read_barcodes(np.asarray(Image.open(io.BytesIO(picture)).convert("L")))
            assert found.text.endswith(name.removesuffix(".png"))
            seen.append(found.text)
    assert seen == texts()


def test_drawings_have_the_printers_module_size() -> None:
    part = next(parts(run("svg"), FAMILY, KEY.serials))
    drawings = pictures(part.content)
    assert len(drawings) == part.made.count == 10
    side = (FAMILY.modules + 8) * Decimal("0.500")
    assert all(f'width="{side}mm"' in drawing.decode() for drawing in drawings.values())


@pytest.mark.parametrize("form", ["csv", "png", "svg", "zpl"])
def test_a_run_that_broke_off_ends_with_the_same_files(form: str) -> None:
    whole = list(parts(run(form), FAMILY, KEY.serials))
    told: list[tuple[int, int]] = []
    broken = parts(run(form), FAMILY, KEY.serials, progress=lambda done, all_: told.append((done, all_)))
    first = next(broken)
    broken.close()
    rest = list(
        parts(run(form), FAMILY, KEY.serials, token=first.token, progress=lambda *each: told.append(each))
    )
    assert [part.content for part in (first, *rest)] == [part.content for part in whole]
    assert told == [(10, 25), (20, 25), (25, 25)]
    assert parts_of(rest[-1].token) == tuple(part.made for part in whole)
    assert list(parts(run(form), FAMILY, KEY.serials, token=rest[-1].token)) == []


def test_a_token_of_another_run_or_of_no_run_is_refused() -> None:
    token = next(parts(run("csv"), FAMILY, KEY.serials)).token
    for wrong in (run("csv", count=26), run("csv", first=0), run("svg"), run("csv", per_part=11)):
        with pytest.raises(ResumeTokenForeign):
            next(parts(wrong, FAMILY, KEY.serials, token=token))
    for garbage in ("", "x", "e30=", token[:-8], "稻", "W10="):
        with pytest.raises(ResumeTokenForeign):
            next(parts(run("csv"), FAMILY, KEY.serials, token=garbage))


class Faulty(SymbolFamily):
    """A family whose tables went wrong: a fifth of the modules are flipped."""

    def table(self, layout: Layout) -> Table:
        rng = random.Random(1)
        flipped = tuple(bytes(rng.random() < 0.2 for _ in row) for row in self.symbol("0" * 12).matrix)
        right = super().table(layout)
        return replace(right, base=right.base ^ layout(flipped))


@pytest.mark.parametrize("form", ["csv", "png", "svg", "zpl"])
def test_symbols_that_do_not_read_back_never_leave(form: str) -> None:
    with pytest.raises(SymbolUnreadable):
        next(parts(run(form), Faulty(FAMILY.template), KEY.serials))


def test_a_module_under_the_least_is_never_printed() -> None:
    with pytest.raises(ModuleUnprintable):
        next(parts(run("png", dots=2), FAMILY, KEY.serials))


def compact(key: PrivateKey, payload: bytes) -> str:
    """A compact JWS (RFC 7515) as the platform makes them."""
    head = b64u(b'{"alg":"EdDSA"}')
    signed = f"{head}.{b64u(payload)}"
    return f"{signed}.{b64u(key.sign(signed.encode()))}"


def signed(form: str = "csv") -> tuple[Manifest, dict[str, bytes]]:
    made = list(parts(run(form), FAMILY, KEY.serials))
    key = a_key(1)
    manifest = sign_manifest(
        run(form).described(FAMILY),
        [part.made for part in made],
        printer="一号车间 ZT230",
        made_at=WHEN,
        sign=lambda payload: compact(key, payload),
    )
    stated = jwt.PyJWS().decode(manifest.jws, jwt.PyJWK(key.public_jwk(), "EdDSA"), ["EdDSA"])
    assert stated == manifest.payload == rfc8785.dumps(json.loads(manifest.payload))
    return manifest, {part.made.name: part.content for part in made}


def test_the_manifest_states_the_run_and_is_signed_as_it_stands() -> None:
    manifest, files = signed()
    stated = json.loads(manifest.payload)
    assert (stated["first"], stated["count"], stated["epoch"], stated["scope"]) == (1000, 25, "7", SCOPE)
    assert (stated["printer"], stated["madeAt"]) == ("一号车间 ZT230", "2026-10-12T08:30:00Z")
    assert sum(part["count"] for part in stated["parts"]) == 25
    assert stated["symbol"] == {"version": FAMILY.version, "level": "M", "mask": FAMILY.mask}
    assert signed()[0].payload == manifest.payload
    manifest.check(files)


def test_files_that_are_missing_changed_or_added_are_found() -> None:
    manifest, files = signed()
    first, second, third = sorted(files)
    for wrong, names in (
        ({**files, second: files[second].replace(b"7", b"8", 1)}, [second]),
        ({first: files[first], second: files[second]}, [third]),
        ({**files, "more.csv": b""}, ["more.csv"]),
        ({**files, first: files[second], second: files[first]}, [first, second]),
    ):
        with pytest.raises(PartsDiffer) as refused:
            manifest.check(wrong)
        assert refused.value.params["names"] == names


def test_a_label_printer_gets_whole_labels_and_no_commands_out_of_texts() -> None:
    labels = next(parts(run("zpl"), FAMILY, KEY.serials)).content.decode().splitlines()
    assert len(labels) == 10
    for label, serial in zip(labels, KEY.serials(1000, 10), strict=True):
        assert label.startswith("^XA^CI28^PW480^LL320") and label.endswith("^XZ")
        assert label.count("^XZ") == label.count("^XA") == 1
        assert label.count("^GFA") == 1
        assert f"(01)06901234567892(10)M1(21){serial}" in label
        assert "_5EXZ" in label
    with pytest.raises(ModuleUnprintable):
        next(parts(run("zpl", label=LabelText(Decimal(20), Decimal(15))), FAMILY, KEY.serials))
