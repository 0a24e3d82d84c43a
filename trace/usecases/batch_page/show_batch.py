"""The batch page, read from the store: four legal groups, origin, time line, tests, signers, proof, marks.

A bounded number of queries: one a level of the graph and about twenty besides, whatever the width.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from trace.calendar.shanghai import SHANGHAI_TIME, day_of
from trace.chain.doubted_results import doubts_about
from trace.chain.editions import is_for_everybody
from trace.chain.effects import Mark, PackNoted
from trace.chain.label_text import Texts
from trace.chain.lineage.arcs import UP
from trace.identity.region import district_of
from trace.ledger.bundle import is_demo_origin
from trace.ledger.canonical import hex_digest
from trace.rules.book import every_food_limit
from trace.store.chain.master import read_counting
from trace.store.chain.statements import StatementRow
from trace.store.log.checkpoints import find_first_covering, find_latest_checkpoint
from trace.store.log.signers import read_signers
from trace.store.lots.details import (
    LotRow,
    read_reports,
    read_stated,
)
from trace.store.lots.graph import is_larger
from trace.store.messages.report_files import find_files
from trace.store.page_keys import file_key
from trace.store.risk.kept import notices_about
from trace.store.transaction import Connection, Transactions, Tx
from trace.usecases.batch_page.basis import basis_of_batch, basis_of_code, basis_of_others
from trace.usecases.batch_page.handovers_shown import handovers_shown
from trace.usecases.batch_page.label_history import Master, read_label
from trace.usecases.batch_page.orders_shown import orders_shown
from trace.usecases.batch_page.page import (
    BatchPage,
    Enterprise,
    FileShown,
    MarkLicence,
    MarkShown,
    NoticeShown,
    Origin,
    PackListed,
    ProductShown,
    ProofShown,
    Signer,
    TestShown,
)
from trace.usecases.batch_page.pictures import pictures_of
from trace.usecases.batch_page.recall_status import freshness_of
from trace.usecases.batch_page.shelf_life import expected_expiry
from trace.usecases.batch_page.timeline import timeline_of, whole_mu
from trace.usecases.lots.failed_tests import FailedTest, find_failed_test
from trace.usecases.lots.holds import order_on, read_burdens
from trace.usecases.lots.packs import (
    KeyedPack,
    PackStanding,
    digest_on_label,
    named_by,
    packs_under_key,
    standings,
    state_of,
    worst_standing,
)
from trace.usecases.lots.sources import Sources, read_sources

FAIL: Final = "fail"
_COSIGNED: Final = "cosigned"
_PENDING: Final = "pending"


class ManySources(Exception):
    """The page is made of more lots than who asks would have it made of."""


def show_batch(  # noqa: PLR0913 - one argument for each way to name a batch
    transactions: Transactions,
    *,
    gtin: str | None = None,
    batch_no: str | None = None,
    platform_code: str | None = None,
    lot: str | None = None,
    printed: str | None = None,
    picked: str | None = None,
    witnesses: Collection[str] = (),
    most: int | None = None,
) -> BatchPage:
    """The page of (gtin, batch number), of a platform code or of a pack lot (an item's).

    Of several packs under a key the one is shown whose record's digest the label bears (`printed`), else the
    one that the reader picked by the same digest, else the worst. `witnesses` are the names of the own log's.

    Raises `BatchUnknown` (未登记), and `ManySources` where the page would be made of more than `most` lots.
    """
    with transactions.look() as tx:
        packs = packs_under_key(
            tx.connection, gtin=gtin, batch_no=batch_no, platform_code=platform_code, lot=lot
        )
        found = standings(tx, packs) if len(packs) > 1 else []
        one = named_by(packs, printed, picked) or (worst_standing(found).keyed if found else packs[0])
        if most is not None and is_larger(tx.connection, one.pack.lot, UP, most):
            raise ManySources
        sources = read_sources(tx.connection, tx.origin, one.pack.lot)
        page = _page(tx, one, sources, witnesses)
        basis = page.basis | basis_of_code(packs, gtin, batch_no, platform_code)
        if found:
            basis |= basis_of_others(tx.connection, packs)
        return replace(
            page,
            basis=basis,
            platform_code=platform_code or page.platform_code,
            packs=tuple(_listed(each, one) for each in found),
        )


def _listed(each: PackStanding, shown: KeyedPack) -> PackListed:
    """A pack in the choice among several under one key."""
    pack = each.keyed.pack
    return PackListed(
        digest=digest_on_label(each.keyed.noted.statement),
        packed_on=day_of(each.lot.produced.earliest or each.lot.made_by.occurred_at),
        production_date=_text(pack.data.get("productionDate")),
        expiry_date=_text(pack.data.get("expiryDate")),
        state=each.state,
        shown=each.keyed is shown,
        foreign=each.foreign,
    )


def _page(tx: Tx, one: KeyedPack, sources: Sources, witnesses: Collection[str]) -> BatchPage:
    pack, noted, versions = one.pack, one.noted, one.versions
    lot = sources.lots[pack.lot]
    counting = read_counting(tx.connection, "product", [(pack.product, lot.made_by.iss)])
    product = next((data for data, _ in counting.values()), {})
    master = Master(product, sources.parties.get(lot.made_by.iss, {}))
    burdened = _burdens(tx, lot)
    failed = burdened.failed
    proof, tests = _proof(tx, noted, sources, witnesses), _tests(tx, sources, failed.lots)
    now = read_label(tx.connection, tx.origin, lot, versions, sources, master)
    label = now.texts
    pictures = pictures_of(tx, pack.data, product, sources)
    return BatchPage(
        lot=lot.urn,
        gtin=pack.gtin.zfill(14) if pack.gtin else None,
        batch_no=pack.batch_no,
        platform_code=_text(pack.data.get("platformCode")),
        code_level=pack.code_level,
        label_digest=digest_on_label(noted.statement),
        banner=state_of(pack, burdened.order, tx.now.astimezone(SHANGHAI_TIME).date(), tx.rules),
        enterprise=_enterprise(label),
        ingredients=_texts(label["ingredients"]),
        additives=_texts(label["additives"]),
        product=_product(pack, lot, label),
        expected_expiry=_expected_expiry(pack, label),
        release_conclusion=_text(label["release.conclusion"]),
        tests=tests,
        green_mark=_green_mark(tx.connection, pack),
        origins=_origins(sources),
        timeline=timeline_of(sources, tx.rules),
        signers=_signers(sources),
        proof=proof,
        marks=_marks(sources, lot.id, burdened.possible),
        failed=failed.where,
        handovers=handovers_shown(tx.connection, sources),
        orders=orders_shown(tx, lot, sources, burdened.certain),
        disputes=sum(1 for dispute in sources.disputes if dispute.outcome is None),
        receivers="shipped" if sources.shipments else "none",
        truncated=sources.truncated,
        left_out=sources.left_out,
        demo_clock=is_demo_origin(tx.origin),
        seen_at=tx.now.isoformat(),
        seen_on=day_of(tx.now),
        earlier_digests=tuple(digest_on_label(row.statement) for _, row in versions if row != noted),
        label_history=now.history,
        freshness=freshness_of(tx, versions[0][1].index if versions[0][1].origin == tx.origin else -1),
        notices=_notices(tx.connection, lot.urn, pack.product),
        photos=pictures.photos,
        growers=pictures.growers,
        pictured=pictures.pictured,
        basis=basis_of_batch(tx.origin, pack, sources, proof, tests) | set(map(file_key, pictures.named)),
    )


def _notices(connection: Connection, lot: str, product: str) -> tuple[NoticeShown, ...]:
    """What authorities tell consumers about this batch or product, the newest first."""
    return tuple(
        NoticeShown(one.number, one.area, one.title, one.text, day_of(one.released_at), one.kind, one.sources)
        for one in reversed(notices_about(connection, (lot, product)))
    )


@dataclass(frozen=True, slots=True)
class _Burdened:
    """What comes down to the goods: an order, a failed test, the marks of both that certainly do, and as the
    holder of a claim is told of them the recalls that may mean these goods or not."""

    order: str | None
    failed: FailedTest
    certain: Sequence[tuple[Mark, StatementRow]]
    possible: Sequence[Mark]


def _burdens(tx: Tx, lot: LotRow) -> _Burdened:
    above, marks = read_burdens(tx.connection, lot)
    certain = [(each.mark, each.stated) for each in marks if each.certain]
    return _Burdened(
        order_on(lot, above, (mark for mark, _ in certain)),
        find_failed_test(tx.connection, lot, marks),
        certain,
        [each.told(lot) for each in marks if not each.certain],
    )


def _enterprise(label: Texts) -> Enterprise:
    members = ("name", "address", "contact", "businessLicence", "scNo")
    return Enterprise(*(_text(label[f"enterprise.{member}"]) for member in members))


def _product(pack: PackNoted, lot: LotRow, label: Texts) -> ProductShown:
    return ProductShown(
        name=_text(label["product.name"]) or lot.product_name,
        spec=_text(label["product.spec"]),
        standard=_text(label["product.standard"]),
        batch_no=pack.batch_no,
        production_date=_text(pack.data.get("productionDate")),
        expiry_date=_text(pack.data.get("expiryDate")),
        shelf_life=_text(label["product.shelfLife"]),
        storage=_text(label["product.storage"]),
        net_content=_mapping(pack.data.get("netContent")) or None,
        packs=_mapping(pack.data.get("packs")) or None,
    )


def _expected_expiry(pack: PackNoted, label: Texts) -> str | None:
    made, expiry = (_date(pack.data.get(name)) for name in ("productionDate", "expiryDate"))
    expected = expected_expiry(_text(label["product.shelfLife"]), made, expiry)
    return None if expected is None else expected.isoformat()


def _tests(tx: Tx, sources: Sources, failed: Sequence[LotRow]) -> tuple[TestShown, ...]:
    """The reports behind the goods, and those that other packings of the same production batch failed."""
    lots = {**sources.lots, **{lot.id: lot for lot in failed}}
    failing = read_reports(tx.connection, [lot.id for lot in failed])
    others = [(report, row) for report, row in failing if report.conclusion == FAIL]
    signers = read_signers(tx.connection, tx.origin, [row.statement for _, row in others])
    sources = replace(sources, signers={**sources.signers, **signers})
    reports = [*sources.reports, *others]
    named = {row.statement: _mapping(report.data.get("file")) for report, row in reports}
    digests = (hex_digest(str(each["sha256"])) for each in named.values() if each)
    sent = {(one.sha256, one.stmt) for one in find_files(tx.connection, digests)}
    return tuple(
        TestShown(
            doubts=doubts_about(
                report.data,
                lots[report.lot].product_name,
                date.fromisoformat(day_of(row.occurred_at)),
                every_food_limit(),
            ),
            report_no=report.report_no,
            purpose=report.purpose,
            conclusion=report.conclusion,
            of=lots[report.lot].kind,
            product_name=lots[report.lot].product_name,
            tested_on=day_of(row.occurred_at),
            laboratory=sources.signer_name(row),
            standard=_text(report.data.get("standard")),
            items=tuple(
                {name: item.get(name) for name in ("name", "value", "unit", "limit", "method", "verdict")}
                for item in _objects(report.data.get("items"))
            ),
            statement=row.statement,
            file=_file(named[row.statement], row.statement, sent),
        )
        for report, row in reports
    )


def _file(stated_: Mapping[str, Any], stmt: str, sent: Container[tuple[str, str]]) -> FileShown | None:
    if not stated_:
        return None
    digest = hex_digest(str(stated_["sha256"]))
    return FileShown(digest, str(stated_["mediaType"]), int(stated_["bytes"]), (digest, stmt) in sent)


def _green_mark(connection: Connection, pack: PackNoted) -> MarkLicence | None:
    number = pack.data.get("lbNo")
    if not number:
        return None
    urn = f"urn:licence:{number}"
    found = read_stated(connection, "licence", [urn])
    if urn not in found:
        return MarkLicence(str(number), "unknown", None, None)
    data, _ = found[urn]
    packed = _date(pack.data.get("productionDate"))
    first, last = _date(data.get("validFrom")), _date(data.get("validTo"))
    state = "valid"
    if data.get("status") == "cancelled":
        state = "cancelled"
    elif packed is not None and last is not None and packed > last:
        state = "lapsed"
    elif packed is not None and first is not None and packed < first:
        state = "not-yet"
    return MarkLicence(str(number), state, data.get("validFrom"), data.get("validTo"))


def _origins(sources: Sources) -> tuple[Origin, ...]:
    found = {
        Origin(
            region=district_of(place.get("region")),
            crop=lot.detail.get("crop"),
            variety=lot.detail.get("variety"),
            harvested_from=day_of(lot.produced.earliest),
            harvested_to=day_of(lot.produced.latest),
            sketch=tuple((int(x), int(y)) for x, y in place.get("sketch", ())),
            area=whole_mu(place.get("areaMu")),
            village=_text(place.get("village")),
            north=place.get("north"),
            beside=tuple((int(each["at"]), str(each["what"])) for each in place.get("beside", ())),
        )
        for lot in sources.lots.values()
        for place in (sources.place(plot, lot) for plot in lot.detail.get("plots", ()))
    }
    return tuple(sorted(found, key=_by_harvest))


def _by_harvest(origin: Origin) -> tuple[Any, ...]:
    names = (origin.region, str(origin.crop), str(origin.variety), str(origin.village))
    return (origin.harvested_from, *names, origin.sketch, origin.area or 0, origin.north or 0, origin.beside)


def _signers(sources: Sources) -> tuple[Signer, ...]:
    counts: dict[tuple[str | None, tuple[str, ...], str], int] = {}
    for signed in sources.signers.values():
        name = sources.public_name(signed.holder, signed.name)
        key = (name, signed.roles, signed.custody)
        counts[key] = counts.get(key, 0) + 1
    ordered = sorted(counts.items(), key=lambda each: (str(each[0][0]), each[0][1:]))
    return tuple(Signer(*key, statements=count) for key, count in ordered)


def _proof(tx: Tx, noted: StatementRow, sources: Sources, witnesses: Collection[str]) -> ProofShown:
    """The pack's own statement: the first checkpoint that holds it and that every witness signed."""
    if noted.origin != tx.origin:
        signed = sources.signers.get(noted.statement)
        by = signed.existed_by if signed else None
        return ProofShown(_COSIGNED, len(witnesses), len(witnesses), (), _iso(by), None)
    first = find_first_covering(tx.connection, noted.index, witnesses)
    if first is None:
        newest = find_latest_checkpoint(tx.connection)
        covered = newest is not None and newest.size > noted.index
        present = sorted(newest.witnesses & set(witnesses)) if newest is not None and covered else []
        return ProofShown(_PENDING, len(present), len(witnesses), (), None, None)
    times: dict[str, datetime] = {}
    for each in first.cosignatures:
        if each.witness in witnesses:
            times.setdefault(each.witness, each.at)
    shown = tuple((name, when.isoformat()) for name, when in sorted(times.items()))
    last = max(times.values(), default=None)
    return ProofShown(_COSIGNED, len(shown), len(witnesses), shown, _iso(last), first.size)


def _marks(sources: Sources, lot: int, possible: Sequence[Mark]) -> tuple[MarkShown, ...]:
    def shown(mark: Mark) -> MarkShown:
        on = sources.lots[mark.lot or lot]
        return MarkShown(
            mark.rule, mark.code, on.kind, on.product_name, mark.gates, mark.declared, mark.lot == lot
        )

    found = [*(mark for mark, _ in sources.marks), *possible[:1]]
    return tuple(shown(mark) for mark in found if is_for_everybody(mark.code))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [_mapping(each) for each in value] if isinstance(value, list | tuple) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list | tuple) else ()


def _date(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
