"""`./greentrace init` and `migrate`: a new data folder, and its database brought up to date."""

from __future__ import annotations

from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from cli.speaking import language
from trace.codes.public_address import public_address
from trace.errors import SchemaOutdated
from trace.platform.folder import PlatformFolder, load_folder
from trace.platform.settings import is_address
from trace.platform.storage_faults import examine_database, schema_version
from trace.platform.witness_folder import create_witness_folder
from trace.rules import profile_names
from trace.usecases.log.trust import load_trust, write_policy
from trace.wording import say

ROOT = Path(__file__).resolve().parents[1]


def migrate_folder(folder: PlatformFolder) -> None:
    """Bring the folder's database to the newest schema; nothing to do is fine."""
    command.upgrade(database_config(folder.database_url), "head")


def require_migrated(folder: PlatformFolder) -> None:
    """Return when the database has the newest schema.

    Raises SchemaOutdated, StorageBroken, StorageLost: in words, before a server's workers meet the same.
    """
    wanted = ScriptDirectory.from_config(database_config(folder.database_url)).get_current_head()
    found = schema_version(folder.database_url)
    if found != wanted:
        raise SchemaOutdated(found=found or "-", wanted=wanted)


def schema_versions() -> tuple[str, frozenset[str]]:
    """The newest schema of this version, and every one that it can bring up to date."""
    script = ScriptDirectory.from_config(database_config(""))
    return str(script.get_current_head()), frozenset(one.revision for one in script.walk_revisions())


def database_config(database_url: str) -> Config:
    config = Config(toml_file=str(ROOT / "pyproject.toml"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["database_url"] = database_url
    return config


@click.command()
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--role", type=click.Choice(["food", "agri", "witness"]), required=True)
@click.option("--origin", required=True, help="name of the log (or witness), such as trace.example.cn/food")
@click.option("--public-url", default="", help="the address printed on packs")
@click.option(
    "--profile",
    type=click.Choice(profile_names()),
    default="CN-31",
    show_default=True,
    help="rules of which jurisdiction",
)
@click.option("--policy", type=click.Path(path_type=Path), help="witness: the policy folder it trusts")
@click.option(
    "--watch",
    nargs=3,
    multiple=True,
    metavar="LOG URL TOKEN",
    help="witness: a log, the address of its platform, a token of scope log:entries",
)
def init(
    data: Path,
    role: str,
    origin: str,
    public_url: str,
    profile: str,
    policy: Path | None,
    watch: tuple[tuple[str, str, str], ...],
) -> None:
    """Make the folder of a new platform or witness in DATA; prints its public key.

    For a platform: let both witnesses name the log's key, put their keys and the registrars into DATA/policy,
    and add [[witness]] entries to DATA/platform.toml (docs/operations.md).
    """
    if role == "witness":
        if policy is None or not watch:
            raise click.UsageError("a witness wants --policy and --watch")
        load_trust(policy)  # what it is to trust must be there before its key is
        for _log, url, _token in watch:
            if not is_address(url):
                raise click.ClickException(say(language(), "client.no-address.detail", base=url))
        made = create_witness_folder(data, origin)
        made.configure(policy, {log: (url, token) for log, url, token in watch})
        click.echo(made.vkey)
        return
    public_url = public_address(public_url) if public_url else ""
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
    folder = load_folder(data)
    examine_database(folder.database_url, folder.origin)  # what is wrong with it is said in words
    migrate_folder(folder)
    click.echo(say(language(), "setup.migrated", version=schema_versions()[0]))
