"""`./greentrace demo --continue`: the same stage as it was left, with all its processes."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import click

from cli.demo.developer import move_developer, tell_developer
from cli.demo.listening import served_at, tell_listening
from cli.demo.neighbours import LOOPBACK, Neighbours
from cli.occupied import require_free
from trace.platform.folder import load_folder
from trace.platform.witness_folder import SETTINGS


def serve_again(data: Path, port: int | None, host: str = LOOPBACK) -> None:
    """Start witnesses, agricultural and food platform again on the ports they had (food: `port` if given)."""
    food, agri = load_folder(data), load_folder(data / "agri")
    own = port or _port(food.public_url)
    address, listening = served_at(host, own)
    for witness in food.witnesses:
        _point(data / f"witness-{witness.name}" / SETTINGS, _port(food.public_url), own)
    for folder in (data, agri.path):
        require_free(folder)
    click.echo("绿溯演示：正在启动两家见证、农业平台、食品平台 …", nl=False)
    with Neighbours(data / "logs", tell=lambda name: click.echo(f" {name}", nl=False)) as neighbours:
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
            ]
        )
        replace(food, public_url=address).save()
        move_developer(data, address)
        neighbours.start("food", ["serve", "--data", str(data), *listening], own)
        try:  # whoever reads the address may end us at once
            click.echo(f" ✓\n绿溯演示：{address}（Ctrl-C 停止全部进程） / GreenTrace demo, Ctrl-C stops it")
            tell_listening(load_folder(data), lan=host != LOOPBACK)
            tell_developer(data)
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            click.echo("\n正在停止全部进程 …")
    click.echo("已停止。")


def _point(settings: Path, old: int, new: int) -> None:
    """Let a witness read the food platform's entries where it is served now; it is on this machine."""
    said = settings.read_text("utf-8")
    settings.write_text(
        said.replace(f'"http://{LOOPBACK}:{old}/log"', f'"http://{LOOPBACK}:{new}/log"'), "utf-8"
    )


def _port(address: str) -> int:
    found = urlsplit(address).port
    if found is None:
        raise click.ClickException(f"no port in {address}")
    return found
