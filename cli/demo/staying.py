"""The demo's last minutes: it serves until somebody ends it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import click


@contextmanager
def until_ended() -> Iterator[None]:
    """What the block says, then nothing until Ctrl-C or a service manager ends it, within the block too."""
    try:
        yield
        click.echo("按 Ctrl-C 停止全部进程；再看一次：./greentrace demo --continue")
        click.echo("Ctrl-C stops every process; to look again: ./greentrace demo --continue")
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        click.echo("\n正在停止全部进程 …")
