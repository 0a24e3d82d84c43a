"""Print runs over both databases: two who ask at once, parts made at once, and a recall between them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from tests.builders import facts as made
from tests.builders.signed_rice import K1, SignedRice
from tests.servers.platform import TestPlatform
from tests.servers.served import RING
from trace.codes.intervals import Interval
from trace.errors import (
    CodeWouldNotResolve,
    LotNotHeld,
    PartsDiffer,
    PrintedBefore,
    Refusal,
    RunTaken,
    RunUnknown,
)
from trace.parties import VISITOR, Actor
from trace.store.printing.print_runs import find_run, put_part
from trace.usecases.intake.replay_log import replay
from trace.usecases.printing.print_manifest import manifest_of
from trace.usecases.printing.print_parts import Press
from trace.usecases.printing.print_runs import (
    RunRequest,
    ask_run,
    list_runs,
    look_at_run,
    restored,
    withdraw_run,
)

CLERK = Actor("clerk", made.uscc(made.MILL))
WISH = RunRequest("csv", "ZT230", Interval(0, 25_000))
URL = "https://id.trace.test"


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        serials = {"epoch": "0", "first": 0, "count": 30_000}
        story = SignedRice(running, clock, packed={"codeLevel": "item", "serials": serials})
        for step in (story.begin, story.harvests, story.receive, story.make, story.pack):
            step()
        yield running


def at_once(works: Sequence[Callable[[], object]]) -> list[object]:
    """What works that start together return or raise, in the order in which they end."""
    found: list[object] = []
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        start.wait()
        try:
            found.append(work())
        except Refusal as refusal:
            found.append(refusal)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_of_two_who_ask_at_once_one_prints(platform):
    found = at_once([lambda: ask_run(platform.transactions, K1, WISH, CLERK, URL)] * 4)
    refused = [each for each in found if isinstance(each, PrintedBefore)]
    assert len(refused) == 3
    assert platform.count("print_run") == 1


def test_parts_made_at_once_are_one_part(platform):
    asked = ask_run(platform.transactions, K1, WISH, CLERK, URL)
    press = Press(platform.transactions, RING, CLERK)
    found = at_once([lambda: press.part(asked.row.id, 1)] * 4)
    assert len(found) == 4
    assert all(each == found[0] for each in found)
    assert platform.count("print_part") == 1
    assert look_at_run(platform.transactions, asked.row.id, CLERK).state == "printing"


def test_a_file_that_came_out_otherwise_is_never_given_away(platform):
    asked = ask_run(platform.transactions, K1, WISH, CLERK, URL)
    press = Press(platform.transactions, RING, CLERK)
    part, _ = press.part(asked.row.id, 0)
    with platform.transactions.begin("test") as tx:
        put_part(tx.connection, asked.row.id, 1, replace(part, sha256="0" * 64), tx.now)
    with pytest.raises(PartsDiffer):
        press.part(asked.row.id, 1)


def test_a_code_that_leads_to_another_lot_is_not_printed(platform):
    """Each code of a part is tried as the resolver reads it: here another lot has taken the last ones."""
    asked = ask_run(platform.transactions, K1, WISH, CLERK, URL)
    press = Press(platform.transactions, RING, CLERK)
    with platform.transactions.begin("test") as tx:
        tx.connection.exec_driver_sql(
            "INSERT INTO code_range (id, lot, scope, epoch, first, count) SELECT id + 1, "
            "(SELECT min(id) FROM lot), scope, epoch, 24000, 9 FROM code_range"
        )
    press.part(asked.row.id, 1)
    with pytest.raises(CodeWouldNotResolve) as refused:
        press.part(asked.row.id, 2)
    assert refused.value.params["code"] == RING.key("0", asked.row.scope).serial(24_000)
    assert platform.count("print_part") == 1


def test_the_row_is_all_that_is_needed_to_make_the_run_again(platform):
    asked = ask_run(platform.transactions, K1, WISH, CLERK, URL)
    with platform.transactions.look() as tx:
        row = find_run(tx.connection, asked.row.id)
    assert row == asked.row
    run, family = restored(row.described)
    assert run.described(family)["job"] == row.described["job"]


def test_a_run_has_the_number_of_what_was_asked_for(platform):
    first = ask_run(platform.transactions, K1, WISH, CLERK, URL).row.id
    withdraw_run(platform.transactions, first, CLERK)
    assert ask_run(platform.transactions, K1, WISH, CLERK, URL).row.id == first
    again = ask_run(platform.transactions, K1, replace(WISH, again="受潮重打"), CLERK, URL).row.id
    assert again != first
    assert [each.row.id for each in list_runs(platform.transactions, K1, CLERK)] == [first, again]


def test_a_run_that_was_withdrawn_meanwhile_gives_no_part_away(platform):
    asked = ask_run(platform.transactions, K1, WISH, CLERK, URL)
    press = Press(platform.transactions, RING, CLERK)
    found = at_once(
        [
            lambda: withdraw_run(platform.transactions, asked.row.id, CLERK),
            lambda: press.part(asked.row.id, 0),
        ]
    )
    refused = [each for each in found if isinstance(each, Refusal)]
    assert len(refused) == 1
    assert isinstance(refused[0], RunUnknown | RunTaken)
    assert platform.count("print_part") == platform.count("print_run")


def test_strangers_neither_ask_nor_see(platform):
    stranger = Actor("stranger", made.uscc(made.TOFU))
    with pytest.raises(LotNotHeld):
        ask_run(platform.transactions, K1, WISH, stranger, URL)
    run = ask_run(platform.transactions, K1, WISH, CLERK, URL).row.id
    for who in (stranger, VISITOR):
        with pytest.raises(RunUnknown):
            look_at_run(platform.transactions, run, who)
        with pytest.raises(RunUnknown):
            Press(platform.transactions, RING, who).part(run, 0)
        with pytest.raises(RunUnknown):
            withdraw_run(platform.transactions, run, who)
    assert list_runs(platform.transactions, K1, stranger) == []


def test_replay_leaves_print_runs_alone(platform):
    run = ask_run(platform.transactions, K1, replace(WISH, interval=Interval(0, 10)), CLERK, URL).row.id
    Press(platform.transactions, RING, CLERK).part(run, 0)
    before = manifest_of(platform.transactions, run, CLERK)
    assert replay(platform.transactions).equal
    assert manifest_of(platform.transactions, run, CLERK) == before
