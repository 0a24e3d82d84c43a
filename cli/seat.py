"""The seat of a signer: who states, with which key, to which platform."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import click

from cli.client.http import SERVER, TOKEN, PlatformClient
from cli.client.signing_client import SigningClient
from cli.keys import load_key
from cli.speaking import lang_option
from trace.platform.clocks import clock_of


@dataclass(frozen=True, slots=True)
class Seat:
    """Who states, with which key, where to: what opens a desk."""

    key_path: Path
    iss: str
    server: str
    token: str
    stream: str
    clock: Path | None
    lang: str

    def desk(self) -> SigningClient:
        client = PlatformClient(self.server, self.token, self.lang)
        journal = self.key_path.with_suffix(f".{self.stream}.journal")
        return SigningClient(
            client, load_key(self.key_path), self.iss, self.stream, clock_of(self.clock), journal
        )


_OPTIONS = (
    click.option("--key", "key_path", type=click.Path(path_type=Path, exists=True), required=True),
    click.option("--iss", required=True, help="who states: urn:uscc:… or urn:party:…"),
    click.option("--server", envvar=SERVER, required=True, help="address of the platform"),
    click.option("--token", envvar=TOKEN, default="", help="the organisation's API token"),
    click.option("--stream", default="files", show_default=True, help="one per clerk or device"),
    click.option("--clock", type=click.Path(path_type=Path), help="the demo's clock file (demo only)"),
    lang_option,
)
_MEMBERS = tuple(member.name for member in fields(Seat))


def seated(command: Callable[..., None]) -> Callable[..., None]:
    """The options of every command that signs and uploads, gathered into the argument `seat`."""

    @functools.wraps(command)
    def run(**given: Any) -> None:
        seat = Seat(**{name: given.pop(name) for name in _MEMBERS})
        command(seat=seat, **given)

    for option in reversed(_OPTIONS):
        run = option(run)
    return run
