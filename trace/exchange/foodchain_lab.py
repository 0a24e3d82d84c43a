"""Tables of FoodChain-Lab, the tracing tool of food authorities: stations, deliveries, relations, scores.

A folder holds `in_stations.csv` (ID), `in_deliveries.csv` (ID, from, to, and where they are known
`Date Delivery` and `Date Delivery Arrival`) and, perhaps, `in_relations.csv` (ID, Next: what it went into).
Other columns are read over.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Final

from trace.chain.lineage.deliveries import Delivery, DeliveryNetwork
from trace.chain.lineage.scores import Score, Scores, score_network
from trace.errors.deliveries import (
    DeliveryColumnMissing,
    DeliveryIdMissing,
    DeliveryIdTwice,
    DeliveryTableMissing,
)
from trace.exchange.partial_dates import partial_date
from trace.exchange.score_settings import ScoreSettings
from trace.exchange.tabular.csv_file import read_csv
from trace.exchange.tabular.package import Limits

STATIONS: Final = "in_stations.csv"
DELIVERIES: Final = "in_deliveries.csv"
RELATIONS: Final = "in_relations.csv"
COLUMNS: Final = (
    "ID",
    "Score",
    "Normalized Score",
    "Positive Score",
    "Negative Score",
    "Backward",
    "Forward",
)
_LIMITS: Final = Limits(file_bytes=2**30, rows=10**7, columns=2_000)


@dataclass(frozen=True, slots=True)
class DeliveryTables:
    """What the tables say; `skipped` are (file, row, name of what it refers to) that refer to nothing.

    `listed` are all deliveries in their order, also those whose station does not exist: they have a row and
    no part in anything.
    """

    stations: tuple[str, ...]
    listed: tuple[str, ...]
    deliveries: tuple[Delivery, ...]
    relations: tuple[tuple[str, str], ...]
    skipped: tuple[tuple[str, int, str], ...]


def read_tables(folder: Path) -> DeliveryTables:
    """The tables of a folder; raises what `trace.errors.deliveries` and `csv_file.read_csv` name."""
    skipped: list[tuple[str, int, str]] = []
    stations = tuple(row["ID"] for _, row in _unique(folder, STATIONS, ("ID",)))
    known, listed, deliveries = frozenset(stations), list[str](), list[Delivery]()
    for number, row in _unique(folder, DELIVERIES, ("ID", "from", "to")):
        listed.append(row["ID"])
        absent = [row[end] for end in ("from", "to") if row[end] not in known]
        if absent:
            skipped.append((DELIVERIES, number, absent[0]))
            continue
        left, arrived = (
            partial_date(row.get(name, "")) for name in ("Date Delivery", "Date Delivery Arrival")
        )
        deliveries.append(Delivery(row["ID"], row["from"], row["to"], left, arrived))
    names, relations = {one.name for one in deliveries}, list[tuple[str, str]]()
    for number, row in _rows(folder, RELATIONS, ("ID", "Next")) if (folder / RELATIONS).exists() else ():
        absent = [row[end] for end in ("ID", "Next") if row[end] not in names]
        if absent:
            skipped.append((RELATIONS, number, absent[0]))
        else:
            relations.append((row["ID"], row["Next"]))
    return DeliveryTables(stations, tuple(listed), tuple(deliveries), tuple(relations), tuple(skipped))


def score_tables(tables: DeliveryTables, settings: ScoreSettings) -> Scores:
    """The scores of all stations and deliveries; a merged station stands where its first part stood."""
    deliveries = [
        Delivery(one.name, one.supplier, one.recipient, partial_date(settings.dates[one.name]), one.arrival)
        if one.name in settings.dates
        else one
        for one in tables.deliveries
    ]
    merged = settings.switches.merged
    stations = list(dict.fromkeys(merged.get(name, name) for name in tables.stations))
    network = DeliveryNetwork(deliveries, tables.relations, settings.switches)
    return score_network(network, stations, tables.listed, settings.weights, settings.observed)


def score_table(scores: Mapping[str, Score]) -> bytes:
    """The scores as the tool itself writes them: CSV in UTF-8, lines by CR LF, numbers as doubles."""
    written = StringIO(newline="")
    table = csv.writer(written)
    table.writerow(COLUMNS)
    for name, one in scores.items():
        numbers = (one.score, one.normalized, one.positive, one.negative)
        table.writerow([name, *(_double(number) for number in numbers), one.backward, one.forward])
    return written.getvalue().encode()


def _double(number: Fraction) -> str:
    return repr(float(number))


def _unique(folder: Path, file: str, wanted: Sequence[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    seen = set[str]()
    for number, row in _rows(folder, file, wanted):
        if not row["ID"]:
            raise DeliveryIdMissing(file=file, row=number)
        if row["ID"] in seen:
            raise DeliveryIdTwice(file=file, row=number, id=row["ID"])
        seen.add(row["ID"])
        yield number, row


def _rows(folder: Path, file: str, wanted: Sequence[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows below the headings, by heading, with their number; blank rows and a blank file have none."""
    path = folder / file
    if not path.is_file():
        raise DeliveryTableMissing(file=file)
    headings: list[str] | None = None
    for number, cells in enumerate(read_csv(file, path.read_bytes(), _LIMITS).rows, 1):
        texts = [str(cell).strip() for cell in cells]
        if not any(texts):
            continue
        if headings is None:
            headings = texts
            for name in wanted:
                if name not in headings:
                    raise DeliveryColumnMissing(file=file, column=name)
            continue
        yield number, dict(zip(headings, [*texts, *[""] * (len(headings) - len(texts))], strict=False))
    if headings is None and file != RELATIONS:
        raise DeliveryColumnMissing(file=file, column=wanted[0])
