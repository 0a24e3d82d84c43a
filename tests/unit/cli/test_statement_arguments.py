"""Statement ids as arguments: base64url may begin with a dash."""

from __future__ import annotations

import click
import pytest

from cli.answering import AboutStatement, confirm, correct, refuse, withdraw

DASHED = "-OTBzw_B61kD0qvg1QMabcdefghijklmnopqrstuvwx"
PLAIN = "A" * 43


@click.command(cls=AboutStatement)
@click.argument("stmt")
@click.option("--reason", default="")
@click.option("--handover", default="")
@click.option("--complete", is_flag=True)
def told(stmt: str, reason: str, handover: str, complete: bool) -> None:
    """Say what was understood."""


def understood(*args: str) -> dict[str, object]:
    return told.make_context("told", list(args)).params


@pytest.mark.parametrize("stmt", [PLAIN, DASHED])
def test_an_id_is_an_argument_wherever_it_stands(stmt):
    due = {"stmt": stmt, "reason": "数量写错", "handover": "", "complete": False}
    assert understood(stmt, "--reason", "数量写错") == due
    assert understood("--reason", "数量写错", stmt) == due


def test_an_id_after_an_option_is_its_value():
    assert understood(DASHED, "--handover", DASHED, "--complete")["handover"] == DASHED


def test_what_is_no_id_is_an_unknown_option():
    with pytest.raises(click.NoSuchOption):
        understood(PLAIN, "-O")


@pytest.mark.parametrize("command", [confirm, refuse, correct, withdraw])
def test_every_command_about_a_statement_takes_such_an_id(command):
    assert isinstance(command, AboutStatement)
