"""Codes on packs, for operators and label clerks."""

from __future__ import annotations

from pathlib import Path

import click

from trace.exchange.platform_folder import load_folder
from trace.wording import say


@click.group()
def codes() -> None:
    """Codes on packs: key epochs of serials, labels, print runs."""


@codes.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
def rotate(data: Path) -> None:
    """Begin the next key epoch: new ranges get its serials, printed ones stay what they are."""
    click.echo(say("zh-CN", "codes.rotated", epoch=load_folder(data).add_epoch()))
