"""Mass balance as a question: of a firm over a period, or of every firm in a region; kept as a document.

A firm asks for itself, an authority for the firms of its area. What is private to a counterpart is in it only
as that counterpart handed it to the firm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from trace.chain.lineage.report import used_record
from trace.errors import FirmOutOfSight, RightMissing
from trace.ledger.canonical import hex_digest
from trace.oversight.analysis import Analysis, Known, written_list
from trace.oversight.balance.batches import Batch
from trace.oversight.balance.excess import DOUBT, OVER, amount_json, percent_of, up
from trace.oversight.balance.pairs import Trade
from trace.oversight.balance.plots import Field
from trace.parties import OWN, REGULATOR_AGRI, REGULATOR_MARKET, Actor
from trace.store.analyses.documents import known_until
from trace.store.analyses.firm_rows import is_on_record, list_issuers
from trace.store.base import to_micros
from trace.store.lots.scope import master_data
from trace.store.transaction import Transactions, Tx
from trace.usecases.analyses.keep_analysis import Kept, keep_analysis, keep_in
from trace.usecases.analyses.progress import BALANCING, Progress, unheard
from trace.usecases.balance.firm_balance import FirmBalance
from trace.usecases.ledgers.period import Period
from trace.usecases.lots.sight import parties_in_area

_SUPERVISES: Final = frozenset({REGULATOR_AGRI, REGULATOR_MARKET})
NAME: Final = "mass-balance"
OF_REGION: Final = "mass-balance-of-region"
ASSUMED: Final[Mapping[str, str]] = {
    "raw": "what packs under a licence lead to inside the firm counts whole, at the largest yield on its way",
    "certain": "receipts of both sides' word and own harvests; a claim counts in the larger balance alone",
    "shortDelivery": "what is missing of a delivery is outstanding until its receiver says that it is final",
    "codes": "a code that is not void may stand on a pack",
    "stock": "nothing was in stock before the first record",
}


@dataclass(frozen=True, slots=True)
class Balanced:
    """A firm's balance with the document that is kept of it."""

    kept: Kept
    balance: FirmBalance


def balance_of_firm(transactions: Transactions, actor: Actor, firm: str, period: Period) -> Balanced:
    """The firm's balance over the period, kept; raises `FirmOutOfSight` for whoever may not ask for it."""
    with transactions.look(actor.subject) as tx:
        require_recorded_firm(tx, actor, firm)
        known = known_until(tx.connection, tx.origin, tx.now)
        balance = FirmBalance(tx.connection, firm, *_span(period), tx.rules)
        analysis = analysis_of(tx, balance, period, known)
    beside = firm if actor.party != firm else ""
    return Balanced(keep_analysis(transactions, actor, analysis, about=firm, beside=beside), balance)


def balance_of_region(
    transactions: Transactions, actor: Actor, region: str, period: Period, told: Progress = unheard
) -> Kept:
    """Every firm of the region that stated anything of the period; each firm's own document is kept beside.
    An authority is no firm: it states what is done about goods and has none.

    Raises `FirmOutOfSight` for a region that is not the authority's.
    """
    if not actor.oversees:
        raise RightMissing(scope=OWN)
    with transactions.look(actor.subject) as tx:
        if not within_area(region, actor.region):
            raise FirmOutOfSight(firm=region)
        known = known_until(tx.connection, tx.origin, tx.now)
        since, until = _span(period)
        asked = Actor(actor.subject, None, actor.roles, actor.scopes, region)
        every = list_issuers(tx.connection, since, until)
        listed = set(filter(None, parties_in_area(tx.connection, asked, every)))
        firms = sorted(listed - _authorities(tx, listed))
        found = []
        for place, firm in enumerate(firms):
            told(BALANCING, place, len(firms))
            found.append(FirmBalance(tx.connection, firm, since, until, tx.rules))
        documents = [analysis_of(tx, balance, period, known) for balance in found]
        rules = tx.rules.version
    with transactions.begin(actor.subject) as tx:
        kept = [
            keep_in(tx, actor, document, about=balance.firm)
            for balance, document in zip(found, documents, strict=True)
        ]
        lines = [_line(balance, one.hash) for balance, one in zip(found, kept, strict=True)]
        records = [
            used_record(stmt, hex_digest(stmt), "signed")
            for balance in found
            for excess in balance.excesses
            for side in excess.records.values()
            for stmt in side
        ]
        whole = Analysis(
            question={"name": OF_REGION, "region": region, **_days(period)},
            assumptions=ASSUMED,
            known=known,
            rules=rules,
            asked=tuple({key: rule for one in found for key, rule in one.asked.items()}.values()),
            records=tuple(records),
            answer={"firms": lines, "totals": _totals(lines)},
        )
        return keep_in(tx, actor, whole, about=f"region:{region}")


def _authorities(tx: Tx, parties: set[str]) -> set[str]:
    said = master_data(tx.connection, "party", parties)
    return {urn for urn, data in said.items() if not _SUPERVISES.isdisjoint(data.get("roles") or ())}


def require_firm(tx: Tx, actor: Actor, firm: str) -> None:
    """Return for the firm itself and for an authority whose area holds it; raises `FirmOutOfSight`."""
    if actor.party == firm:
        return
    if not actor.oversees or not parties_in_area(tx.connection, actor, [firm]):
        raise FirmOutOfSight(firm=firm)


def require_recorded_firm(tx: Tx, actor: Actor, firm: str) -> None:
    """As `require_firm`, where something is on record of the firm: what is not found of a mistyped one would
    read as if all were well."""
    require_firm(tx, actor, firm)
    if actor.party != firm and not is_on_record(tx.connection, firm):
        raise FirmOutOfSight(firm=firm)


def analysis_of(tx: Tx, balance: FirmBalance, period: Period, known: Known) -> Analysis:
    """The document of a balance."""
    return Analysis(
        question={"name": NAME, "firm": balance.firm, **_days(period)},
        assumptions=ASSUMED,
        known=known,
        rules=tx.rules.version,
        asked=tuple(balance.asked.values()),
        records=written_list(
            used_record(stmt, hex_digest(stmt), "signed") for stmt in sorted(filter(None, balance.records))
        ),
        answer={
            "excesses": [one.as_dict() for one in balance.excesses],
            "batches": written_list(map(batch_line, balance.batches)),
            "noted": balance.noted,
            "certified": balance.runs,
            "licenceYears": balance.years,
            "plots": list(map(_plot_line, balance.fields)),
            "pairs": list(map(trade_line, balance.trades)),
        },
    )


def batch_line(batch: Batch) -> dict[str, Any]:
    """A batch as a line of the answer."""
    return {
        "lot": batch.lot,
        "product": batch.product_name,
        "process": batch.process,
        "in": amount_json(batch.inflow, batch.unit),
        "rework": amount_json(batch.rework, batch.unit),
        "out": {kind: amount_json(micro, batch.unit) for kind, micro in sorted(batch.outflow.items())},
        "loss": amount_json(batch.loss, batch.unit),
        "unaccounted": amount_json(batch.unaccounted, batch.unit),
        "yield": batch.yielded,
        "unknownLinks": batch.unknown,
        "record": batch.record,
    }


def trade_line(trade: Trade) -> dict[str, Any]:
    """A trade as a line of the answer."""
    return {
        "seller": trade.seller,
        "buyer": trade.buyer,
        "product": trade.product,
        **{
            name: amount_json(getattr(trade, name), trade.unit)
            for name in ("sent", "received", "unanswered", "claimed", "difference")
        },
        "percent": percent_of(trade.difference, trade.received + trade.claimed),
    }


def _plot_line(field: Field) -> dict[str, Any]:
    return {
        "plots": list(field.plots),
        "crop": field.crop,
        "harvested": amount_json(field.harvested, "kg"),
        "area": None if field.area is None else amount_json(up(field.area * 1_000_000), "亩"),
    }


def _line(balance: FirmBalance, key: str) -> dict[str, Any]:
    states = Counter(one.state for one in balance.excesses)
    return {
        "firm": balance.firm,
        "analysis": key,
        OVER: states[OVER],
        DOUBT: states[DOUBT],
        "batches": len(balance.batches),
        "excesses": [one.as_dict() for one in balance.excesses],
    }


def _totals(lines: list[dict[str, Any]]) -> dict[str, int]:
    counted = {name: sum(line[name] for line in lines) for name in (OVER, DOUBT, "batches")}
    return {**counted, "firms": len(lines)}


def within_area(region: str, area: str) -> bool:
    """Whether an authority of that area may ask for that region."""
    return area == "CN" or region.startswith(area)


def _days(period: Period) -> dict[str, str]:
    return {"from": period.first.isoformat(), "to": period.last.isoformat()}


def _span(period: Period) -> tuple[int, int]:
    return to_micros(period.begins), to_micros(period.ends)
