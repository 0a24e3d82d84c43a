"""Probing: a reader without right is told the same of what exists and of what does not, on every route."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from api.access import TABLE
from tests.builders import facts as made
from tests.builders.print_shop import Shop
from tests.builders.signed_rice import H1, K1
from tests.servers.door import Door
from trace.parties import SCOPES


@dataclass(frozen=True, slots=True)
class Thing:
    """What a part of a route stands for: one that is there, of others, and one that never was."""

    there: str
    absent: str


@dataclass(frozen=True, slots=True)
class Town:
    """A platform with a mill's goods, statements, print runs and uploads, and a stranger's tokens."""

    door: Door
    things: dict[str, list[Thing]]
    strangers: dict[str, str]


@pytest.fixture(scope="module")
def town(tmp_path_factory, databases) -> Iterator[Town]:
    with Door(tmp_path_factory.mktemp("probing"), databases.migrated("sqlite")) as door:
        shop = Shop(door)
        run, box = shop.asked(), made.an_aggregation(containers=[])
        when = door.clock()
        shop.story.log("box", shop.story.mill.state("code.aggregate", box["container"], box, at=when))
        mill = door.token(made.uscc(made.MILL), "statements:write")
        upload = door.post("/api/v1/uploads", UPLOAD, mill, kind="application/json")
        assert upload.status_code == 201, upload.text
        lots = [made.lot(made.MILL, "R1"), H1, made.lot(made.COOPERATIVE, "C1"), K1]
        things = {
            "{lot}": [Thing(one, one.rpartition(":")[0] + ":NONE") for one in lots],
            "{run}": [Thing(run["id"], "7e45f5950c90763fd18c0cb58eb75dcc")],
            "{sscc}": [Thing(box["container"].rpartition(":")[2], NO_BOX)],
            "{upload}": [Thing(upload.json["id"], "C" * len(upload.json["id"]))],
        }
        strangers = {scope: door.token(made.uscc(made.TOFU), scope) for scope in sorted(SCOPES)}
        yield Town(door, things, {"nobody": ""} | strangers)


NO_BOX = "095212341000009990"
UPLOAD = {"name": "进货.xlsx", "bytes": 100, "sha256": "ab" * 32, "format": "xlsx"}
PARTS = ("{lot}", "{run}", "{upload}")
NAMED = [line for line in TABLE if any(part in line for part in PARTS)]


def asked(town: Town, line: str, part: str, name: str, token: str) -> tuple[int, str]:
    """Status and body of an answer, without what was asked for in it."""
    verb, _, route = line.partition(" ")
    plain = route.replace(part, name).replace("{number}", "0")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body: dict[str, Any] | None = {} if verb in {"POST", "PUT"} else None
    answer = town.door.client.open(plain, method=verb, json=body, headers=headers)
    text = re.sub(r'"instance":"[^"]*"', "", answer.text)
    return answer.status_code, text.replace(name, "…").replace(name.rpartition(":")[2], "…")


def is_public(town: Town, part: str, name: str, token: str) -> bool:
    """Whether a reader may know that a lot is there: shoppers see it, or firms of the trade do."""
    return part == "{lot}" and asked(town, "GET /api/v1/lots/{lot}", part, name, token)[0] == 200


@pytest.mark.parametrize("line", NAMED)
def test_what_one_may_not_see_is_told_like_what_never_was(town: Town, line: str) -> None:
    (part,) = (one for one in PARTS if one in line)
    found: list[Any] = []
    tried = 0
    for thing in town.things[part]:
        for scope, token in town.strangers.items():
            known_by = town.strangers["trace:own"] if scope in TABLE[line].scopes else token
            if is_public(town, part, thing.there, known_by):
                continue
            tried += 1
            there, absent = (asked(town, line, part, name, token) for name in (thing.there, thing.absent))
            if there != absent:
                found.append((thing.there, scope, there, absent))
    assert found == []
    assert tried >= 5, line


def test_a_container_of_others_is_unknown_to_a_stranger(town: Town) -> None:
    """One that is packed, for who has no part in it, and one that never was."""
    line, part = "GET /api/v1/containers/{sscc}", "{sscc}"
    packed, absent = town.things[part][0].there, town.things[part][0].absent
    mill = town.door.token(made.uscc(made.MILL), "trace:own")
    assert asked(town, line, part, packed, mill)[0] == 200
    for scope, token in town.strangers.items():
        assert asked(town, line, part, packed, token) == asked(town, line, part, absent, token), scope


def test_every_line_that_names_goods_or_work_of_others_is_tried() -> None:
    """The others are public by themselves (a statement's proof by its id, keys, tiles, recalls), or numbers
    of lists that an authority has of its area; an analysis is asked for by others
    in tests/integration/usecases/test_kept_analyses.py."""
    named = {line for line in TABLE if "{" in line}
    shown = ["{kid}", "{code}", "{statement}", "{level}", "{path}", "{sha256}", "{number}"]
    shown += ["{sscc}", "{stmt}", "{hash}"]
    assert {line for line in named if not any(part in line for part in shown)} <= set(NAMED)
