"""`./greentrace register`: a registrar signs applications for keys, its own first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import orjson

from cli.client.http import Problem
from cli.keys import load_key
from cli.seat import Seat, seated
from trace.exchange.draft import Draft, RowOrigin, draft_key
from trace.ledger.keys import REGISTER, registration_data
from trace.parties import REGISTRAR, ROLES
from trace.wording import say

_DAYS = 730


@click.command()
@click.argument("applications", type=click.Path(path_type=Path, exists=True, dir_okay=False), nargs=-1)
@click.option("--own-name", default="", help="register the registrar's own key first, under this name")
@click.option("--own-role", multiple=True, type=click.Choice(sorted(ROLES)), help="what else it may state")
@seated
def register(applications: tuple[Path, ...], own_name: str, own_role: tuple[str, ...], seat: Seat) -> None:
    """Sign APPLICATIONS, as `enrol` and `setup` print them, and send them to the platform."""
    desk = seat.desk()
    applied: list[Mapping[str, Any]] = []
    if own_name and not _is_registered(desk.client.get_json, load_key(seat.key_path).kid):
        now = desk.now().replace(microsecond=0)
        own = load_key(seat.key_path)
        roles = (REGISTRAR, *own_role)
        told: dict[str, Any] = {"valid_from": now, "valid_to": now + timedelta(days=_DAYS)}
        applied.append(
            registration_data(own, seat.iss, own_name, roles=roles, streams=("*",), custody="file", **told)
        )
    applied += [_read(path, seat.lang) for path in applications]
    if not applied:
        raise click.UsageError(say(seat.lang, "register.nothing"))
    for data in applied:
        draft = _draft(seat.iss, data, desk.now().replace(microsecond=0))
        new = desk.fresh([draft])
        for answer in desk.state(new):
            click.echo(say(seat.lang, "register.done", kid=data["kid"], index=answer["index"]))
        if not new:
            click.echo(say(seat.lang, "register.known", kid=data["kid"]))


def _draft(iss: str, data: Mapping[str, Any], now: Any) -> Draft:
    key = draft_key(iss, REGISTER, str(data["kid"]))
    return Draft(REGISTER, data["holder"]["iss"], now, data, (), (), RowOrigin("register", ()), key)


def _is_registered(get_json: Any, kid: str) -> bool:
    try:
        get_json(f"/api/v1/keys/{kid}")
    except Problem as problem:
        if problem.status != 404:
            raise
        return False
    return True


def _read(path: Path, lang: str) -> Mapping[str, Any]:
    try:
        data = orjson.loads(path.read_bytes())
        if isinstance(data["kid"], str) and isinstance(data["holder"]["iss"], str):
            return dict(data)
    except (orjson.JSONDecodeError, KeyError, TypeError):
        pass
    raise click.ClickException(say(lang, "register.not-an-application", file=path.name))
