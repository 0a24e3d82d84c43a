"""The numbers, tables and the example of docs/record-format.md against the code that they describe."""

from __future__ import annotations

import re
from pathlib import Path

import orjson
import pytest

from tests.architecture.project_files import text_of
from trace.chain.facts.snapshot import MOST_TAGS
from trace.ledger.algorithms import PrivateKey
from trace.ledger.bundle.form import MAX_CHECKPOINTS, MAX_ENTRIES, VIEWS
from trace.ledger.bundle.verdict import STEPS, StepState
from trace.ledger.canonical import MAX_BYTES, MAX_DEPTH, b64u, unb64u
from trace.ledger.keys import CUSTODIES, REASONS
from trace.ledger.leaf import leaf_of, lot_tag, parse_leaf
from trace.ledger.note import MAX_LINES, MAX_NOTE
from trace.ledger.proof import MAX_HASHES
from trace.ledger.statement import (
    MAX_ENVELOPE,
    TYPE,
    Statement,
    label_digest,
    parse_statement,
    verify_statement,
)
from trace.ledger.tiles import MAX_ENTRY

PAGE = text_of(Path("docs/record-format.md"))


def _section(number: str) -> str:
    """A numbered section with what stands below it, up to the next of its depth or above."""
    found = re.search(rf"^(#+) {re.escape(number)}\.? .*$", PAGE, re.MULTILINE)
    assert found, number
    rest = PAGE[found.end() :]
    following = re.search(rf"^#{{2,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: following.start()] if following else rest


def _rows(number: str) -> list[list[str]]:
    lines = [line for line in _section(number).splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


EXAMPLE = _section("3.8")
CLAIMS, LEAF = re.findall(r"```json\n(.*?)\n```", EXAMPLE, re.DOTALL)
GIVEN = {name: value.strip("`") for name, value in _rows("3.8") if name}
KEY = PrivateKey.from_seed(bytes(range(32)))


@pytest.fixture(name="statement")
def _statement() -> Statement:
    header = orjson.dumps({"alg": "EdDSA", "kid": GIVEN["kid"], "typ": TYPE}, option=orjson.OPT_SORT_KEYS)
    return parse_statement(
        {
            "protected": b64u(header),
            "payload": b64u(CLAIMS.encode()),
            "signature": GIVEN["signature"],
            "header": {"disclosures": [GIVEN["disclosure"]]},
        }
    )


def test_the_example_is_signed_by_the_key_of_its_seed(statement: Statement) -> None:
    assert GIVEN["kid"] == KEY.kid
    verify_statement(statement, KEY.public_key())


def test_the_example_has_the_ids_and_the_disclosure_that_are_printed(statement: Statement) -> None:
    assert statement.statement_id == GIVEN["statement id"]
    assert label_digest(statement.compact) == GIVEN["label digest"]
    assert statement.revealed_data() == {"crop": "tomato", "worker": "W. L."}


def test_the_leaf_of_the_example_is_the_one_printed(statement: Statement) -> None:
    secret = unb64u(GIVEN["lot secret"])
    assert leaf_of(statement, secret).encode().decode() == LEAF
    assert parse_leaf(LEAF.encode()).lot_tag == lot_tag(secret, statement.claims.sub)


def test_the_steps_are_listed_in_their_order() -> None:
    listed = [(int(row[0]), row[1].strip("`")) for row in _rows("10.2") if row[0].isdigit()]
    assert listed == list(enumerate(STEPS, 1))


def test_the_states_of_a_step_are_named() -> None:
    assert {f"`{state.value}`" for state in StepState} <= set(re.findall(r"`\w+`", _section("10.3")))


def test_the_members_of_a_leaf_are_listed() -> None:
    listed = {row[0].strip("`") for row in _rows("5.1") if row[0].startswith("`")}
    assert listed == {*orjson.loads(LEAF), "s2"}


@pytest.mark.parametrize(
    ("section", "words"),
    [("4.2", CUSTODIES), ("4.3", REASONS), ("9.1", VIEWS), ("9.3", VIEWS)],
)
def test_closed_lists_are_complete(section: str, words: frozenset[str]) -> None:
    assert {word for word in words if f"`{word}`" not in _section(section)} == set()


@pytest.mark.parametrize(
    ("section", "said", "number"),
    [
        ("2", r"(\d+) KiB", MAX_BYTES // 1024),
        ("2", r"(\d+) containers", MAX_DEPTH),
        ("3.1", r"(\d+) KiB", MAX_ENVELOPE // 1024),
        ("5.3", r"at most ([\d,]+) bytes", MAX_ENTRY),
        ("5.4", r"(\d+) lines", MAX_LINES),
        ("5.4", r"([\d,]+) bytes", MAX_NOTE),
        ("5.6", r"at most (\d+) hashes", MAX_HASHES),
        ("9.1", r"1 to ([\d,]+) entries", MAX_ENTRIES),
        ("9.1", r"1 to ([\d,]+) logs", MAX_CHECKPOINTS),
        ("11", r"([\d,]+) tags", MOST_TAGS),
    ],
)
def test_limits_are_those_of_the_code(section: str, said: str, number: int) -> None:
    text = " ".join(_section(section).split())
    found = re.search(said, text)
    assert found
    assert int(found[1].replace(",", "")) == number
