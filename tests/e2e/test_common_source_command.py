"""The command that looks for a common source, on the demo's records, from the folder and over HTTP."""

from __future__ import annotations

import hashlib
from pathlib import Path

import orjson
import pytest

from cli.demo.showing import FAILED, GOOD
from cli.demo.world import world
from tests.e2e.conftest import Command, Demo

CASE, CONTROL = world().lot("P1", FAILED), world().lot("P3", GOOD)


@pytest.fixture
def asked(demo: Demo) -> tuple[str, ...]:
    return ("common-source", "--data", str(demo.data), "--failing", CASE, "--passing", CONTROL)


def test_one_failing_pack_is_a_list_with_its_caveats_and_no_ranking(asked, inside: Command) -> None:
    told = inside("--lang", "en", *asked)
    assert told.returncode == 0, told.stderr
    assert "No more in failing" in told.stdout or "Undecided" in told.stdout
    assert "Stands out" not in told.stdout
    assert "this is a list and no ranking" in told.stdout
    assert "Nobody drew the passing batches at random" in told.stdout


def test_the_document_has_the_hash_under_which_it_is_kept(asked, inside: Command, demo: Demo) -> None:
    first, again = (inside(*asked, "--json").stdout for _ in range(2))
    assert first == again
    document = orjson.loads(first)
    assert document["question"]["failing"] == [CASE]
    assert document["records"]
    assert hashlib.sha256(first.encode()).hexdigest() in kept(demo.data)


def kept(folder: Path) -> set[str]:
    from trace.platform.opening import open_platform
    from trace.store.bulk import select

    platform = open_platform(folder)
    try:
        with platform.transactions.look() as tx:
            return {row[0] for row in select(tx.connection, "SELECT hash FROM analysis")}
    finally:
        platform.close()


def test_a_batch_that_failed_does_not_count_as_passing(demo: Demo, inside: Command) -> None:
    refused = inside("common-source", "--data", str(demo.data), "--failing", CONTROL, "--passing", CASE)
    assert refused.returncode == 1
    assert "tested-both-ways" in refused.stderr


def test_the_parts_of_a_harvest_at_its_consignees_are_told(demo: Demo, inside: Command) -> None:
    told = inside("--lang", "en", "contribution", CASE, "--data", demo.data)
    assert told.returncode == 0, told.stderr
    assert "Made of (share of the lot, amount):" in told.stdout
    assert "Sent (amount of the lot, of how much in all):" in told.stdout
    assert " kg  urn:lot:" in told.stdout
    document = orjson.loads(inside("contribution", CASE, "--data", demo.data, "--json").stdout)
    assert document["question"] == {"name": "contribution", "lot": CASE}
    assert document["answer"]["sources"]
