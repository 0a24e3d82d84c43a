"""Serials, and long runs of QR symbols beside segno, qrcode and zxing-cpp in the same rounds."""

from __future__ import annotations

import io
import sys
from collections import deque
from collections.abc import Callable, Iterable

import numpy as np
import qrcode
import segno
import zxingcpp
from qrcode.image.svg import SvgPathImage
from sqlalchemy import create_engine

from bench.figures import Figure, Report, Spent, interleaved, median, spending
from tests.builders.range_book import RangeBook
from tests.simulators.degradations import success
from trace.chain.ids import row_id
from trace.codes.crockford import ALPHABET
from trace.codes.serials import KeyRing, gtin_scope
from trace.labels.captions import LabelText
from trace.labels.linear import SymbolFamily, Template, matrix_of, reading_order
from trace.labels.module_size import PRINTERS
from trace.labels.print_run import PrintRun, make_part
from trace.labels.raster import pngs, zpl_graphics
from trace.labels.strokes import svgs
from trace.store.bulk import insert_rows
from trace.store.tables import food

SCOPE = gtin_scope("6901234567892")
RING = KeyRing("7", {"7": b"a secret for measuring, 32 bytes"})
STEM = "https://id.example.cn/01/06901234567892/10/M20261012A/21/"
MEGABYTE = 1_000_000


def run(size: str) -> Report:
    report = Report("qr")
    rounds, scale = (3, 1) if size == "quick" else (7, 4)
    serials = list(RING.key("7", SCOPE).serials(0, 50_000 * scale))
    _serials(report, rounds, 5_000 * scale)
    family = SymbolFamily(Template(STEM, 12, alphabet=ALPHABET))
    _symbols(report, rounds, scale, family, serials)
    _runs(report, min(rounds, 3), family)
    _storage(report)
    _degraded(report, 4 if size == "quick" else 20)
    return report


def _serials(report: Report, rounds: int, count: int) -> None:
    key = RING.key("7", SCOPE)
    book = RangeBook()
    for number in range(1000):
        book.allocate(SCOPE, "7", 1_000_000, f"lot {number}")
    made = list(key.serials(500_000_000, count))
    forged = ["7" + text[:0:-1] for text in made]

    def found() -> None:
        for text in made:
            book.find(RING, SCOPE, text)

    def refused() -> None:
        for text in forged:
            try:
                RING.counter(text, SCOPE)
            except Exception:  # noqa: BLE001, S112 - the refusal is what is measured
                continue

    works = [
        _timed(lambda: _spend(key.serials(0, 10 * count)), 10 * count),
        _timed(found, count),
        _timed(refused, count),
    ]
    names = ("serials made in bulk", "serials found among 10^9 in 1,000 ranges", "forged serials refused")
    for name, rates in zip(names, interleaved(rounds, works), strict=True):
        report.add(Figure(name, _rate(rates), "/CPU-s", rounds=rounds))


def _symbols(report: Report, rounds: int, scale: int, family: SymbolFamily, serials: list[str]) -> None:
    texts = [STEM + each for each in serials[: 10 * scale]]
    few, some = serials[: 2_000 * scale], serials[: 10_000 * scale]

    def ours(make: Callable[[Iterable[str]], Iterable[object]], given: list[str]) -> Callable:
        return _timed(lambda: _spend(make(given)), len(given))

    def theirs(make: Callable[[str], object]) -> Callable:
        return _timed(lambda: _spend(map(make, texts)), len(texts))

    def fixed(text: str) -> object:
        return segno.make(text, error="m", version=family.version, mask=family.mask, boost_error=False)

    def zxing(text: str) -> object:
        return zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")

    kinds = {
        "matrices": (
            ours(lambda given: family.table(reading_order).symbols(given), serials),
            {"segno": theirs(_segno), "segno, mask given": theirs(fixed)},
            {"qrcode": theirs(_qrcode), "zxing-cpp": theirs(zxing)},
            1000,
        ),
        "PNGs, 8 dots a module": (
            ours(lambda given: pngs(family, given), few),
            {"segno": theirs(lambda text: _segno(text).save(io.BytesIO(), kind="png", scale=8))},
            {"qrcode": theirs(lambda text: _qrcode(text).make_image().save(io.BytesIO()))},
            50,
        ),
        "SVGs": (
            ours(lambda given: svgs(family, given), some),
            {"segno": theirs(lambda text: _segno(text).save(io.BytesIO(), kind="svg"))},
            {
                "qrcode": theirs(lambda text: _qrcode(text).make_image(SvgPathImage).to_string()),
                "zxing-cpp": theirs(lambda text: zxing(text).to_svg()),
            },
            50,
        ),
    }
    for kind, (own, segnos, others, target) in kinds.items():
        peers = segnos | others
        mine, *rest = interleaved(rounds, [own, *peers.values()])
        for peer, rates in zip(peers, rest, strict=True):
            ratio = median([a.wall / b.wall for a, b in zip(mine, rates, strict=True)])
            goal = {"target": f"≥ {target:,}", "met": ratio >= target} if peer in segnos else {}
            name = f"QR {kind} beside {peer}"
            report.add(Figure(name, _rate(mine), "/CPU-s", peer, _rate(rates), ratio, rounds=rounds, **goal))
    labels = interleaved(rounds, [ours(lambda given: zpl_graphics(family, given, dots=4), some)])[0]
    report.add(Figure("QR ZPL graphics, 4 dots a module", _rate(labels), "/CPU-s", rounds=rounds))
    _tables(report, rounds, family)


def _tables(report: Report, rounds: int, family: SymbolFamily) -> None:
    """What a run pays before its first symbol (it is in the matrices' figure as well), and holds."""

    def build(_: int) -> Spent:
        with spending() as spent:
            SymbolFamily(family.template).table(reading_order)
        return spent

    (rounds_spent,) = interleaved(rounds, [build])
    report.add(Figure("QR tables of a run: time", median([each.cpu for each in rounds_spent]), "CPU-s"))
    groups = family.table(reading_order).groups
    held = sum(map(sys.getsizeof, groups))
    held += sum(sys.getsizeof(pattern) for group in groups for pattern in group if pattern is not None)
    report.add(
        Figure("QR tables of a run: memory", held / MEGABYTE, "MB", target="< 4 MB", met=held < 4 * MEGABYTE)
    )


def _storage(report: Report) -> None:
    """10^9 codes in 1,000 ranges, activated, with recalls and voids, in the tables of the store."""
    engine = create_engine("sqlite://")
    tables = [food.code_range, food.code_interval, food.code_counter]
    food.code_range.metadata.create_all(engine, tables=tables)
    size, acts = 1_000_000, (("active", 0, 1_000_000), ("recalled", 0, 100_000), ("void", 77_777, 1000))
    ranges, intervals = [], []
    for number in range(1000):
        lot, first = row_id("food.example", 3 * number), number * size
        ranges.append((lot + 1, lot, SCOPE, "7", first, size))
        intervals += [
            (row_id("food.example", 3 * number + at), lot, standing, first + start, count)
            for at, (standing, start, count) in enumerate(acts)
        ]
    with engine.begin() as connection:
        for table, rows in ((food.code_range, ranges), (food.code_interval, intervals)):
            insert_rows(connection, table, [column.name for column in table.columns], rows)
        insert_rows(connection, food.code_counter, ("scope", "epoch", "next"), [(SCOPE, "7", 1000 * size)])
        pages, page = (
            connection.exec_driver_sql(f"PRAGMA page_{name}").scalar_one() for name in ("count", "size")
        )
    held, goal = pages * page, {"target": "< 1 MB", "met": pages * page < MEGABYTE}
    report.add(Figure("10^9 allocated codes, 3,000 acts: rows and indexes", held, "bytes", **goal))


def _runs(report: Report, rounds: int, family: SymbolFamily) -> None:
    """Whole parts of a print run as a printer gets them: serials, drawing, reading back a sample, digest."""
    text = LabelText("rice", "5 kg", "M20261012A", "2026-10-12", "2027-10-11", "a mill")
    for form, count in (("csv", 10_000), ("zpl", 10_000), ("png", 10_000), ("svg", 10_000), ("pdf", 240)):
        run = PrintRun(
            SCOPE, "7", 0, count, form, 4, PRINTERS[203], ("(01)06901234567892(21)", ""), count, text
        )
        made = _timed(lambda run=run: make_part(run, family, RING.key("7", SCOPE).serials, 0), count)
        rates = interleaved(rounds, [made])[0]
        report.add(Figure(f"print run as {form}: codes", _rate(rates), "/CPU-s", rounds=rounds))


def _degraded(report: Report, count: int) -> None:
    """The 22 bad sights of tests/simulators/degradations.py; limits measured earlier with zxing-cpp 3.1.1."""
    for level, limit in (("M", 0.789), ("Q", 0.841)):
        family = SymbolFamily(Template(STEM, 12, alphabet=ALPHABET, level=level))
        drawn = family.table(reading_order).drawn(RING.key("7", SCOPE).serials(0, count))
        matrices = [(STEM + each, matrix_of(symbol, family.modules)) for each, symbol in drawn]
        shares = success(matrices, _read, certain=min(count, 4)).values()
        share = 100 * sum(shares) / len(shares)
        goal = {"target": f"≥ {100 * limit:.1f} %", "met": share >= 100 * limit} if count >= 20 else {}
        name = f"read of 22 bad sights × {count}, level {level}"
        report.add(
            Figure(name, share, "%", "measured before", 100 * limit, share / 100 / limit, rounds=1, **goal)
        )


def _read(pixels: np.ndarray) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(pixels)]


def _segno(text: str) -> segno.QRCode:
    return segno.make(text, error="m", micro=False, boost_error=False)


def _qrcode(text: str) -> qrcode.QRCode:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=8, border=4)
    code.add_data(text)
    code.make()
    return code


def _timed(work: Callable[[], None], count: int) -> Callable[[int], Spent]:
    """The work as one round; its `wall` becomes codes per CPU second."""

    def round_of(_: int) -> Spent:
        with spending() as spent:
            work()
        return Spent(wall=count / spent.cpu, cpu=spent.cpu)

    return round_of


def _spend(made: Iterable[object]) -> None:
    deque(made, maxlen=0)


def _rate(rounds: list[Spent]) -> float:
    return median([each.wall for each in rounds])
