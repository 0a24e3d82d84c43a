"""A platform's data folder: `platform.toml`, its keys, its policy, its database (SQLite by default).

    platform.toml   role, origin, clock, public_url, profile, database, witnesses, neighbours
    keys/log.key    the log's note signing key     keys/lot.key   the secret behind lot tags
    keys/links.key  the key that signs link lists; it counts once a registrar registered it (role resolver)
    keys/platform.key  the key that begins editions; it counts once a registrar registered it (role platform)
    keys/serials/   <epoch>.key: the secret of each key epoch of serials, the last one is current
    policy/         policy.txt (C2SP tlog-policy) and registrars (key ids that may register keys)
    trace.db        the database, unless `database` names another

Every setting can be overridden by the environment (`GREENTRACE_DATABASE`, …); secrets only ever live in
files of mode 600, and a folder without them is refused.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from trace.codes.crockford import ALPHABET
from trace.codes.serials import SHORTEST_SECRET, KeyRing
from trace.errors import FolderUnfit, NoteMalformed, RangeExhausted
from trace.ledger.algorithms import PrivateKey
from trace.ledger.note import NoteSigner
from trace.platform.clocks import DEMO_SUFFIX, Clock, clock_of
from trace.platform.settings import Form, Setting, is_address, one_of, read_settings
from trace.rules import profile_names
from trace.rules.systems import named_systems

SETTINGS: Final = "platform.toml"
ROLES: Final = frozenset({"food", "agri"})
CLOCKS: Final = frozenset({"system", "demo"})
_LOT_KEY_BYTES: Final = 32
_PREFIX: Final = "GREENTRACE_"


@dataclass(frozen=True, slots=True)
class WitnessAddress:
    """A witness of this log: its name in the policy and where it listens."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class PlatformFolder:
    """The settings of one platform. `neighbours` are addresses by purpose: city, feed,
    a named system …"""

    path: Path
    role: str
    origin: str
    clock: str = "system"
    clock_file: str = ""
    public_url: str = ""
    profile: str = "CN-31"
    database: str = ""
    witnesses: tuple[WitnessAddress, ...] = ()
    neighbours: Mapping[str, str] = field(default_factory=dict)
    oidc: Mapping[str, str] = field(default_factory=dict)
    """The provider of people's accounts elsewhere; empty where they sign in here alone."""

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{(self.path / 'trace.db').resolve()}"

    @property
    def policy_path(self) -> Path:
        return self.path / "policy"

    @property
    def log_key_path(self) -> Path:
        return self.path / "keys" / "log.key"

    @property
    def lot_key_path(self) -> Path:
        return self.path / "keys" / "lot.key"

    @property
    def links_key_path(self) -> Path:
        return self.path / "keys" / "links.key"

    @property
    def platform_key_path(self) -> Path:
        return self.path / "keys" / "platform.key"

    def read_named(self, name: str) -> str:
        """The text of a secret in keys/, "" where there is none, however an editor ended it.

        Raises FolderUnfit for one that others may read.
        """
        path = self.path / "keys" / name
        return self._secret(path).decode("utf-8", "replace").strip() if path.is_file() else ""

    def read_clock(self) -> Clock:
        """The clock this platform runs by; raises FolderUnfit for a demo clock outside the demo."""
        if self.clock == "system":
            return clock_of(None)
        if not self.origin.endswith(DEMO_SUFFIX):
            raise FolderUnfit(part="clock", reason="demo-clock-outside-demo")
        return clock_of((self.path / self.clock_file).resolve())

    @property
    def serial_keys_path(self) -> Path:
        return self.path / "keys" / "serials"

    def read_key_ring(self) -> KeyRing | None:
        """The secrets behind serials; None for a folder that never issued any.

        Raises FolderUnfit for a file that others may read, `EpochWithoutSecret` for a weak one.
        """
        found = {path.stem: path for path in self.serial_keys_path.glob("*.key")}
        if not found:
            return None
        current = max(found, key=ALPHABET.find)
        return KeyRing(current, {epoch: self._secret(path) for epoch, path in found.items()})

    def add_epoch(self) -> str:
        """Make the secret of the next key epoch, which new ranges are allocated under; its character.

        Raises `RangeExhausted` after the thirty-second.
        """
        self.serial_keys_path.mkdir(parents=True, exist_ok=True)
        used = [ALPHABET.find(path.stem) for path in self.serial_keys_path.glob("*.key")]
        following = max(used, default=-1) + 1
        if following >= len(ALPHABET):
            raise RangeExhausted(scope="*", epoch=ALPHABET[-1], count=0)
        epoch = ALPHABET[following]
        write_secret(self.serial_keys_path / f"{epoch}.key", secrets.token_bytes(SHORTEST_SECRET))
        return epoch

    def read_log_key(self) -> NoteSigner:
        """The key that signs checkpoints; its name is the log's origin."""
        text = self._secret(self.log_key_path).decode("ascii", "replace").strip()
        try:
            return NoteSigner.from_private(text)
        except NoteMalformed:
            raise FolderUnfit(part="keys/log.key", reason="not-readable") from None

    def require_keys(self) -> None:
        """Return where every key can be read; raises FolderUnfit, before a server's workers meet the same."""
        self.read_log_key()
        self.read_lot_key()
        self.read_key_ring()

    def read_lot_key(self) -> bytes:
        """32 secret bytes; raises FolderUnfit for a missing or short one."""
        raw = self._secret(self.lot_key_path)
        if len(raw) != _LOT_KEY_BYTES:
            raise FolderUnfit(part="keys/lot.key", reason="weak")
        return raw

    def read_links_key(self) -> PrivateKey | None:
        """The key that signs link lists; None where the platform has none."""
        return (
            PrivateKey.from_pem(self._secret(self.links_key_path)) if self.links_key_path.exists() else None
        )

    def _secret(self, path: Path) -> bytes:
        return read_secret(path, str(path.relative_to(self.path)))

    def create(self) -> None:
        """Write the folder with fresh keys; FolderUnfit where one stands already, or for its origin."""
        require_origin(self.origin)
        if (self.path / SETTINGS).exists():
            raise FolderUnfit(part=SETTINGS, reason="exists")
        (self.path / "keys").mkdir(parents=True, exist_ok=True)
        self.path.chmod(0o700)  # keys, and a database that holds what only parties and regulators may see
        self.policy_path.mkdir(exist_ok=True)
        made = {
            self.log_key_path: NoteSigner.generate(self.origin).private.encode(),
            self.lot_key_path: secrets.token_bytes(_LOT_KEY_BYTES),
            self.links_key_path: PrivateKey.generate().to_pem(),
            self.platform_key_path: PrivateKey.generate().to_pem(),
        }
        for path, secret in made.items():
            if not path.exists():  # of a folder that broke off half-way what is there stays
                write_secret(path, secret)
        if self.read_log_key().verifier.name != self.origin:
            raise FolderUnfit(part="keys/log.key", reason="of-another-log")
        if self.read_key_ring() is None:
            self.add_epoch()
        self.save()

    def save(self) -> None:
        """Write platform.toml as these settings say."""
        rows = [f"{name} = {quoted(getattr(self, name))}" for name in _PLAIN]
        rows += [f"[[witness]]\nname = {quoted(one.name)}\nurl = {quoted(one.url)}" for one in self.witnesses]
        if self.neighbours:
            rows.append("[neighbours]")
            rows += [f"{name} = {quoted(url)}" for name, url in sorted(self.neighbours.items())]
        if self.oidc:
            rows.append("[oidc]")
            rows += [f"{name} = {quoted(value)}" for name, value in sorted(self.oidc.items())]
        write_own(self.path / SETTINGS, "\n".join(rows) + "\n")


_ORIGIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._~/-]{0,198}[A-Za-z0-9])?")


def require_origin(origin: str) -> None:
    """Raises FolderUnfit for a name that no log can have: it stands in keys, checkpoints and policies, all of
    them ASCII without blanks (C2SP signed-note)."""
    if _ORIGIN.fullmatch(origin) is None:
        raise FolderUnfit(part="origin", reason="not-a-log-name")


def _none_or_address(text: str) -> bool:
    return not text or is_address(text)


_OTHERS: Final = 0o077
FORM: Final = Form(
    plain={
        "role": Setting("role-of-folder", required=True, fits=one_of(*sorted(ROLES))),
        "origin": Setting("log-name", required=True, fits=lambda text: _ORIGIN.fullmatch(text) is not None),
        "clock": Setting("clock-name", fits=one_of("", *sorted(CLOCKS))),
        "clock_file": Setting(),
        "public_url": Setting(),
        "profile": Setting("profile-name", fits=lambda text: not text or text in profile_names()),
        "database": Setting(),
    },
    lists={"witness": {"name": Setting(required=True), "url": Setting("web-address", True, is_address)}},
    tables={
        "neighbours": {
            **dict.fromkeys(
                ("city", "feed", "webhook", *named_systems()),
                Setting("web-address", fits=_none_or_address),
            ),
            **dict.fromkeys(("smtp", "mail-from", "mail-to"), Setting()),
        },
        "oidc": {
            "issuer": Setting("web-address", fits=_none_or_address),
            "client": Setting(),
            "name": Setting(),
        },
    },
)
"""What platform.toml may say (docs/files.md)."""
_PLAIN: Final = tuple(FORM.plain)


def load_folder(path: Path) -> PlatformFolder:
    """Read a folder's settings; raises FolderUnfit naming what is missing or wrong."""
    settings = path / SETTINGS
    if not settings.is_file():
        raise FolderUnfit(part=SETTINGS, reason="missing")
    return _folder(path, read_settings(settings, FORM))


def _folder(path: Path, raw: Mapping[str, Any]) -> PlatformFolder:
    plain = {name: str(raw.get(name, "")) for name in _PLAIN}
    plain |= {
        name: os.environ[_PREFIX + name.upper()]
        for name in ("database", "profile")
        if _PREFIX + name.upper() in os.environ
    }
    plain["clock"] = plain["clock"] or "system"
    plain["profile"] = plain["profile"] or "CN-31"
    witnesses = tuple(WitnessAddress(one["name"], one["url"]) for one in raw.get("witness", ()))
    return PlatformFolder(path=path, witnesses=witnesses, neighbours=dict(raw.get("neighbours", {})),
        oidc=dict(raw.get("oidc", {})), **plain,
    )  # fmt: skip


def quoted(text: str) -> str:
    """A text as a TOML string: its escapes are those of JSON."""
    return orjson.dumps(text).decode()


def write_own(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all, over what stands there."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def write_secret(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all; never over another one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.link(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def read_secret(path: Path, part: str) -> bytes:
    """The content of a file that only its owner may read; raises FolderUnfit for `part` otherwise."""
    if not path.is_file():
        raise FolderUnfit(part=part, reason="missing")
    if os.name == "posix" and path.stat().st_mode & _OTHERS:
        raise FolderUnfit(part=part, reason="readable-by-others")
    return path.read_bytes()


def close_to_others(path: Path) -> bool:
    """Let nobody else into a data folder, as it was made: a backup that was put back may have opened it. True
    where that was needed; its database holds what only parties and regulators may see."""
    if os.name != "posix" or not path.stat().st_mode & _OTHERS:
        return False
    path.chmod(0o700)
    return True
