"""Hand-overs at random are judged alike by Python and by the script of the page."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scanner_web.assets.script import joined_script
from tests import soak
from tests.builders.pairing_story import NAMES, Story
from tests.builders.random_pairs import random_story
from tests.verifier.node import node_or_skip
from trace.chain.pack_contents import SIGNS, UNIT_WORDS
from trace.ledger.pairing import pair
from trace.quantities import UNITS, factor

pytestmark = pytest.mark.unmeasured


RUN = Path(__file__).parents[1] / "verifier/pairs.mjs"
STORIES, PIECES = 4_000, 25
"""Stories in `make test`, and how often as many others in soak: a hundred thousand."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AS_DATA = {
    "receipt": NAMES.receipt,
    "confirmation": NAMES.confirmation,
    "refusal": NAMES.refusal,
    "handovers": {typ: [one.lot, one.from_lot, one.receiver] for typ, one in NAMES.handovers.items()},
    "units": {unit: list(factor(unit)) for unit in UNITS},
    "tolerance": [2, 100],
    "records": sorted(NAMES.records),
    "words": dict(UNIT_WORDS),
    "signs": dict(SIGNS),
}


def micros(when: datetime | None) -> str | None:
    return None if when is None else str((when - EPOCH) // timedelta(microseconds=1))


def as_data(story: Story, withheld: tuple[str, ...]) -> dict[str, Any]:
    statements = [
        {
            "id": one.id,
            "typ": one.typ,
            "iss": one.iss,
            "data": one.data,
            "valid": one.valid,
            "place": {
                "origin": one.place.origin,
                "index": one.place.index,
                "by": micros(one.place.by),
                "after": micros(one.place.after),
            },
        }
        for one in story.statements
    ]
    return {"statements": statements, "withheld": withheld}


def by_python(story: Story, withheld: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {
            "receipt": one.receipt,
            "handover": one.handover,
            "state": one.state,
            "reason": one.reason,
            "by": micros(one.place.by) if one.place else None,
            "at": one.place.index if one.place else None,
        }
        for one in pair(story.statements, NAMES, withheld=withheld)
    ]


def by_script(stories: list[dict[str, Any]], folder: Path) -> list[Any]:
    script = folder / "verify.mjs"
    script.write_text(joined_script(), encoding="utf-8")
    asked = {"script": str(script), "names": AS_DATA, "stories": stories}
    ran = subprocess.run(
        [node_or_skip(), "--no-warnings", str(RUN)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr
    told: list[Any] = json.loads(ran.stdout)
    return told


def differences(first: int, stories: int, folder: Path) -> tuple[Counter[tuple[str, str]], list[Any]]:
    told = [random_story(seed) for seed in range(first, first + stories)]
    due = [by_python(*one) for one in told]
    said = by_script([as_data(*one) for one in told], folder)
    states = Counter((one["state"], one["reason"]) for each in due for one in each)
    return states, [
        (first + at, one, other)
        for at, (one, other) in enumerate(zip(due, said, strict=True))
        if one != other
    ]


def test_random_stories_are_judged_alike(tmp_path):
    states, found = differences(0, STORIES, tmp_path)
    assert found == []
    assert {"confirmed", "disputed", "claimed", "refused", "withdrawn", "through", "returned"} <= {
        state for state, _ in states
    }
    assert len({reason for _, reason in states}) > 10, states
    assert min(states["confirmed", "not-comparable"], states["disputed", "receipts-exceed"]) > 50, states


@pytest.mark.soak
def test_many_random_stories_are_judged_alike(tmp_path):
    states: Counter[tuple[str, str]] = Counter()
    found: list[Any] = []
    first = soak.seed(1_000_000)
    for piece in soak.tried("random hand-overs", range(PIECES), each=STORIES):
        ended, differing = differences(first + piece * STORIES, STORIES, tmp_path)
        states.update(ended)
        found += differing
    soak.tell(f"{states.total():,} receipts: {dict(states.most_common())}")
    assert found == []
