"""`./greentrace codes`: key epochs of serials, labels and print runs, for operators and label clerks."""

from __future__ import annotations

from pathlib import Path

import click

from cli.late_commands import LateCommands
from cli.speaking import language
from trace.wording import say

_PRINTING = {
    "label": "cli.labels:label",
    "preview": "cli.labels:preview",
    "print": "cli.printing:print_",
    "verify-manifest": "cli.printing:verify_manifest",
}


@click.group(cls=LateCommands, late=_PRINTING)
def codes() -> None:
    """Codes on packs: key epochs of serials, labels, print runs."""


@codes.command("forget-scans")
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
def forget_scans(data: Path) -> None:
    """Delete the details of scans whose retention is over; counts stay."""
    from trace.platform.opening import open_platform
    from trace.usecases.scans.count_scans import forget_old_scans

    platform = open_platform(data)
    count = forget_old_scans(platform.transactions)
    platform.close()
    click.echo(say(language(), "scans.forgotten", count=count))


@codes.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
def rotate(data: Path) -> None:
    """Begin the next key epoch: new ranges get its serials, printed ones stay what they are."""
    from trace.platform.folder import load_folder

    click.echo(say(language(), "codes.rotated", epoch=load_folder(data).add_epoch()))
