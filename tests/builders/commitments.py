"""Data of a farm's commitment of a year, one keyword away from trouble."""

from __future__ import annotations

from typing import Any, Final

from tests.builders import facts as made

SHAPE: Final = [[0, 0], [1000, 0], [1000, 500], [0, 500]]
PROMISES: Final = [
    "no_banned_inputs", "intervals_kept", "records_kept", "tested_or_controlled", "checks_assisted",
]  # fmt: skip


def a_commitment(**changed: Any) -> dict[str, Any]:
    """One plot of rice, and every promise."""
    data = {
        "year": 2026,
        "plots": [a_committed_plot()],
        "grown": [{"crop": "水稻", "variety": "（演示）南粳", "way": "open_field"}],
        "activities": ["growing", "selling"],
        "promises": PROMISES,
    }
    return {name: value for name, value in {**data, **changed}.items() if value is not made.ABSENT}


def a_committed_plot(number: int = 1, **changed: Any) -> dict[str, Any]:
    """A plot of the farm with its shape."""
    record = made.statement_id(f"place{number}")
    plot = {"plot": made.plot(number), "areaMu": "28.6", "sketch": SHAPE, "placeRecord": record}
    return {**plot, **changed}
