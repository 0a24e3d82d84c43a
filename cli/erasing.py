"""`./greentrace erase`: private values deleted on request; signed bytes, proofs and tables stay."""

from __future__ import annotations

from pathlib import Path

import click

from cli.speaking import language
from trace.platform.opening import open_platform
from trace.usecases.intake.erase_private import erase_private
from trace.wording import say


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--stmt", required=True, help="id of the statement")
@click.option("--member", multiple=True, help="the private member, e.g. supplierName; default: all of them")
def erase(data: Path, stmt: str, member: tuple[str, ...]) -> None:
    """Erase private values of one statement for good. Back-ups have to follow (docs/operations.md)."""
    platform = open_platform(data)
    names = erase_private(platform.transactions, stmt, member)
    platform.close()
    click.echo(say(language(), "erase.done", stmt=stmt, members=names))
