"""`./greentrace systems`: what waits for the named systems is sent, and how each of them stands."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import click

from cli.speaking import language
from trace.calendar.shanghai import SHANGHAI_TIME, in_zone
from trace.platform.opening import open_platform
from trace.platform.systems import hosts_of, ports_of
from trace.usecases.systems.exchange_documents import exchange_documents
from trace.usecases.systems.read_systems import read_standings
from trace.wording import say

_DATA = click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
_STATES = ("pending", "failing", "late", "sent", "accepted", "rejected", "superseded")


@click.command("send")
@_DATA
@click.option("--again", is_flag=True, help="hand over again what was refused or failed")
def send(data: Path, again: bool) -> None:
    """One round of exchange of DATA with every system that platform.toml names.

    The exit code is 1 where one did not answer or something stands refused.
    """
    with closing(open_platform(data)) as platform, ports_of(platform.folder) as ports:
        if not ports:
            raise click.ClickException(say(language(), "systems.none"))
        rounds = exchange_documents(platform.transactions, ports, again=again)
    for one in rounds:
        told = {"system": one.system, "states": _told(one.states), "received": one.received}
        click.echo(say(language(), "systems.round", **told))
        if one.error:
            click.echo(say(language(), "systems.silent", system=one.system, reason=one.error), err=True)
    if any(one.error or one.states.get("rejected") for one in rounds):
        sys.exit(1)


@click.command("states")
@_DATA
def states(data: Path) -> None:
    """How each system stands that the profile of DATA asks for."""
    with closing(open_platform(data)) as platform:
        standings = read_standings(platform.transactions, hosts_of(platform.folder))
    for one in standings:
        name = one.system.zh if language() == "zh-CN" else one.system.en
        if not one.connected:
            click.echo(say(language(), "systems.not-connected", system=one.system.id, name=name))
            continue
        heard = one.contact.heard_at
        at = "-" if heard is None else in_zone(heard, SHANGHAI_TIME).strftime("%Y-%m-%d %H:%M")
        told = {
            "system": one.system.id,
            "name": name,
            "host": one.host,
            "states": _told(one.states),
            "at": at,
        }
        click.echo(say(language(), "systems.connected", **told))
        if one.contact.error:
            silent = {"system": one.system.id, "reason": one.contact.error}
            click.echo(say(language(), "systems.silent", **silent), err=True)


def _told(counts: Mapping[str, int]) -> str:
    """States and their numbers, in one order; "-" for none."""
    shown = [(name, counts[name]) for name in _STATES if counts.get(name)]
    return ", ".join(f"{say(language(), f'systems.state.{name}')} {count}" for name, count in shown) or "-"
