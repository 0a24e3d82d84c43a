"""One row deleted, altered or put in by the database's administrator: who notices, audit or replay.

Each line is one thing that can be done to the tables, with what the audit calls it; `UNNOTICED` is what
neither can see (docs/operations.md lists it).
"""

from __future__ import annotations

from dataclasses import replace as altered
from datetime import timedelta

import pytest

from tests.servers.platform import AGRI, LOT_KEY
from tests.servers.watched import LAST, SPRAYINGS
from trace.exchange.farm.pages import FeedItem
from trace.store.projections import TABLES
from trace.usecases.intake.replay_log import replay
from trace.usecases.log.audit_log import audit_log

DAY = 86_400_000_000

OWN = {
    **{
        f"own {column}": (f"UPDATE log_entry SET {column} = '{value}' WHERE idx = 3", "column-differs")
        for column, value in (
            ("stmt", "A" * 43),
            ("kid", "A" * 43),
            ("typ", "farm.operation"),
            ("iss", "urn:uscc:91310000MA1FL0LG7A"),
            ("stream", "other"),
            ("seq", "77"),
            ("sub", "urn:lot:x:y"),
        )
    },
    "own bytes": ("UPDATE log_entry SET jws = replace(jws, '.', '.A') WHERE idx = 3", "signature-wrong"),
    "own leaf": ("UPDATE log_entry SET leaf = replace(leaf, 'k', 'j') WHERE idx = 3", "leaf-differs"),
    "own time later": (
        f"UPDATE log_entry SET logged_at = logged_at + {DAY} WHERE idx >= 3",
        "time-contradicted",
    ),
    "own time earlier": (
        f"UPDATE log_entry SET logged_at = logged_at - {DAY} WHERE idx = 4",
        "time-contradicted",
    ),
    "own order of times": (
        "UPDATE log_entry SET logged_at = logged_at - 1000000 WHERE idx = 3",
        "time-backwards",
    ),
    "own arrival": ("UPDATE log_entry SET arrival = 0 WHERE idx = 4", "arrival-backwards"),
    "tile altered": (
        "UPDATE log_tile SET hashes = (SELECT root FROM log_checkpoint WHERE size = 4)",
        "tile-differs",
    ),
    "tile deleted": ("DELETE FROM log_tile", "tile-differs"),
    "tile put in": (
        "INSERT INTO log_tile (level, n, hashes) SELECT 5, 5, hashes FROM log_tile",
        "tile-unknown",
    ),
    "checkpoint deleted": ("DELETE FROM log_checkpoint WHERE size = 4", "checkpoint-missing"),
    "checkpoint's root": (
        "UPDATE log_checkpoint SET root = (SELECT hashes FROM log_tile) WHERE size = 4",
        "column-differs",
    ),
    "checkpoint's note": ("UPDATE log_checkpoint SET note = 'x' || note WHERE size = 4", "root-differs"),
    "checkpoint's time": (f"UPDATE log_checkpoint SET at = at + {DAY} WHERE size = 4", "checkpoint-time"),
    "cosignature deleted": (
        "DELETE FROM log_cosignature WHERE size = 4 AND witness = 'witness.test/agri'",
        "cosignature-missing",
    ),
    "cosignature's line": (
        "UPDATE log_cosignature SET line = line || 'A' WHERE size = 4",
        "witness-line-wrong",
    ),
    "cosignature's time": (
        "UPDATE log_cosignature SET at = at - 60000000 WHERE size = 4",
        "witness-line-wrong",
    ),
    "signers noted": (
        "UPDATE log_signers SET signers = 'witness.test/agri' WHERE size = 4",
        "signer-unnoted",
    ),
}
_GONE = f"DELETE FROM evidence_entry WHERE idx IN ({', '.join(map(str, SPRAYINGS))})"
_GONE_RUNS = "DELETE FROM evidence_run"
_UNPROJECTED = "DELETE FROM statement WHERE typ = 'farm.operation'"
_TAIL = f"DELETE FROM evidence_entry WHERE idx >= {SPRAYINGS[0]}"
CARRIED = {
    **{
        f"carried {column}": (
            f"UPDATE evidence_entry SET {column} = '{value}' WHERE idx = {SPRAYINGS[0]}",
            "column-differs",
        )
        for column, value in (
            ("stmt", "A" * 43),
            ("kid", "A" * 43),
            ("typ", "farm.harvest"),
            ("iss", "urn:uscc:91310000MA1FL0LG7A"),
            ("stream", "other"),
            ("seq", "77"),
            ("sub", "urn:lot:x:y"),
        )
    },
    **{
        f"carried {column}": (f"UPDATE evidence_entry SET {column} = {value} WHERE idx = 3", "evidence-wrong")
        for column, value in (
            ("jws", "replace(jws, '.', '.A')"),
            ("leaf", "replace(leaf, 'k', 'j')"),
            ("lot_secret", "'AAAAAAAAAAAAAAAAAAAAAA'"),
            ("proof", "'[]'"),
            ("checkpoint_size", "8"),
            ("existed_by", "existed_by - 1000000"),
        )
    },
    "carried arrival": ("UPDATE evidence_entry SET arrival = 99 WHERE idx = 3", "arrival-missing"),
    "four sprayings deleted": (_GONE, "evidence-missing"),
    "… and their places": ((_GONE, _GONE_RUNS), "evidence-missing"),
    "… and what tables tell of them": ((_GONE, _GONE_RUNS, _UNPROJECTED), "evidence-missing"),
    "… and how far the feed was read": (
        (_GONE, _GONE_RUNS, _UNPROJECTED, "DELETE FROM feed_cursor"),
        "arrival-missing",
    ),
    "all from the first spraying on": ((_TAIL, _GONE_RUNS), "evidence-missing"),
    "a whole log deleted": (
        ("DELETE FROM evidence_entry", "DELETE FROM evidence_checkpoint", _GONE_RUNS),
        "evidence-missing",
    ),
    "carried checkpoint deleted": ("DELETE FROM evidence_checkpoint", "evidence-wrong"),
    "carried checkpoint's note": (
        "UPDATE evidence_checkpoint SET note = 'x' || note",
        "evidence-checkpoint-wrong",
    ),
    "carried checkpoint's size": (
        "UPDATE evidence_checkpoint SET size = size + 1",
        "evidence-checkpoint-wrong",
    ),
    "carried under another name": (
        "UPDATE evidence_entry SET origin = 'trace.test/other' WHERE idx = 3",
        "evidence-log-unknown",
    ),
    "a place put in": (
        "INSERT INTO evidence_run SELECT origin, 50, 51, 90, 1 FROM feed_cursor",
        "evidence-missing",
    ),
    "a place taken out": (_GONE_RUNS, "evidence-unrecorded"),
}
OTHER = {
    "disclosure's value": (
        "UPDATE disclosure SET encoded = encoded || 'A'",
        "disclosure-wrong",
    ),
    "disclosure's digest": ("UPDATE disclosure SET digest = 'A' || digest", "disclosure-wrong"),
    "disclosure of another statement": (
        "UPDATE disclosure SET stmt = (SELECT stmt FROM log_entry WHERE idx = 3)",
        "disclosure-wrong",
    ),
    "disclosure of no statement": ("UPDATE disclosure SET stmt = 'A'", "disclosure-wrong"),
}
PROJECTED = {
    **{
        f"statement's {column}": (f"UPDATE statement SET {column} = {value} WHERE idx = 3", "column-differs")
        for column, value in (
            ("stmt", "'A'"),
            ("typ", "'food.merge'"),
            ("iss", "'urn:uscc:x'"),
            ("sub", "'urn:lot:x:y'"),
            ("occurred_at", "occurred_at + 1"),
            ("logged_at", "logged_at + 1"),
            ("arrival", "arrival + 100"),
        )
    },
    "statement deleted": ("DELETE FROM statement WHERE idx = 3", "projection-missing"),
}


@pytest.mark.parametrize(
    "frauds", [OWN, CARRIED, OTHER, PROJECTED], ids=["own", "carried", "other", "projected"]
)
def test_the_auditor_notices(watched, frauds) -> None:
    unnoticed = {}
    watched.save()
    for fraud, (steps, code) in frauds.items():
        watched.tamper(*([steps] if isinstance(steps, str) else steps))
        found = watched.audit()
        if code not in found:
            unnoticed[fraud] = (code, found)
        watched.restore()
    assert unnoticed == {}
    assert watched.audit() == set()


def test_replay_notices_what_was_done_to_statements(watched) -> None:
    watched.save()
    for steps, _ in PROJECTED.values():
        watched.tamper(steps)
        assert "statement" in replay(watched.platform.transactions).differing, steps
        assert not replay(watched.platform.transactions).equal, "a finding does not erase itself"
        watched.restore()
    watched.tamper(PROJECTED["statement deleted"][0])
    assert replay(watched.platform.transactions, repair=True).kept
    assert replay(watched.platform.transactions).equal
    assert watched.audit() == set()


def test_replay_names_the_table_in_which_rows_are_gone_or_came(watched) -> None:
    watched.save()
    for table in TABLES:
        if watched.platform.count(table.name) == 0:
            values = ["0" if one.type.python_type is int else "'x'" for one in table.columns]
            names = ", ".join(f'"{one.name}"' for one in table.columns)
            watched.tamper(f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join(values)})')
        else:
            watched.tamper(f'DELETE FROM "{table.name}"')
        report = replay(watched.platform.transactions)
        assert table.name in report.differing
        assert not report.kept
        watched.restore()


def test_missing_evidence_is_named_by_its_place(watched) -> None:
    watched.tamper(_GONE)
    missing = [one for one in watched.named() if one["code"] == "evidence-missing"]
    assert {(one["log"], one["index"]) for one in missing} == {(AGRI, index) for index in SPRAYINGS}


# What the audit must not accuse ----------------------------------------------------------------------------


def test_reading_the_feed_again_after_its_cursor_is_lost_changes_nothing(watched) -> None:
    watched.tamper("DELETE FROM feed_cursor")
    assert watched.audit() == set()
    assert watched.pull() == {"taken": 0, "known": LAST + 1, "refused": 0}
    assert watched.audit() == set()


def test_a_feed_that_leaves_something_out_is_no_finding(unread, grower) -> None:
    unread.watch.publish(unread.platform, unread.cosigners)
    assert unread.pull(left_out=SPRAYINGS)["taken"] == LAST + 1 - len(SPRAYINGS)
    assert unread.audit() == set()
    unread.tamper(f"DELETE FROM evidence_entry WHERE idx = {LAST}")
    assert "evidence-missing" in unread.audit(), "what came is missed all the same"


def test_what_came_and_could_not_be_verified_is_told_and_is_no_finding(unread, grower) -> None:
    def spoil(item: FeedItem) -> FeedItem:
        return (
            FeedItem(item.jws, item.log, item.index, item.leaf, (), item.under) if item.index == 4 else item
        )

    unread.watch.publish(unread.platform, unread.cosigners)
    assert unread.pull(spoil=spoil) == {"taken": LAST, "known": 0, "refused": 1}
    assert unread.audit() == set()
    policy = unread.watch.policy(unread.cosigners)
    registrars = frozenset({unread.platform.registrar.key.kid})
    report = audit_log(
        unread.platform.transactions, policy, registrars, LOT_KEY, neighbours=unread.trust.policies
    )
    assert report.counts()["refused"] == 1


def test_entries_that_came_without_their_checkpoint_are_told(unread, grower) -> None:
    def spoil(item: FeedItem) -> FeedItem:
        return altered(item, under=None) if item.index == 4 else item

    unread.watch.publish(unread.platform, unread.cosigners)
    unread.pull(spoil=spoil)
    assert unread.platform.count("evidence_refusal") == 1
    assert unread.audit() == set()


UNNOTICED = {
    "a value erased": "DELETE FROM disclosure",
    "who handed an entry in": "UPDATE log_entry SET via = 'somebody'",
    "the rule version": "UPDATE log_entry SET rules = 'other' WHERE idx = 3",
    "when evidence came": "UPDATE evidence_entry SET received_at = received_at + 1",
    "the last checkpoint with its lines": (
        "DELETE FROM log_cosignature WHERE size = 5",
        "DELETE FROM log_signers WHERE size = 5",
        "DELETE FROM log_checkpoint WHERE size = 5",
    ),
    "all of another log with every trace of it": (
        "DELETE FROM evidence_entry",
        "DELETE FROM evidence_checkpoint",
        "DELETE FROM evidence_run",
        "DELETE FROM feed_cursor",
        "DELETE FROM statement WHERE origin <> 'trace.test/food'",
        "UPDATE log_entry SET arrival = idx",
        "UPDATE statement SET arrival = idx + 1",
    ),
}


def test_nobody_inside_the_platform_notices(watched) -> None:
    """As docs/operations.md says; the last two are seen by witnesses and by the next reading of the feed."""
    watched.save()
    for steps in UNNOTICED.values():
        watched.tamper(*([steps] if isinstance(steps, str) else steps))
        assert watched.audit() == set(), steps
        watched.restore()


def test_a_log_that_vanished_is_read_again_from_its_feed(watched) -> None:
    watched.tamper(*UNNOTICED["all of another log with every trace of it"])
    replay(watched.platform.transactions, repair=True)
    assert watched.pull()["taken"] == LAST + 1


def test_clocks_that_differ_by_minutes_are_no_finding(platform, grower, watch, clock) -> None:
    cosigners = [watch.witness("agri", platform), watch.witness("market", platform)]
    platform.log(grower.harvest("H0"))
    clock.advance(-timedelta(minutes=4))
    assert not watch.publish(platform, cosigners).pending
    assert watch.audit(platform, cosigners, LOT_KEY) == set()


def test_a_platform_clock_that_was_wrong_by_an_hour_is_a_finding(platform, grower, watch, clock) -> None:
    cosigners = [watch.witness("agri", platform), watch.witness("market", platform)]
    platform.log(grower.harvest("H0"))
    clock.advance(-timedelta(hours=1))
    assert not watch.publish(platform, cosigners).pending
    assert watch.audit(platform, cosigners, LOT_KEY) == {"time-contradicted", "checkpoint-time"}
