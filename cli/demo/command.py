"""`./greentrace demo`: the whole path, in front of one's eyes, on real files and real signatures."""

from __future__ import annotations

import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from cli.client.http import Problem
from cli.demo.again import serve_again
from cli.demo.developer import admit_developer, tell_developer
from cli.demo.held import environment, hold_keys, make_master_key
from cli.demo.listening import Listening, listening_at, opened_door, own_address, tell_listening
from cli.demo.month_scenes import month_acts
from cli.demo.neighbours import LOOPBACK, Neighbours
from cli.demo.people import admit_people, tell_people
from cli.demo.plot_line import acts
from cli.demo.showing import GOOD, show
from cli.demo.stage import BEGINS, Stage, leave_to_its_jobs, prepare, raise_curtain, register_keys
from cli.demo.staying import DATA, until_ended
from cli.desktop import has_desktop
from trace.platform.folder import load_folder


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=DATA, show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), help="of the food platform; default: any free one")
@click.option("--serve/--no-serve", "stay", default=True, help="stay and serve after the stories")
@click.option("--open/--no-open", "shown", default=True, help="show the first page in this screen's browser")
@click.option("--lan", is_flag=True, help="let phones in this network open the pages, by https")
@click.option(
    "--continue", "again", is_flag=True, help="serve what an earlier run left, without starting afresh"
)
def demo(data: Path, port: int | None, stay: bool, shown: bool, lan: bool, again: bool) -> None:
    """Run a month of supervision and stories 1 to 8 and 10 to 14 through the real interfaces, then serve it.

    With --lan a phone in the same network opens the printed address, or scans the code in the terminal.
    """
    host = own_address() if lan else LOOPBACK
    if again and (data / "platform.toml").exists():
        serve_again(data, port, host, shown=shown)
        return
    started, at = time.monotonic(), listening_at(host, port)
    with Neighbours(data / "logs", tell=lambda name: click.echo(f" {name}", nl=False)) as neighbours:
        stage = _opened(data, neighbours, at)
        hold_keys(stage)
        admit_people(stage)
        for act in (*month_acts(), *acts()):
            stage.reach(act.when)
            with _told(act.title, str(act.when)) as remarks:
                remarks.append(act.do(stage) or "")
        admit_developer(stage)
        leave_to_its_jobs(stage)
        show(stage)
        tell_developer(data)
        tell_people(data)
        seconds = time.monotonic() - started
        click.echo(
            f"\n用时 {seconds:.0f} 秒。数据在 {data}。 / It took {seconds:.0f} s; the data are in {data}."
        )
        if stay:
            with opened_door(data, at) as fingerprint, until_ended(data):
                tell_listening(load_folder(data), fingerprint)
                if shown and has_desktop():
                    webbrowser.open(stage.printed[GOOD])
    if stay:
        click.echo("已停止。")


def _opened(data: Path, neighbours: Neighbours, at: Listening) -> Stage:
    click.echo("绿溯演示：全部主体、产品、数据均为虚构；时钟为演示时钟。")
    click.echo("GreenTrace demo: all parties, goods and data are fictional; the clock is a demo clock.")
    with _told("准备密钥与核验依据，启动两家见证、农业平台、食品平台", "") as remarks:
        stage = prepare(data)
        make_master_key(data)
        neighbours.environment = environment(data)
        raise_curtain(stage, neighbours, at)
        remarks.append(f"食品平台 {stage.addresses['food']}")
    with _told("登记机关登记各方密钥", BEGINS):
        register_keys(stage)
    return stage


@contextmanager
def _told(title: str, when: str) -> Iterator[list[str]]:
    """Say what is going on, and how it ended; a refusal that the story does not want ends the demo."""
    remarks: list[str] = []
    label = f"  {when:<12}" if when else "  " + " " * 12
    click.echo(f"{label} {title} …", nl=False)
    try:
        yield remarks
    except Problem as problem:
        click.echo(" ✗")
        click.echo(f"    {problem}", err=True)
        sys.exit(1)
    except Exception:
        click.echo(" ✗")  # what it was is said where every command's failures are
        raise
    remark = "；".join(part for part in remarks if part)
    click.echo(" ✓" + (f"  {remark}" if remark else ""))
