"""`./greentrace backup`, `restore` and `new-origin`: copies of a platform, put back, or carried on."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import orjson
from alembic import command

from cli.doctor import EXIT, SIGNS, told
from cli.setting_up import database_config, migrate_folder, require_migrated, schema_versions
from cli.speaking import lang_option
from trace.errors import FolderUnfit
from trace.platform.backup.begin_anew import carry_over, lay_out, registrations
from trace.platform.backup.restore import look_at, open_both, put_back
from trace.platform.backup.write import write_backup
from trace.platform.examination.finding import Finding, worst
from trace.platform.folder import PlatformFolder, load_folder, require_origin, write_own
from trace.platform.opening import open_platform
from trace.platform.storage_faults import examine_database, schema_version
from trace.wording import say

_LANG = lang_option
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@click.option("--data", type=_FOLDER, required=True)
@click.option("--to", "target", type=click.Path(path_type=Path, file_okay=False), required=True)
@_LANG
def backup(data: Path, target: Path, lang: str) -> None:
    """Write a backup of the platform in DATA into the folder --to, while it is served.

    Two files: …data.tar.gz (every table, originals, policy) and …keys.tar.gz (keys and settings). Keep them
    apart, and both on another machine.
    """
    folder = load_folder(data)
    schema = schema_version(folder.database_url)
    if schema is None or schema not in schema_versions()[1]:
        require_migrated(folder)  # an older one of ours can be backed up before it is upgraded
    platform = open_platform(data)
    try:
        made = write_backup(platform, target, str(schema))
    finally:
        platform.close()
    click.echo(say(lang, "backup.done", size=made.size, data=str(made.data), keys=str(made.keys)))


@click.command()
@click.argument("archive", type=_FILE)
@click.option("--keys", type=_FILE, required=True, help="the file …keys.tar.gz of the same backup")
@click.option("--to", "target", type=click.Path(path_type=Path, file_okay=False), help="a new folder")
@click.option("--database", default="", help="an empty database; default: SQLite in the new folder")
@click.option("--check", is_flag=True, help="put it back somewhere temporary, look at it, and remove it")
@click.option("--no-network", is_flag=True, help="do not ask the witnesses what they have seen")
@_LANG
def restore(
    archive: Path, keys: Path, target: Path | None, database: str, check: bool, no_network: bool, lang: str
) -> None:
    """Put the backup in ARCHIVE (…data.tar.gz) back, or see with --check whether it could be.

    Audit, replay and the witnesses say whether it is whole and the newest. Exit codes are those of doctor.
    """
    if (target is None) != check:
        raise click.UsageError(say(lang, "backup.to-or-check"))
    if target is not None and target.exists() and any(target.iterdir()):
        raise FolderUnfit(part=str(target), reason="not-empty")
    if target is None:
        with TemporaryDirectory(prefix="greentrace-restore-") as scratch:
            findings = _restored(archive, keys, Path(scratch) / "folder", database, not no_network, lang)
    else:
        findings = _restored(archive, keys, target, database, not no_network, lang)
        click.echo(say(lang, "backup.restored", folder=str(target)))
    if any(one.code in {"backup-behind", "backup-forked"} for one in findings):
        click.echo(say(lang, "backup.behind"), err=True)
    sys.exit(EXIT[worst(findings)])


def _restored(
    archive: Path, keys: Path, folder: Path, database: str, network: bool, lang: str
) -> list[Finding]:
    newest, known = schema_versions()
    opened, secret = open_both(archive, keys, known)
    if database and examine_database(database, str(opened.told["origin"])) is not None:
        raise FolderUnfit(part="--database", reason="not-an-empty-database")
    restored = put_back(opened, secret, folder, database, _migrate, newest)
    return _show(look_at(restored, opened.told, network=network), lang)


def _migrate(address: str, version: str) -> None:
    command.upgrade(database_config(address), version)


def _show(findings: Iterable[Finding], lang: str) -> list[Finding]:
    shown = []
    for one in findings:
        shown.append(one)
        click.echo(f"{SIGNS[one.state]} {say(lang, f'doctor.check.{one.check}')}  {told(one, lang)}")
    return shown


@click.command("new-origin")
@click.option("--from", "old", type=_FOLDER, required=True, help="the folder that was put back")
@click.option("--to", "target", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--origin", required=True, help="name of the new log, such as trace.example.cn/food/2")
@click.option("--database", default="", help="an empty database; default: SQLite in the new folder")
@_LANG
def new_origin(old: Path, target: Path, origin: str, database: str, lang: str) -> None:
    """Begin a new log that carries the one in --from as evidence, where its newest entries are lost.

    Run again after it broke off, it goes on.
    """
    require_origin(origin)
    before = load_folder(old)
    if origin == before.origin:
        raise FolderUnfit(part="--origin", reason="same-as-before")
    require_migrated(before)
    if not (target / "platform.toml").is_file():
        made = PlatformFolder(
            target,
            before.role,
            origin,
            public_url=before.public_url,
            profile=before.profile,
            database=database,
        )
        if database:
            examine_database(database, origin)
        lay_out(before, made)
    folder = load_folder(target)
    if folder.origin != origin:
        raise FolderUnfit(part=str(target), reason="of-another-log")
    migrate_folder(folder)
    done = carry_over(old, target)
    source = open_platform(old)
    applied = [dict(one) for one in registrations(source)]
    source.close()
    for data in applied:
        path = target / "to-send" / "registrar" / f"{re.sub(r'[^A-Za-z0-9_-]', '', str(data['kid']))}.json"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_own(path, orjson.dumps(data).decode() + "\n")
    counts = {"taken": done.taken, "refused": done.refused, "behind": done.behind, "keys": len(applied)}
    click.echo(say(lang, "backup.anew", origin=origin, folder=str(target), **counts))
    click.echo(say(lang, "backup.anew-next", vkey=folder.read_log_key().verifier.vkey, folder=str(target)))
    sys.exit(1 if done.refused else 0)
