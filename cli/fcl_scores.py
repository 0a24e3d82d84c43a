"""`./greentrace fcl-scores`: tables of FoodChain-Lab scored by the lineage that traces our own lots."""

from __future__ import annotations

from pathlib import Path

import click

from cli.speaking import lang_option
from trace.exchange.foodchain_lab import read_tables, score_table, score_tables
from trace.exchange.score_settings import ScoreSettings, read_settings
from trace.wording import say

_TOLD = 5
"""Rows that refer to nothing, of which each is named."""


@click.command("fcl-scores")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--settings", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False))
@lang_option
def fcl_scores(folder: Path, settings: Path | None, out: Path, lang: str) -> None:
    """Score the stations and deliveries of DIR, tables as FoodChain-Lab has them."""
    tables = read_tables(folder)
    chosen = ScoreSettings()
    if settings is not None:
        chosen = read_settings(settings.name, settings.read_bytes(), tables.stations, tables.listed)
    scores = score_tables(tables, chosen)
    for file, row, name in tables.skipped[:_TOLD]:
        click.echo(say(lang, "deliveries.skipped", file=file, row=row, id=name), err=True)
    if len(tables.skipped) > _TOLD:
        click.echo(say(lang, "deliveries.more-skipped", count=len(tables.skipped) - _TOLD), err=True)
    out.mkdir(parents=True, exist_ok=True)
    (out / "stations.csv").write_bytes(score_table(scores.stations))
    (out / "deliveries.csv").write_bytes(score_table(scores.deliveries))
    click.echo(
        say(lang, "deliveries.scored", stations=len(scores.stations), deliveries=len(scores.deliveries))
    )
