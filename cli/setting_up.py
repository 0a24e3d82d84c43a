"""A new platform folder, and its database brought up to date."""

from __future__ import annotations

from pathlib import Path

import click
from alembic import command
from alembic.config import Config

from trace.exchange.platform_folder import PlatformFolder, load_folder
from trace.usecases.trust import write_policy

ROOT = Path(__file__).resolve().parents[1]


def migrate_folder(folder: PlatformFolder) -> None:
    """Bring the folder's database to the newest schema; nothing to do is fine."""
    config = Config(toml_file=str(ROOT / "pyproject.toml"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["database_url"] = folder.database_url
    command.upgrade(config, "head")


@click.command()
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--role", type=click.Choice(["food", "agri"]), required=True)
@click.option("--origin", required=True, help="name of the log, such as trace.example.cn/food")
@click.option("--public-url", default="", help="the address printed on packs")
@click.option("--profile", default="CN-31", show_default=True, help="rules of which jurisdiction")
def init(data: Path, role: str, origin: str, public_url: str, profile: str) -> None:
    """Make the folder of a new platform in DATA: settings, keys, an empty log.

    Then let both witnesses name the log's key, put their keys and the registrars into DATA/policy, and add
    [[witness]] entries to DATA/platform.toml (docs/operations.md).
    """
    folder = PlatformFolder(data, role, origin, public_url=public_url, profile=profile)
    folder.create()
    log_key = folder.read_log_key()
    write_policy(folder.policy_path, [(log_key, public_url)], [], {})
    migrate_folder(folder)
    click.echo(log_key.verifier.vkey)


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
def migrate(data: Path) -> None:
    """Bring the database of DATA to the newest schema."""
    migrate_folder(load_folder(data))
