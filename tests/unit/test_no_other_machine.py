"""The tests stay on this machine, and threads that begin together are all traced."""

from __future__ import annotations

import socket
import sys
import threading

import pytest


@pytest.mark.parametrize("way", ["connect", "connect_ex"])
def test_a_test_that_reaches_for_another_machine_fails_there(way: str) -> None:
    with socket.socket() as one, pytest.raises(RuntimeError, match=r"192\.0\.2\.1"):
        getattr(one, way)(("192.0.2.1", 80))


def test_this_machine_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as one:
        assert one.connect_ex(server.getsockname()) == 0


def test_threads_that_begin_together_can_all_be_traced() -> None:
    refused: list[BaseException] = []

    def begin() -> None:
        kept = sys.gettrace()
        try:
            for _ in range(2_000):
                sys.settrace(kept)
        except RuntimeError as error:
            refused.append(error)

    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=begin) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(switching)
    assert refused == []
