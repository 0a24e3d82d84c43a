"""Waiting for a record's cosignatures: woken when they are there, and not before."""

from __future__ import annotations

import threading
import time

from trace.usecases.log.cosigned_size import CosignedSize


def test_a_waiter_is_woken_by_the_size_that_holds_its_record() -> None:
    cosigned = CosignedSize()
    woken: list[bool] = []
    waiter = threading.Thread(target=lambda: woken.append(cosigned.wait_for(7, 20)))
    waiter.start()
    cosigned.tell(7)  # the entries 0 … 6
    waiter.join(0.1)
    assert waiter.is_alive()
    cosigned.tell(8)
    waiter.join(10)
    assert woken == [True]
    assert cosigned.holds(7)
    assert not cosigned.holds(8)


def test_who_waits_in_vain_goes_after_its_time() -> None:
    begun = time.monotonic()
    assert not CosignedSize().wait_for(0, 0.05)
    assert time.monotonic() - begun >= 0.05


def test_what_was_signed_stays_signed_when_an_older_round_ends_later() -> None:
    cosigned = CosignedSize()
    cosigned.tell(10)
    cosigned.tell(4)
    assert cosigned.wait_for(9, 0)
