"""The demo's last minutes: it serves until somebody ends it."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

DATA: Final = Path("var/demo")
"""Where the demo lies if nothing else is said."""


def continue_call(data: Path) -> str:
    """The call that serves this folder again."""
    named = "" if data == DATA else f" --data {shlex.quote(str(data))}"
    return f"./greentrace demo --continue{named}"


@contextmanager
def until_ended(data: Path) -> Iterator[None]:
    """What the block says, then nothing until Ctrl-C or a service manager ends it, within the block too."""
    try:
        yield
        again = continue_call(data)
        click.echo(f"按 Ctrl-C 停止全部进程；再看一次：{again}")
        click.echo(f"Ctrl-C stops every process; to look again: {again}")
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        click.echo("\n正在停止全部进程 …")
