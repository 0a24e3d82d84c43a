"""The named systems that a platform is connected to: those whose address stands in platform.toml."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from trace.exchange.system_port import HttpSystem, SystemPort
from trace.exchange.transport import Bounds, Transport, host_of
from trace.platform.folder import PlatformFolder
from trace.rules.systems import named_systems

_SECONDS = 15.0


def hosts_of(folder: PlatformFolder) -> dict[str, str]:
    """System -> host, of those that are connected."""
    told = folder.neighbours
    return {name: host_of(told[name]) for name in named_systems() if told.get(name)}


@contextmanager
def ports_of(folder: PlatformFolder) -> Iterator[dict[str, SystemPort]]:
    """System -> its port, as long as the block; tokens are keys/<system>.token."""
    opened = {
        name: HttpSystem(
            folder.neighbours[name],
            token=folder.read_named(f"{name}.token"),
            transport=Transport(Bounds(read=_SECONDS, whole=_SECONDS)),
        )
        for name in hosts_of(folder)
    }
    try:
        yield dict(opened)
    finally:
        for port in opened.values():
            port.close()
