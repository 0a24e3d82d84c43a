"""The log as witnesses, auditors and other platforms read it over HTTP."""

from __future__ import annotations

import hashlib

import orjson

from tests.e2e.conftest import Told
from tests.servers.door import ORIGIN
from trace.ledger.checkpoint import parse_checkpoint
from trace.ledger.jwk import thumbprint
from trace.ledger.leaf import parse_leaf
from trace.ledger.merkle import leaf_hash, verify_inclusion
from trace.ledger.note import parse_note
from trace.ledger.policy import parse_policy
from trace.ledger.proof import parse_hashes
from trace.ledger.statement import parse_statement, statement_id
from trace.ledger.tiles import TileTree, decode_entries


def _checkpoint(told: Told):
    note = told.door.get("/log/checkpoint")
    assert note.headers["Cache-Control"] == "no-cache"
    policy = parse_policy(told.door.get("/.well-known/trace-policy").text)
    checkpoint, times = policy.open(note.text)
    assert len(times) == 2
    assert checkpoint.origin == ORIGIN
    return checkpoint


def test_tiles_and_entries_give_the_root_that_was_cosigned(told: Told) -> None:
    checkpoint = _checkpoint(told)
    token = told.door.token("urn:uscc:A", "log:entries")
    width = checkpoint.size % 256
    bundle = told.door.get(f"/log/tile/entries/000.p/{width}", token)
    leaves = decode_entries(bundle.data)
    assert len(leaves) == checkpoint.size
    tree = TileTree()
    tree.extend([leaf_hash(leaf) for leaf in leaves])
    assert tree.root() == checkpoint.root
    tile = told.door.get(f"/log/tile/0/000.p/{width}")
    assert "immutable" in tile.headers["Cache-Control"]
    assert tile.data == b"".join(leaf_hash(leaf) for leaf in leaves)
    assert told.door.get(f"/log/tile/0/000.p/{width + 1}").status_code == 404


def test_a_checkpoint_that_is_known_is_not_sent_again(told: Told) -> None:
    first = told.door.get("/log/checkpoint")
    again = told.door.get("/log/checkpoint", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert told.door.get("/log/checkpoint", If_None_Match='"other"').data == first.data


def test_the_leaves_say_nothing_about_the_business(told: Told) -> None:
    token = told.door.token("urn:uscc:A", "log:entries")
    width = _checkpoint(told).size % 256
    text = told.door.get(f"/log/tile/entries/000.p/{width}", token).data.decode("utf-8", "replace")
    for word in ("urn:lot", "urn:uscc", "稻谷", "16900"):
        assert word not in text
    stmts = {one.statement_id for one in told.story.receipts.values()}
    leaves = decode_entries(told.door.get(f"/log/tile/entries/000.p/{width}", token).data)
    assert stmts <= {parse_leaf(leaf).statement_id for leaf in leaves}


def test_the_key_statements_are_what_a_witness_needs(told: Told) -> None:
    token = told.door.token("urn:uscc:A", "log:entries")
    found = told.door.get("/log/keys", token).json["statements"]
    assert [one["index"] for one in found] == [0, 1, 2, 3]
    assert {parse_statement(one["jws"]).claims.typ for one in found} == {"party.key.register"}
    part = told.door.get("/log/keys?start=1&end=2", token).json["statements"]
    assert [one["index"] for one in part] == [1]


def test_keys_are_shown_with_holder_and_place(told: Told) -> None:
    kid = told.story.farm.key.kid
    key = told.door.get(f"/api/v1/keys/{kid}").json
    assert key["holder"] == told.story.farm.iss
    assert key["registeredAt"] == 1
    assert key["revokedAt"] is None
    assert len(key["statements"]) == 1
    assert told.door.get("/api/v1/keys/unknown").json["code"] == "unknown-key"


def test_the_key_set_is_a_jwk_set_whose_ids_are_thumbprints(told: Told) -> None:
    keys = told.door.get("/.well-known/jwks.json").json["keys"]
    assert {one["kid"] for one in keys} == {
        one.key.kid for one in (told.story.farm, told.story.mill, told.story.lab, told.door.registrar)
    }
    assert all("d" not in one for one in keys)
    for one in keys:
        bare = {name: one[name] for name in ("crv", "kty", "x", "y") if name in one}
        assert thumbprint(bare) == one["kid"]


def test_the_feed_is_read_in_pages_to_its_end_and_each_item_proves_itself(told: Told) -> None:
    token = told.door.token("urn:uscc:A", "feed:read")
    cursor, seen = "", []
    while True:
        page = told.door.get(f"/api/v1/feed?after={cursor}&limit=7", token)
        assert page.status_code == 200
        notes = {one.size: one for one in map(_read, page.json["checkpoints"])}
        for item in page.json["items"]:
            checkpoint = notes[item["under"]]
            leaf = item["leaf"].encode()
            verify_inclusion(
                item["index"], checkpoint.size, leaf_hash(leaf), parse_hashes(item["proof"]), checkpoint.root
            )
            statement = parse_statement(orjson.dumps(item["jws"]))
            assert parse_leaf(leaf).statement_id == statement.statement_id
            assert not statement.disclosures
            seen.append(item["index"])
        if page.json["next"] == cursor or not page.json["items"]:
            break
        cursor = page.json["next"]
    assert seen == list(range(_checkpoint(told).size))


def _read(note: str):
    return parse_checkpoint(parse_note(note).text)


def test_a_page_that_did_not_change_is_not_sent_again(told: Told) -> None:
    token = told.door.token("urn:uscc:A", "feed:read")
    first = told.door.get("/api/v1/feed?limit=3", token)
    same = told.door.get("/api/v1/feed?limit=3", token, If_None_Match=first.headers["ETag"])
    assert (same.status_code, same.data) == (304, b"")
    other = told.door.get("/api/v1/feed?after=3&limit=3", token, If_None_Match=first.headers["ETag"])
    assert other.status_code == 200
    assert told.door.get("/api/v1/feed?after=zwei", token).json["code"] == "cursor-malformed"
    assert told.door.get("/api/v1/feed?limit=501", token).json["code"] == "shape"


def test_statement_ids_are_the_digest_of_the_compact_form(told: Told) -> None:
    stmt = told.story.receipts["pack"].statement_id
    compact = told.story.statements["pack"].compact
    assert statement_id(compact) == stmt
    assert len(hashlib.sha256(compact.encode()).digest()) == 32


def test_metrics_count_what_was_taken_and_name_nobody(told: Told) -> None:
    text = told.door.get("/metrics").text
    figures = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    size = _checkpoint(told).size
    assert float(figures['greentrace_statements_accepted_total{state="logged"}']) == size
    assert float(figures["greentrace_log_entries"]) == size
    assert float(figures["greentrace_log_cosigned"]) == size
    assert float(figures["greentrace_checkpoint_age_seconds"]) >= 0
    assert float(figures["greentrace_batch_seconds_count"]) > 0
    told.door.post("/api/v1/statements", b"{}")
    assert 'greentrace_statements_refused_total{code="statement-malformed"}' in told.door.get("/metrics").text
    assert "urn:" not in text


def test_health_and_readiness(told: Told) -> None:
    assert told.door.get("/healthz").json == {"status": "ok"}
    ready = told.door.get("/readyz").json
    assert ready["status"] == "ready"
    assert ready["recallStatus"] == {"state": "none", "asOf": None}
    assert ready["lagging"] == ["snapshot"]  # packs are there, and nobody has signed what is recalled
