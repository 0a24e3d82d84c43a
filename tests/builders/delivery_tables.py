"""Delivery tables in a folder, as an authority's tool has them, and scores read back."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

HEADINGS = ("ID", "from", "to", "Date Delivery", "Date Delivery Arrival")


def written(
    folder: Path,
    stations: Iterable[str],
    deliveries: Iterable[tuple[str, str, str, str, str]],
    relations: Iterable[tuple[str, str]] | None,
) -> Path:
    """The folder with its tables; without relations there is no table of them."""
    folder.mkdir(parents=True, exist_ok=True)
    _table(folder / "in_stations.csv", ("ID",), [(one,) for one in stations])
    _table(folder / "in_deliveries.csv", HEADINGS, deliveries)
    if relations is not None:
        _table(folder / "in_relations.csv", ("ID", "Next"), relations)
    return folder


def settings_in(folder: Path, settings: Mapping[str, object]) -> Path:
    path = folder / "settings.json"
    path.write_text(json.dumps(settings), "utf-8")
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _table(path: Path, headings: Iterable[str], lines: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(headings)
        table.writerows(lines)
