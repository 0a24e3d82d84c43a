"""The balance of one firm over a period: the five levels drawn up from its rows, and what passes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Final

from trace.calendar.shanghai import day_of
from trace.chain.admission.licence import licence_year, packed_in_year_before
from trace.oversight.balance.batches import PRODUCT, Batch
from trace.oversight.balance.certificate import beyond_approved, claimed_by_codes
from trace.oversight.balance.excess import DOUBT, OVER, Excess, amount_json, up
from trace.oversight.balance.pairs import Trade
from trace.oversight.balance.plots import Field, fields_of
from trace.oversight.balance.running import Entry, Running, in_order, running
from trace.quantities import Quantity
from trace.rules import Rule, Rules
from trace.store.analyses.firm_rows import read_balance_marks, read_licences, stream_firm
from trace.store.base import from_micros
from trace.store.chain.master import read_counting
from trace.store.columns import json_value
from trace.store.transaction import Connection
from trace.usecases.balance.credits import Credited, credits_of, debits_of
from trace.usecases.balance.firm_rows_read import FirmBooks, Pack
from trace.usecases.balance.trades import read_trades

Document = dict[str, Any]
_HOUR: Final = 3_600_000_000


@dataclass
class FirmBalance:
    """The five levels of a firm's balance within [since, until) in microseconds."""

    connection: Connection
    firm: str
    since: int
    until: int
    rules: Rules
    excesses: list[Excess] = field(default_factory=list)
    asked: dict[tuple[str, date, str], Rule] = field(default_factory=dict)
    records: set[str] = field(default_factory=set)
    runs: list[Document] = field(default_factory=list)
    years: list[Document] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    trades: list[Trade] = field(default_factory=list)
    noted: list[Document] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    yields: dict[tuple[str, int], Fraction | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.books = FirmBooks(stream_firm(self.connection, self.firm, self.until), self.since, self.until)
        self.tolerance = self._rule("R18", self.until).fraction
        self.batches = self.books.batches
        self._batches()
        self._stocks()
        self._certified()
        self._plots()
        del self.books  # what is kept of them is what was found
        self._pairs()

    def _rule(self, rule: str, at: int, **when: str) -> Rule:
        found = self.rules.at(rule, _day(at), **when)
        self.asked[found.id, found.since, found.name] = found
        return found

    def most(self, process: str, at: int) -> Fraction | None:
        """The largest yield of a process; None where no rule knows it."""
        hour = process, at // _HOUR  # no day of Shanghai begins within an hour
        if hour not in self.yields:
            self.yields[hour] = self._most(process, at)
        return self.yields[hour]

    def _most(self, process: str, at: int) -> Fraction | None:
        found = self.rules.find("R18", _day(at), process=process)
        if not process or found is None or found.when.get("process") != process:
            return None
        self.asked[found.id, found.since, found.name] = found
        return Fraction(found.span[1]) / 100

    def _batches(self) -> None:
        for batch in self.batches:
            self.records.update((batch.record, *batch.into, *batch.out))
            sides = {"in": batch.into, "out": [batch.record, *batch.out]}
            subject = {"lot": batch.lot}
            if not batch.passes(self.tolerance):
                self.excesses.append(
                    Excess(
                        "batch", subject, batch.inflow * (1 + self.tolerance), Fraction(batch.given),
                        batch.unit, DOUBT if batch.unknown else OVER, "correct-batch", sides,
                        why="amount-unknown" if batch.unknown else "",
                    )
                )  # fmt: skip
            most = self.most(batch.process, batch.at)
            if most is not None and not batch.supports(most):
                made = Fraction(batch.outflow.get(PRODUCT, 0))
                allowed = (batch.inflow - batch.rework) * most + batch.rework
                self.excesses.append(
                    Excess(
                        "yield", subject, allowed, made, batch.unit, DOUBT if batch.unknown else OVER,
                        "correct-batch", sides, why="amount-unknown" if batch.unknown else "",
                        factors=[f"{batch.process} {most}"],
                    )
                )  # fmt: skip
        self._marks()

    def _marks(self) -> None:
        """What was noted of these batches when they were stated, declared reasons among it."""
        urn_of = {stock.id: stock.urn for stock in self.books.stocks.values() if stock.kind == "batch"}
        wanted = [lot for lot, stock in self.books.stocks.items() if self.books.within(stock.at)]
        for lot, code, params, declared, stmt in read_balance_marks(self.connection, wanted):
            figures = json_value(params)
            urn = urn_of.get(lot) or self.books.stocks[lot].urn
            told: Document = {name: str(figures[name]) for name in ("value", "limit") if name in figures}
            of = str(figures.get("kind", code))  # what a declared gap is about
            self.noted.append({"lot": urn, "code": of, **told, "declared": declared, "record": stmt})
            self.records.add(stmt)
        self.noted.sort(key=lambda one: (one["lot"], one["code"], one["record"]))

    def _stocks(self) -> None:
        for stock, takings in self.books.overdrawn():
            self.records.update((stock.record, *takings))
            self.excesses.append(
                Excess(
                    "stock", {"lot": stock.urn}, Fraction(stock.quantity),
                    Fraction(stock.quantity - stock.available), stock.unit, OVER, "correct-takings",
                    {"in": [stock.record], "out": takings},
                )
            )  # fmt: skip

    def _certified(self) -> None:
        by_licence: defaultdict[str, list[Pack]] = defaultdict(list)
        for pack in self.books.packs:
            by_licence[pack.licence].append(pack)
        licences = read_licences(self.connection, by_licence)
        for licence, packs in sorted(by_licence.items()):
            self.records.update(pack.record for pack in packs)
            stated, record = licences.get(licence, ({}, ""))
            if record:
                self.records.add(record)
            self._running(licence, packs)
            self._years(licence, packs, stated, record)
            for pack in packs:
                if pack.beyond and self.books.within(pack.at):
                    self._spare(pack)

    def _running(self, licence: str, packs: list[Pack]) -> None:
        units = {pack.unit for pack in packs}
        counted = credits_of(self.books, packs, self.most)
        self.records.update(one.record for one in counted)
        if len(units) > 1 or {one.unit for one in counted} - units:
            self.runs.append({"licence": licence, "judged": False, "why": "units-differ"})
            return
        (unit,) = units
        debits = debits_of(packs)
        entries = [one.entry() for one in counted]
        sure = [entry for entry, one in zip(entries, counted, strict=True) if one.certain]
        largest = running([*entries, *debits], self.since)
        certain = largest if len(sure) == len(entries) else running([*sure, *debits], self.since)
        self.runs.append(_run(licence, unit, largest, certain, counted))
        worse = largest if largest.least < 0 else certain
        if worse.least >= 0:
            return
        why = self._doubt(largest, counted)
        allowed, drawn = _until([*(entries if worse is largest else sure), *debits], worse, self.since)
        self.excesses.append(
            Excess(
                "running", {"licence": licence, "record": worse.deepest}, allowed, drawn, unit,
                DOUBT if why else OVER, "state-raw-material",
                {"in": [one.record for one in counted], "out": [one.record for one in debits]},
                why=why, factors=sorted({str(one.factor) for one in counted}),
            )
        )  # fmt: skip

    def _doubt(self, largest: Running, counted: list[Credited]) -> str:
        """Which reading would explain an overdrawn balance; "" where none does."""
        if largest.least >= 0:
            return "unconfirmed"
        if not all(one.known for one in counted):
            return "process-unknown"
        within = -largest.least <= self.tolerance * (largest.opening + largest.credited)
        return "within-tolerance" if within else ""

    def _years(self, licence: str, packs: list[Pack], stated: Mapping[str, Any], record: str) -> None:
        """Level 3: each licence year that the period touches, as far as the period goes."""
        if not stated or stated.get("approvedOutput") is None:
            return
        begins = date.fromisoformat(str(stated["validFrom"]))
        approved = Quantity.parse(stated["approvedOutput"])
        by_year: defaultdict[date, list[Pack]] = defaultdict(list)
        for pack in packs:
            by_year[licence_year(begins, _day(pack.at))].append(pack)
        for year, packed in sorted(by_year.items()):
            if not any(self.books.within(pack.at) for pack in packed):
                continue
            share = self._rule("R15", max(pack.at for pack in packed)).fraction
            before = packed_in_year_before(stated, year)
            opening = before.micro if before is not None else 0
            weight, coded = sum(pack.quantity for pack in packed), claimed_by_codes(packed)
            usable = {pack.unit for pack in packed} == {approved.base_unit}
            subject = {"licence": licence, "yearFrom": year.isoformat()}
            line = {**subject, "judged": usable, "approved": approved.as_json()}
            if not usable:
                self.years.append({**line, "why": "units-differ"})
                continue
            unit = approved.base_unit
            self.years.append(
                {
                    **line,
                    "before": amount_json(opening, unit),
                    "packed": amount_json(weight, unit),
                    "coded": amount_json(coded, unit),
                    "left": amount_json(approved.micro - opening - weight, unit),
                    "packs": len(packed),
                }
            )
            for claimed, why in ((weight, ""), (coded, "codes-unused")):
                if beyond_approved(opening, claimed, approved.micro, share) > 0:
                    sides = {"in": [record], "out": [pack.record for pack in packed]}
                    self.excesses.append(
                        Excess(
                            "certificate", subject, approved.micro * share, Fraction(opening + claimed), unit,
                            DOUBT if why else OVER, "licence-or-correction", sides, why=why,
                        )
                    )  # fmt: skip
                    break

    def _spare(self, pack: Pack) -> None:
        """Live codes for which no pack is stated: on spare labels they are no goods yet."""
        self.excesses.append(
            Excess(
                "codes", {"lot": pack.lot}, Fraction((pack.packs or 0) * pack.net),
                Fraction(pack.live * pack.net), pack.unit, DOUBT, "void-codes",
                {"in": [pack.record], "out": [pack.record]}, why="codes-unused",
            )
        )  # fmt: skip

    def _plots(self) -> None:
        harvests = self.books.harvests
        self.records.update(one.record for one in harvests)
        wanted = {(plot, self.firm) for one in harvests for plot in one.plots}
        counting = read_counting(self.connection, "place", wanted)
        areas = {
            plot: Fraction(str(data["areaMu"]))
            for (plot, _), (data, _) in counting.items()
            if "areaMu" in data
        }
        self.fields = fields_of(harvests, areas)
        seasons = _day(self.until - 1).year - _day(self.since).year + 1
        for one in self.fields:
            rule = self.rules.find("P60", _day(self.until - 1), crop=one.crop)
            if rule is None or rule.when.get("crop") != one.crop or one.area is None:
                continue
            self.asked[rule.id, rule.since, rule.name] = rule
            a_mu = int(rule.number * 1_000_000) * seasons
            if (one.beyond(a_mu) or 0) > 0:
                twice = (one.beyond(2 * a_mu) or 0) <= 0
                self.excesses.append(
                    Excess(
                        "plots", {"plots": "、".join(one.plots), "crop": one.crop}, one.area * a_mu,
                        Fraction(one.harvested), "kg", DOUBT if twice else OVER, "area-or-harvest",
                        {"in": [by.statement for (plot, _), (_, by) in counting.items() if plot in one.plots],
                         "out": [each.record for each in one.harvests]},
                        why="two-seasons" if twice else "", factors=[f"{rule.number} kg/亩 × {seasons}"],
                    )
                )  # fmt: skip

    def _pairs(self) -> None:
        tolerance = self._rule("R18", self.until, what="receipt").fraction
        self.trades = read_trades(self.connection, self.firm, self.since, self.until)
        for trade in self.trades:
            self.records.update((*trade.shipments, *trade.receipts))
            state = trade.judged(tolerance)
            if not state:
                continue
            sent, got = trade.sent + trade.unanswered, trade.received + trade.claimed
            subject = {"seller": trade.seller, "buyer": trade.buyer, "product": trade.product}
            self.excesses.append(
                Excess(
                    "pair", subject, Fraction(min(sent, got)), Fraction(max(sent, got)), trade.unit, state,
                    "ask-both", {"in": trade.receipts, "out": trade.shipments},
                    why="unanswered" if state == DOUBT else "",
                )
            )  # fmt: skip


def _until(entries: list[Entry], course: Running, since: int) -> tuple[Fraction, Fraction]:
    """What was credited and drawn until the balance was least."""
    credited = drawn = Fraction(0)
    for entry in in_order(entries):
        if not course.deepest and entry.at >= since:
            break
        if entry.amount < 0:
            drawn -= entry.amount
        else:
            credited += entry.amount
        if course.deepest and entry.record == course.deepest and entry.amount < 0:
            break
    return credited, drawn


def _run(licence: str, unit: str, largest: Running, certain: Running, counted: list[Credited]) -> Document:
    return {
        "licence": licence,
        "judged": True,
        "opening": amount_json(up(largest.opening), unit),
        "credited": amount_json(up(largest.credited), unit),
        "debited": amount_json(up(largest.debited), unit),
        "closing": amount_json(up(largest.closing), unit),
        "least": amount_json(up(largest.least), unit),
        "leastConfirmed": amount_json(up(certain.least), unit),
        "deepest": largest.deepest,
        "rawLots": len(counted),
        "unconfirmedLots": sum(not one.certain for one in counted),
    }


def _day(at: int) -> date:
    return date.fromisoformat(day_of(from_micros(at)))
