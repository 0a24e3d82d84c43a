"""A group of commands that are imported when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from cli.speaking import language, worded
from trace.wording import say


class LateCommands(click.Group):
    """Click's group, given `late`: the name of each command and where it is, `package.module:command`.

    Only what the command needs is imported: without the drivers of databases `verify` starts thrice as fast.
    """

    def __init__(self, *args: Any, late: Mapping[str, str], **how: Any) -> None:
        super().__init__(*args, **how)
        self._late = late

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._late})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.commands and cmd_name in self._late:
            module, _, attribute = self._late[cmd_name].partition(":")
            self.add_command(getattr(import_module(module), attribute), cmd_name)
        found = super().get_command(ctx, cmd_name)
        return None if found is None else worded(found, _path(ctx, cmd_name), language(ctx))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each command with its sentence, which stands in the wording: none is imported to be listed."""
        lang = language(ctx)
        rows = [(name, say(lang, f"command.{_path(ctx, name)}")) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _path(ctx: click.Context, name: str) -> str:
    """The name of a command, below a group with its own and a hyphen."""
    return name if ctx.parent is None else f"{ctx.info_name}-{name}"
