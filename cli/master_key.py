"""`./greentrace master-key` and `hold-key`: keys that the service holds, and what they are sealed by."""

from __future__ import annotations

from pathlib import Path

import click

from cli.keys import load_key
from cli.speaking import language
from trace.platform.master_key import FILE, write_master_key
from trace.platform.opening import open_platform
from trace.usecases.signing.held_keys import hold_key
from trace.wording import say


@click.command("master-key")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
def master_key(out: Path, data: Path) -> None:
    """Make the master key in OUT, a file outside the data folder, and say how a server is given it."""
    if out.exists():
        raise click.ClickException(say(language(), "enrol.exists", found=out))
    write_master_key(out, data)
    click.echo(say(language(), "held.made", setting=f"{FILE}={out.resolve()}"))


@click.command("hold-key")
@click.argument("key_path", metavar="KEY", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
@click.option("--iss", required=True, help="who holds the key: urn:uscc:… or urn:party:…")
def hold(key_path: Path, data: Path, iss: str) -> None:
    """Take KEY, a key file registered with custody server, into the service's keeping, sealed."""
    key = load_key(key_path)
    platform = open_platform(data)
    try:
        hold_key(platform.transactions, platform.master_key, iss, key)
    finally:
        platform.close()
    click.echo(say(language(), "held.kept", kid=key.kid))
