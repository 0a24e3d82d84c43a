"""Commands are imported when they are asked for, and every one of them is there."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from cli.late_commands import LateCommands
from cli.main import greentrace

LOADED = """
import sys
from cli.main import main
try:
    main({arguments!r})
except SystemExit:
    print(*{{"sqlalchemy", "openpyxl", "granian"}} & set(sys.modules), sep="")
"""


def _groups() -> list[LateCommands]:
    context = click.Context(greentrace)
    subgroups = (greentrace.get_command(context, name) for name in greentrace.list_commands(context))
    return [greentrace, *(each for each in subgroups if isinstance(each, LateCommands))]


@pytest.mark.parametrize("group", _groups(), ids=lambda group: group.name)
def test_every_command_is_found_under_its_own_name(group: LateCommands) -> None:
    context = click.Context(group)
    names = group.list_commands(context)
    assert names
    assert [group.get_command(context, name).name for name in names] == names
    assert group.get_command(context, "no-such-command") is None


@pytest.mark.parametrize("command", ["", "verify", "keygen", "codes print"])
def test_a_command_that_opens_no_platform_loads_no_database(command: str, root) -> None:
    code = LOADED.format(arguments=[*command.split(), "--help"])
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"greentrace {command}".rstrip() in done.stdout
    assert done.stdout.splitlines()[-1] == ""
