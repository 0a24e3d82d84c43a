"""The data folder of a witness: its key, what it watches, its database. Kept by a bureau, not by a platform.

witness.toml    name, clock, watched logs (origin, address, token file); paths beside it are relative to it
keys/witness.key   its note signing key (type 0x04)       policy/   the policy it trusts
witness.db      what it has seen
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trace.errors import FolderUnfit, TokenMalformed
from trace.exchange.entry_source import HttpEntrySource
from trace.ledger.note import COSIGNATURE_V1, NoteSigner
from trace.platform.clocks import clock_of
from trace.platform.folder import read_secret, require_origin, write_own, write_secret
from trace.platform.settings import Form, Setting, is_address, read_settings
from trace.usecases.log.trust import load_trust
from trace.usecases.witness.cosign_checkpoint import Watched, Witness, open_witness_database

SETTINGS: Final = "witness.toml"
FORM: Final = Form(
    plain={"name": Setting(), "policy": Setting(required=True), "clock_file": Setting()},
    lists={
        "watch": {
            "origin": Setting(required=True),
            "url": Setting("web-address", True, is_address),
            "token": Setting(required=True),
        }
    },
)
"""What witness.toml may say (docs/files.md)."""
_KEY: Final = Path("keys") / "witness.key"


@dataclass(frozen=True, slots=True)
class WitnessFolder:
    """One witness: where it lives, its name, its public key."""

    path: Path
    name: str
    vkey: str

    def configure(
        self, policy: Path, sources: Mapping[str, tuple[str, str]], clock_file: Path | None = None
    ) -> None:
        """Write what to watch: origin → (address of the log, token that reads its entries)."""
        rows = [f'name = "{self.name}"', f'policy = "{self._written(policy)}"']
        if clock_file is not None:
            rows.append(f'clock_file = "{self._written(clock_file)}"')
        for number, (origin, (address, token)) in enumerate(sources.items()):
            write_secret(self.path / "keys" / f"{number}.token", token.strip().encode())
            rows.append(f'[[watch]]\norigin = "{origin}"\nurl = "{address}/log"\ntoken = "{number}.token"')
        write_own(self.path / SETTINGS, "\n".join(rows) + "\n")

    def _written(self, path: Path) -> str:
        """Relative where it lies beside this folder, so that both can be moved together; else absolute."""
        target, own = path.resolve(), self.path.resolve()
        inside = target.is_relative_to(own.parent)
        return os.path.relpath(target, own) if inside else str(target)


def create_witness_folder(path: Path, name: str) -> WitnessFolder:
    """A new folder with a fresh key; raises FolderUnfit where one stands already."""
    require_origin(name)
    if (path / _KEY).exists():
        raise FolderUnfit(part=str(_KEY), reason="exists")
    (path / "keys").mkdir(parents=True, exist_ok=True)
    signer = NoteSigner.generate(name, COSIGNATURE_V1)
    write_secret(path / _KEY, signer.private.encode())
    return WitnessFolder(path, name, signer.verifier.vkey)


def require_witness_folder(path: Path) -> None:
    """Return if `path` holds a witness's settings and secrets.

    Raises FolderUnfit for what is missing, or open to others.
    """
    for part in (Path(SETTINGS), _KEY):
        if not (path / part).is_file():
            raise FolderUnfit(part=str(part), reason="missing")
    for secret in (path / _KEY, *sorted((path / "keys").glob("*.token"))):
        read_secret(secret, str(secret.relative_to(path)))


@dataclass(frozen=True, slots=True)
class WatchedLog:
    """Where a witness reads a log's entries, and with which token."""

    origin: str
    url: str
    token: str


def read_watched(path: Path) -> list[WatchedLog]:
    """The logs that the witness in `path` watches; raises FolderUnfit, SettingsUnfit."""
    rows = read_settings(path / SETTINGS, FORM).get("watch", ())
    return [WatchedLog(one["origin"], one["url"], _token(path, one["token"]).strip()) for one in rows]


def open_witness(path: Path) -> Witness:
    """The witness in `path`, ready to answer; raises FolderUnfit for what is missing."""
    require_witness_folder(path)
    raw = read_settings(path / SETTINGS, FORM)
    trust = load_trust(path / raw["policy"])
    if trust is None:
        raise FolderUnfit(part="policy", reason="missing")
    policy = trust.policies[0]
    watched = {
        one["origin"]: Watched(
            policy.log(one["origin"]),
            frozenset(trust.registrars),
            _entry_source(path, one["url"], one["token"]),
        )
        for one in raw.get("watch", ())
    }
    clock = clock_of(path / raw["clock_file"] if "clock_file" in raw else None)
    signer = NoteSigner.from_private(read_secret(path / _KEY, str(_KEY)).decode("ascii"))
    database = f"sqlite:///{(path / 'witness.db').resolve()}"
    return Witness(open_witness_database(database, clock), signer, watched)


def _entry_source(path: Path, url: str, name: str) -> HttpEntrySource:
    """The log at `url`, opened with the token in a file of one line, however an editor ended it."""
    try:
        return HttpEntrySource(url, _token(path, name))
    except TokenMalformed:
        raise FolderUnfit(part=f"keys/{name}", reason=TokenMalformed.code) from None


def _token(path: Path, name: str) -> str:
    return read_secret(path / "keys" / name, f"keys/{name}").decode("ascii", "replace")
