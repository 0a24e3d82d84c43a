"""A port for a process that is still to start: nobody else may be given it meanwhile."""

from __future__ import annotations

import socket

from cli.demo.neighbours import free_port

MANY = 500  # of some fourteen thousand: given at random, two of them would be the same


def test_no_port_is_given_twice_and_a_server_may_listen_on_each() -> None:
    ports = [free_port() for _ in range(MANY)]
    assert len(set(ports)) == MANY
    for port in ports[:20]:
        with socket.create_server(("127.0.0.1", port)):
            pass
