"""`./greentrace demo --continue`: the same stage as it was left, with all its processes."""

from __future__ import annotations

import webbrowser
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import click

from cli.demo.developer import move_developer, tell_developer
from cli.demo.held import environment
from cli.demo.listening import listening_at, opened_door, tell_listening
from cli.demo.neighbours import LOOPBACK, Neighbours
from cli.demo.people import tell_people
from cli.demo.showing import GOOD, kept_pages, tell_pages
from cli.demo.stage import SYSTEM, simulated_system
from cli.demo.staying import until_ended
from cli.desktop import has_desktop
from cli.occupied import require_free
from trace.platform.folder import load_folder
from trace.platform.witness_folder import SETTINGS, read_watched


def serve_again(data: Path, port: int | None, host: str = LOOPBACK, *, shown: bool = False) -> None:
    """Start witnesses, agricultural and food platform again on the ports they had (food: `port` if given)."""
    food, agri = load_folder(data), load_folder(data / "agri")
    at = listening_at(host, port or _port(food.public_url))
    for witness in food.witnesses:
        _point(data / f"witness-{witness.name}", food.origin, f"{at.own}/log")
    for folder in (data, agri.path):
        require_free(folder)
    click.echo("绿溯演示：正在启动两家见证、农业平台、食品平台 …", nl=False)
    with (
        Neighbours(
            data / "logs", lambda name: click.echo(f" {name}", nl=False), environment(data)
        ) as neighbours,
        opened_door(data, at) as fingerprint,
    ):
        neighbours.start_all(
            [
                *(
                    (
                        f"witness-{witness.name}",
                        ["witness", "--data", str(data / f"witness-{witness.name}")],
                        _port(witness.url),
                    )
                    for witness in food.witnesses
                ),
                ("agri", ["serve", "--data", str(agri.path)], _port(agri.public_url)),
                *(
                    (SYSTEM, simulated_system(), _port(address))
                    for name, address in food.neighbours.items()
                    if name == SYSTEM
                ),
            ]
        )
        replace(food, public_url=at.public).save()
        move_developer(data, at.own)
        neighbours.start("food", ["serve", "--data", str(data), *at.served], at.port)
        with until_ended(data):
            click.echo(f" ✓\n绿溯演示：{at.public}（Ctrl-C 停止全部进程） / GreenTrace demo, Ctrl-C stops it")
            pages = kept_pages(data, at.public, agri.public_url)
            tell_pages(pages)
            tell_listening(load_folder(data), fingerprint)
            tell_developer(data)
            tell_people(data)
            if shown and has_desktop() and GOOD in pages:
                webbrowser.open(pages[GOOD])
    click.echo("已停止。")


def _point(witness: Path, origin: str, address: str) -> None:
    """Let a witness read the food platform's entries where it is served now; it is on this machine."""
    settings = witness / SETTINGS
    (old,) = [one.url for one in read_watched(witness) if one.origin == origin]
    settings.write_text(settings.read_text("utf-8").replace(f'"{old}"', f'"{address}"'), "utf-8")


def _port(address: str) -> int:
    found = urlsplit(address).port
    if found is None:
        raise click.ClickException(f"no port in {address}")
    return found
