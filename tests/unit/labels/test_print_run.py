"""Print runs: every file read back, made again to the same bytes, listed in a signed manifest."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import jwt
import numpy as np
import pytest
import rfc8785
import zxingcpp
from PIL import Image

from tests.builders.label_reading import printed, read_zpl
from tests.builders.ledgers import a_key
from trace.codes.crockford import ALPHABET
from trace.codes.serials import KeyRing, gtin_scope
from trace.errors.codes import ModuleUnprintable, PartsDiffer, SymbolUnreadable
from trace.errors.printing import LabelTooSmall
from trace.labels.captions import LabelText
from trace.labels.linear import Layout, SymbolFamily, Table, Template
from trace.labels.manifest import Manifest, PartMade, manifest_payload
from trace.labels.module_size import PRINTERS
from trace.labels.print_run import PrintRun, make_part
from trace.labels.symbol import human_readable
from trace.ledger.algorithms import PrivateKey
from trace.ledger.canonical import b64u

SCOPE = gtin_scope("6901234567892")
KEY = KeyRing("7", {"7": b"7" * 32}).key("7", SCOPE)
FAMILY = SymbolFamily(Template("https://id.example.cn/01/06901234567892/10/M1/21/", 12, alphabet=ALPHABET))
READABLE = ("(01)06901234567892(10)M1(21)", "")
WHEN = datetime(2026, 10, 12, 8, 30, tzinfo=UTC)
TEXT = LabelText("绿色大米 ^XZ", "5 kg", "M1")


def run(form: str, **changed) -> PrintRun:
    stated = {"first": 1000, "count": 25, "dots": 4, "per_part": 10, "label": TEXT} | changed
    return PrintRun(SCOPE, "7", form=form, printer=PRINTERS[203], readable=READABLE, **stated)


def parts(of: PrintRun, family: SymbolFamily = FAMILY, **given) -> Iterator[tuple[PartMade, bytes]]:
    for number in range(of.count_of_parts):
        yield make_part(of, family, KEY.serials, number, **given)


def texts(count: int = 25) -> list[str]:
    return [FAMILY.template.text(serial) for serial in KEY.serials(1000, count)]


def pictures(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_printing_house_gets_every_code_in_order() -> None:
    rows = []
    for _, content in parts(run("csv")):
        assert b"\r\n" in content
        rows += list(csv.DictReader(io.StringIO(content.decode())))
    assert [row["uri"] for row in rows] == texts()
    assert [int(row["number"]) for row in rows] == list(range(1, 26))
    assert rows[3]["readable"] == human_readable(rows[3]["uri"])
    assert rows[3]["uri"].endswith(rows[3]["serial"])


def test_every_picture_of_a_run_is_read_back() -> None:
    seen = []
    for _, content in parts(run("png"), read_back_every=1):
        for name, picture in pictures(content).items():
            (found,) = zxingcpp.read_barcodes(np.asarray(Image.open(io.BytesIO(picture)).convert("L")))
            assert found.text.endswith(name.removesuffix(".png"))
            seen.append(found.text)
    assert seen == texts()


def test_drawings_have_the_printers_module_size() -> None:
    made, content = next(parts(run("svg")))
    drawings = pictures(content)
    assert len(drawings) == made.count == 10
    side = (FAMILY.modules + 8) * Decimal("0.500")
    assert all(f'width="{side}mm"' in drawing.decode() for drawing in drawings.values())


@pytest.mark.parametrize("form", ["csv", "png", "svg", "zpl"])
def test_a_part_made_alone_is_that_of_the_whole_run(form: str) -> None:
    whole = list(parts(run(form)))
    assert [(made.first, made.count) for made, _ in whole] == [(0, 10), (10, 10), (20, 5)]
    assert make_part(run(form), FAMILY, KEY.serials, 2) == whole[2]
    assert make_part(run(form), FAMILY, KEY.serials, 0) == whole[0]


def test_another_run_gives_its_parts_other_names() -> None:
    names = {made.name for made, _ in parts(run("csv"))}
    for other in (run("csv", count=26), run("csv", first=0), run("svg"), run("csv", per_part=11)):
        assert names.isdisjoint(made.name for made, _ in parts(other))


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
        next(parts(run(form), Faulty(FAMILY.template)))


def test_a_module_under_the_least_is_never_printed() -> None:
    with pytest.raises(ModuleUnprintable):
        next(parts(run("png", dots=2)))


def compact(key: PrivateKey, payload: bytes) -> str:
    """A compact JWS (RFC 7515) as the platform makes them."""
    head = b64u(b'{"alg":"EdDSA"}')
    signed = f"{head}.{b64u(payload)}"
    return f"{signed}.{b64u(key.sign(signed.encode()))}"


def signed(form: str = "csv") -> tuple[Manifest, dict[str, bytes]]:
    done = list(parts(run(form)))
    key = a_key(1)
    payload = manifest_payload(
        run(form).described(FAMILY), [made for made, _ in done], printer="一号车间 ZT230", made_at=WHEN
    )
    manifest = Manifest(payload, compact(key, payload))
    stated = jwt.PyJWS().decode(manifest.jws, jwt.PyJWK(key.public_jwk(), "EdDSA"), ["EdDSA"])
    assert stated == manifest.payload == rfc8785.dumps(json.loads(manifest.payload))
    return manifest, {made.name: content for made, content in done}


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
    labels = next(parts(run("zpl")))[1].decode().splitlines()
    assert len(labels) == 10
    assert read_zpl("\n".join(labels)) == texts(10)
    pictures = [printed(label) for label in labels]
    for label in labels:
        assert label.startswith("^XA^CI28^PW480^LL320") and label.endswith("^XZ")
        assert label.count("^XZ") == label.count("^XA") == 1
        assert "^FD" not in label and "^A0" not in label
    # All labels say the same but for symbol and serial; the serials differ from label to label.
    family_text = labels[0].partition(f"^FO{symbol_at(labels[0])}")[0]
    assert all(label.startswith(family_text) for label in labels)
    serials = [label.rpartition("^FO")[2] for label in labels]
    assert len(set(serials)) == 10
    assert all(picture.size == (480, 320) for picture in pictures)


def test_a_label_printers_offset_moves_every_label_and_none_that_come_after() -> None:
    moved = (Decimal("1.5"), Decimal("-2.0"))
    plain, other = (next(parts(run("zpl", **given)))[1].decode() for given in ({}, {"offset": moved}))
    labels, ending = other.splitlines()[:-1], other.splitlines()[-1]
    assert all("^LS-12^LT-16" in each for each in labels), "eight dots a mm; ^LS is to the left"
    assert ending == "^XA^LS0^LT0^XZ", "a printer keeps both until it is turned off"
    assert "\n".join(labels).replace("^LS-12^LT-16", "") == plain.rstrip("\n")


def symbol_at(label: str) -> str:
    """Where the largest graphic of a label is."""
    fields = re.findall(r"\^FO(\d+,\d+)\^GFA,(\d+)", label)
    return max(fields, key=lambda field: int(field[1]))[0]


def test_more_dots_than_the_label_has_are_refused() -> None:
    with pytest.raises(LabelTooSmall):
        next(parts(run("zpl", dots=8, sheet="40x30")))


def test_a_run_that_began_before_drawings_were_crisp_ends_as_it_began() -> None:
    (_, old), (_, new) = (next(parts(run("svg", drawing=drawing))) for drawing in (1, 2))
    assert all(b"crispEdges" not in drawing for drawing in pictures(old).values())
    assert all(b"crispEdges" in drawing for drawing in pictures(new).values())
