"""What a caller prefers, and the few places in which requests wait for cosignatures."""

from __future__ import annotations

import threading

import pytest

from api.waiting import WAIT_AT_MOST, WAIT_SECONDS, Preference, WaitingPlaces, places_among


@pytest.mark.parametrize(
    ("fields", "seconds", "applied"),
    [
        ([], WAIT_SECONDS, ""),
        (["return=minimal"], WAIT_SECONDS, ""),
        (["wait=5"], 5, "wait=5"),
        (['Wait = "5"; x=1'], 5, "wait=5"),
        (["wait=0"], 0, "wait=0"),
        (["wait=3, wait=9"], 3, "wait=3"),
        (["handling=lenient", "respond-async, wait=4"], 4, "wait=4"),
        (["respond-async"], 0, "respond-async"),
        (["wait=11"], WAIT_AT_MOST, "wait=10"),
        ([f"wait={'9' * 5000}"], WAIT_AT_MOST, "wait=10"),
        (['foo="a,wait=0"'], WAIT_SECONDS, ""),
        (['a; b="c,wait=0", wait=5'], 5, "wait=5"),
        (["wait=-1"], WAIT_SECONDS, ""),
        (["wait=1.5"], WAIT_SECONDS, ""),
        (["wait=٣"], WAIT_SECONDS, ""),
        (["wait"], WAIT_SECONDS, ""),
    ],
)
def test_a_preference_is_heeded_as_far_as_it_is_understood(fields, seconds, applied) -> None:
    found = Preference.of(fields)
    assert (found.seconds, found.applied) == (seconds, applied)


@pytest.mark.parametrize(("threads", "places"), [(1, 0), (3, 0), (4, 1), (8, 2), (64, 16)])
def test_a_quarter_of_the_threads_may_wait(threads: int, places: int) -> None:
    assert places_among(threads) == places


def test_whoever_finds_no_place_is_told_at_once_and_a_place_is_given_back() -> None:
    places = WaitingPlaces(1)
    with places.place() as first, places.place() as second:
        assert (first, second) == (True, False)
    with pytest.raises(ZeroDivisionError), places.place():
        raise ZeroDivisionError
    with places.place() as again:
        assert again
    with WaitingPlaces(0).place() as none:
        assert not none


def test_places_are_counted_across_threads() -> None:
    places = WaitingPlaces(2)
    inside, leave, got = threading.Barrier(5), threading.Event(), []

    def wait() -> None:
        with places.place() as taken:
            got.append(taken)
            inside.wait(10)
            leave.wait(10)

    threads = [threading.Thread(target=wait) for _ in range(4)]
    for thread in threads:
        thread.start()
    inside.wait(10)
    leave.set()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False, False, True, True]
