"""`./greentrace warnings`: run the rules of warnings over a data folder, and say what is open."""

from __future__ import annotations

from pathlib import Path

import click

from cli.speaking import lang_option
from trace.wording import say

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="a data folder",
)
@click.option("--without-balance", is_flag=True, help="leave out the mass balance, which reads every record")
@lang_option
def warnings(*, data: Path, without_balance: bool, lang: str) -> None:
    """Run the rules of warnings over every record."""
    from trace.platform.opening import open_platform
    from trace.usecases.supervision.find_warnings import find_warnings

    platform = open_platform(data)
    try:
        found = find_warnings(platform.transactions, balance=not without_balance)
    finally:
        platform.close()
    click.echo(say(lang, "warnings.found", fired=found.fired, fresh=found.fresh, closed=found.closed))
