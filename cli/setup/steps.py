"""The steps of a set-up. Each looks first whether it was done: run again, it goes on or changes nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import orjson

from cli.keys import load_key, write_private
from cli.setting_up import migrate_folder
from cli.setup.answers import HERE, SQLITE
from cli.setup.first_records import platform_keys, state_first
from cli.setup.layout import Layout, WitnessHere
from cli.setup.services import files
from trace.errors import FolderUnfit
from trace.ledger.algorithms import PrivateKey
from trace.ledger.note import NoteSigner
from trace.parties import ENTRIES, FILES, OWN, PRINT, STATE
from trace.platform.clocks import system_clock
from trace.platform.folder import SETTINGS, PlatformFolder, load_folder, read_secret, write_own, write_secret
from trace.platform.opening import Platform, open_platform
from trace.platform.storage_faults import examine_database
from trace.platform.witness_folder import SETTINGS as WITNESS_SETTINGS
from trace.platform.witness_folder import WitnessFolder, create_witness_folder
from trace.usecases.accounts.tokens import has_token, issue_token, revoke_tokens
from trace.usecases.log.read_log import log_progress
from trace.usecases.log.trust import POLICY, REGISTRARS, write_policy
from trace.usecases.signing.held_keys import held_keys

ADMINISTRATOR: Final = "administrator"
_ITS_SCOPES: Final = (STATE, OWN, PRINT, FILES)


@dataclass(frozen=True, slots=True)
class Done:
    """A step that was taken: the key of its words, their figures, and whether it changed anything."""

    step: str
    changed: bool
    figures: dict[str, object]


def _done(step: str, changed: bool, **figures: object) -> Done:
    return Done(step, changed, figures)


class Work:
    """The steps, in their order; `missing` names witnesses whose keys have not come yet."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._answers = layout.answers
        self._vkeys: dict[str, str] = {one.name: one.vkey for one in layout.elsewhere}

    @property
    def missing(self) -> list[str]:
        return [name for name, vkey in self._vkeys.items() if not vkey]

    def run(self) -> Iterator[Done]:
        """Take every step that can be taken now; raises the refusal of the one that could not."""
        yield self._folder()
        for one in self._layout.here:
            yield self._witness(one)
        if self._answers["registrar"] == HERE:
            yield self._registrar()
        folder = self._settled()
        yield self._policy(folder)
        yield self._database(folder)
        platform = open_platform(folder.path)
        try:
            if self._answers["registrar"] == HERE:
                yield self._first_records(platform)
                if platform.master_key is not None:
                    held = held_keys(platform.transactions, self._answers["registrar-party"])
                    yield _done("held", False, count=len(held))
            yield self._administrator(platform)
            yield from self._tokens(platform)
        finally:
            platform.close()
        yield from self._letters(folder)
        yield self._services()

    def _folder(self) -> Done:
        data, answers = self._layout.data, self._answers
        if (data / SETTINGS).is_file():
            found = load_folder(data)
            if (found.origin, found.role) != (answers["origin"], answers["role"]):
                raise FolderUnfit(part=str(data), reason="of-another-log")
            return _done("folder", False, folder=str(data))
        database = "" if answers["database"] == SQLITE else answers["database"]
        PlatformFolder(
            data,
            answers["role"],
            answers["origin"],
            public_url=answers["public-url"],
            profile=answers["profile"],
            database=database,
        ).create()
        return _done("folder", True, folder=str(data))

    def _witness(self, one: WitnessHere) -> Done:
        name = self._layout.witness_name(one.name)
        key = one.path / "keys" / "witness.key"
        if key.is_file():
            found = NoteSigner.from_private(read_secret(key, str(key)).decode("ascii"))
            if found.name != name:
                raise FolderUnfit(part=str(key), reason="of-another-log")
            self._vkeys[one.name] = found.vkey
            return _done("witness", False, name=one.name, folder=str(one.path))
        self._vkeys[one.name] = create_witness_folder(one.path, name).vkey
        one.path.chmod(0o700)
        return _done("witness", True, name=one.name, folder=str(one.path))

    def _registrar(self) -> Done:
        path = self._layout.registrar
        if path.is_file():
            return _done("registrar", False, file=str(path))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, PrivateKey.generate().to_pem())
        return _done("registrar", True, file=str(path))

    def _settled(self) -> PlatformFolder:
        """The folder with its witnesses' addresses, where it has none yet: an operator's own stay."""
        folder = load_folder(self._layout.data)
        if not folder.witnesses and not self.missing:
            folder = replace(folder, witnesses=self._layout.addresses)
            folder.save()
        return folder

    def _policy(self, folder: PlatformFolder) -> Done:
        """Written anew only while it names no witness: afterwards it is the operator's."""
        policy, registrars = folder.policy_path / POLICY, folder.policy_path / REGISTRARS
        complete = policy.is_file() and "\nquorum both\n" in policy.read_text("utf-8")
        if complete and registrars.is_file():
            return _done("policy", False, folder=str(folder.policy_path))
        url = {one.name: one.url for one in self._layout.addresses}
        order = [one.name for one in self._layout.addresses]
        named = [] if self.missing else [(name, self._vkeys[name], f"{url[name]}/") for name in order]
        kid = self._answers["registrar"]
        if kid == HERE:
            kid = load_key(self._layout.registrar).kid
        write_policy(
            folder.policy_path,
            [(folder.read_log_key(), folder.public_url)],
            named,
            {kid: self._answers["registrar-title"]},
        )
        return _done("policy", True, folder=str(folder.policy_path))

    @staticmethod
    def _database(folder: PlatformFolder) -> Done:
        before = examine_database(folder.database_url, folder.origin)
        migrate_folder(folder)
        after = examine_database(folder.database_url, folder.origin)
        kind = "SQLite" if folder.database_url.startswith("sqlite") else "PostgreSQL"
        return _done("database", before != after, kind=kind, version=after)

    def _first_records(self, platform: Platform) -> Done:
        size, _, _ = log_progress(platform.transactions, platform.witnesses)
        if size:
            return _done("records", False, count=size)
        count = state_first(platform, load_key(self._layout.registrar), self._answers)
        return _done("records", True, count=count)

    def _administrator(self, platform: Platform) -> Done:
        path = self._layout.administrator
        made = _written_token(platform, path, self._answers["operator"], ADMINISTRATOR, _ITS_SCOPES)
        return _done("token", made, file=str(path))

    def _tokens(self, platform: Platform) -> Iterator[Done]:
        """Each witness has a token of its own; whose folder is here is told where to read the log."""
        for one in self._layout.here:
            if (one.path / WITNESS_SETTINGS).is_file():
                yield _done("watching", False, name=one.name)
                continue
            label, holder = f"witness {one.name}", self._answers["operator"]
            if has_token(platform.transactions, holder, label):  # it was never written: nobody has it
                revoke_tokens(platform.transactions, holder, label)
            (one.path / "keys" / "0.token").unlink(missing_ok=True)
            token = issue_token(platform.transactions, holder, label, [ENTRIES])
            shutil.copytree(platform.folder.policy_path, one.path / "policy", dirs_exist_ok=True)
            name = self._layout.witness_name(one.name)
            sources = {platform.origin: (self._layout.own_address, token)}
            WitnessFolder(one.path, name, "").configure(one.path / "policy", sources)
            yield _done("watching", True, name=one.name)
        for away in self._layout.elsewhere:
            path = self._layout.to_send / f"witness-{away.name}" / "log-entries.token"
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = _written_token(
                platform, path, self._answers["operator"], f"witness {away.name}", [ENTRIES]
            )
            yield _done("token", made, file=str(path))

    def _letters(self, folder: PlatformFolder) -> Iterator[Done]:
        """What others need: to a witness the policy and how to begin, to a registrar what is to be signed."""
        for away in self._layout.elsewhere:
            target = self._layout.to_send / f"witness-{away.name}"
            changed = _same_files(folder.policy_path, target / "policy")
            told = {
                "log": folder.read_log_key().verifier.vkey,
                "origin": folder.origin,
                "url": folder.public_url,
                "name": self._layout.witness_name(away.name),
            }
            changed |= _written(
                target / "about.json", orjson.dumps(told, option=orjson.OPT_INDENT_2).decode()
            )
            yield _done("letter", changed, name=away.name, folder=str(target))
        if self._answers["registrar"] != HERE:
            target = self._layout.to_send / "registrar"
            names = ("platform-key.json", "links-key.json")
            if all((target / name).is_file() for name in names):
                yield _done("application", False, folder=str(target))
                return
            now = system_clock().replace(microsecond=0)
            applied = platform_keys(folder, self._answers["operator"], self._answers["operator-title"], now)
            for name, data in zip(names, applied, strict=True):
                _written(target / name, orjson.dumps(data).decode() + "\n")
            yield _done("application", True, folder=str(target))

    def _services(self) -> Done:
        made = [_written(self._layout.services / name, text) for name, text in files(self._layout)]
        if made:
            self._layout.backups.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _done("services", any(made), folder=str(self._layout.services), count=len(made))


def _written_token(platform: Platform, path: Path, holder: str, label: str, scopes: Sequence[str]) -> bool:
    """Issue a token into a file that only its owner reads. One whose file has gone since was taken away by
    somebody, and stays; one whose file was never written is issued anew."""
    transactions = platform.transactions
    begun = path.with_suffix(".begun")
    known = has_token(transactions, holder, label)
    if path.is_file() or (known and not begun.is_file()):
        return False
    begun.touch(mode=0o600)
    if known:
        revoke_tokens(transactions, holder, label)
    write_secret(path, issue_token(transactions, holder, label, scopes).encode() + b"\n")
    begun.unlink()
    return True


def _written(path: Path, text: str) -> bool:
    if path.is_file() and path.read_text("utf-8") == text:
        return False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_own(path, text)
    return True


def _same_files(source: Path, target: Path) -> bool:
    written = [_written(target / one.name, one.read_text("utf-8")) for one in sorted(source.iterdir())]
    return any(written)
