"""`./greentrace account`: the first person of an organisation. Everybody else is invited from the pages."""

from __future__ import annotations

from pathlib import Path

import click

from cli.speaking import language
from trace.access.roles import KINDS
from trace.parties import DEPARTMENTS
from trace.platform.opening import open_platform
from trace.usecases.accounts.first import Organisation, begin_organisation
from trace.wording import say


@click.command("first")
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
@click.option("--organisation", required=True, help="urn:uscc:… of the organisation")
@click.option("--organisation-name", required=True, help="its name, as people read it")
@click.option("--kind", type=click.Choice(KINDS), default="platform", show_default=True)
@click.option("--department", type=click.Choice(sorted(DEPARTMENTS)), default=None, help="of an authority")
@click.option("--region", default="", help="of an authority: what its GB/T 2260 codes begin with, or CN")
@click.option("--name", required=True, help="of the person who is to lead")
@click.option("--registrar", is_flag=True, help="who leads decides applications too")
def first(
    data: Path,
    organisation: str,
    organisation_name: str,
    kind: str,
    department: str | None,
    region: str,
    name: str,
    registrar: bool,
) -> None:
    """Print the link by which the first administrator, or the head of an organisation, makes an account."""
    platform = open_platform(data)
    try:
        new = Organisation(organisation, organisation_name, kind, department or "", region)
        token = begin_organisation(platform.transactions, new, name, ["registrar"] * registrar)
        click.echo(say(language(), "account.link", name=name), err=True)
        click.echo(f"{platform.public_url}/invitation/{token}")
    finally:
        platform.close()
