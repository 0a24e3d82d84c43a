"""`./greentrace token`: API tokens, each for an organisation and the scopes that it may use."""

from __future__ import annotations

from pathlib import Path

import click

from cli.speaking import language
from trace.calendar.shanghai import day_of
from trace.parties import DEPARTMENTS, REGULATORS, ROLES, SCOPES, STEPS, parse_urn
from trace.platform.opening import open_platform
from trace.usecases.accounts.tokens import (
    Terms,
    ending_tokens,
    issue_token,
    person_named,
    require_department,
    revoke_tokens,
)
from trace.wording import say


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
@click.option("--holder", default="", help="urn:uscc:… of the organisation")
@click.option("--label", default="", help="what the token is for")
@click.option("--scope", multiple=True, type=click.Choice(SCOPES))
@click.option(
    "--department", type=click.Choice(sorted(DEPARTMENTS)), help="of an authority: market or agriculture"
)
@click.option(
    "--region", default="", help="of an authority: what the GB/T 2260 codes of its area begin with, or CN"
)
@click.option("--days", type=int, help="how long it lasts, where that is to be less than a year")
@click.option("--role", multiple=True, type=click.Choice(sorted(ROLES)), help="role of the caller")
@click.option("--person", default="", help="login of its member: cases:write acts as that person")
@click.option("--revoke", is_flag=True, help="end every token of this holder and label instead")
@click.option("--ending", is_flag=True, help="list the tokens that end within 30 days instead")
def token(
    data: Path,
    holder: str,
    label: str,
    scope: tuple[str, ...],
    department: str | None,
    region: str,
    days: int | None,
    role: tuple[str, ...],
    person: str,
    revoke: bool,
    ending: bool,
) -> None:
    """Issue an API token; it is shown once and kept only as a hash. It lasts a year, or --days."""
    roles = frozenset(role) | ({DEPARTMENTS[department]} if department else set())
    if not ending:
        _require_holder(holder)
    if not (ending or revoke):
        _require_grants(scope, roles, region)
        if STEPS in scope and not person:
            raise click.UsageError("--person …")
    platform = open_platform(data)
    try:
        if ending:
            for one in ending_tokens(platform.transactions):
                click.echo(
                    say(
                        language(),
                        "token.ending",
                        holder=one.holder,
                        label=one.label,
                        until=day_of(one.until),
                    )
                )
        elif revoke:
            ended = revoke_tokens(platform.transactions, holder, label)
            click.echo(say(language(), "token.revoked", count=ended))
        else:
            given_to = person_named(platform.transactions, holder, person) if person else ""
            terms = Terms(region, days, given_to)
            click.echo(issue_token(platform.transactions, holder, label, scope, sorted(roles), terms))
    finally:
        platform.close()


def _require_holder(holder: str) -> None:
    """A number that is none is refused; a wrong check character is told, as registers have some."""
    if not holder:
        raise click.UsageError("--holder …")
    if parse_urn(holder).warnings:
        click.echo(say(language(), "token.check-character", holder=holder), err=True)


def _require_grants(scope: tuple[str, ...], roles: frozenset[str], region: str) -> None:
    if not scope:
        raise click.UsageError("--scope …")
    if len(REGULATORS & roles) > 1:
        raise click.UsageError("--department: market | agriculture")
    if region and REGULATORS.isdisjoint(roles):
        raise click.UsageError("--region … --department …")
    require_department(scope, roles, region)
