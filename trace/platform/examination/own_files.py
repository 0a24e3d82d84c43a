"""What lies in the folder itself: keys, policy, room, the last backup, data of time zones."""

from __future__ import annotations

import os
import pwd
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from trace.errors import Refusal
from trace.ledger.bundle import TrustPolicy
from trace.platform.examination.finding import Finding, amiss, refused, unsure, well
from trace.platform.folder import SETTINGS, PlatformFolder
from trace.platform.storage_faults import has_room
from trace.usecases.log.trust import load_trust, require_apart

LAST_BACKUP: Final = "last-backup.json"
BACKUP_AGE: Final = timedelta(hours=26)
"""A backup a day, and two hours for one that takes its time."""
LOWEST_BYTES: Final = 1 << 30
LOWEST_SHARE: Final = 20
"""Less than a twentieth of the disk is little, whatever its size."""
WITNESSES: Final = 2
_OTHERS: Final = 0o077
_USER: Final = re.compile(r"^(?:User=|\s*\"user\": \")([a-z0-9_-]+)", re.MULTILINE)
_PASSWORD: Final = re.compile(r"://[^/\s:@\"]*:[^/\s@\"]+@")


def examine_keys(path: Path, settings: str = SETTINGS) -> Finding:
    """Whether others may read a key, a token, or settings that hold a password."""
    keys = [one for one in sorted((path / "keys").rglob("*")) if one.is_file()]
    if not keys:
        return amiss("keys", "keys-missing", folder=str(path / "keys"))
    try:
        secret = [*keys, *_with_password(path / settings)]
    except PermissionError:
        return amiss("keys", "keys-unreadable", files=[settings])
    closed = [str(one.relative_to(path)) for one in secret if not os.access(one, os.R_OK)]
    if closed:
        return amiss("keys", "keys-unreadable", files=closed)
    opened = [str(one.relative_to(path)) for one in secret if one.stat().st_mode & _OTHERS]
    if opened:
        return amiss("keys", "keys-open", files=opened)
    if path.stat().st_mode & _OTHERS:
        return amiss("keys", "folder-open", folder=str(path))
    return well("keys", "keys-closed", count=len(keys))


def examine_owner(path: Path) -> Finding:
    """Whether everything belongs to whoever owns the folder, and that is whom its service files name."""
    owner = path.stat().st_uid
    for user in _named_users(path / "services"):
        if _uid(user) != owner:
            return amiss("owner", "owner-not-service", user=user, owner=_name(owner), folder=str(path))
    others = sorted(str(one.relative_to(path)) for one in path.rglob("*") if _owner(one) not in {owner, None})
    if others:
        return amiss("owner", "owner-mixed", owner=_name(owner), files=others[:5], count=len(others))
    return well("owner", "owner-one", owner=_name(owner))


def _named_users(services: Path) -> Iterator[str]:
    """Names or numbers of users in systemd units and in a compose file that `./greentrace setup` wrote."""
    for file in sorted(services.glob("*")):
        found = _USER.search(file.read_text("utf-8", "replace"))
        if found:
            yield found[1]


def _owner(path: Path) -> int | None:
    """None for what went while we looked, as a database's journal does."""
    try:
        return path.lstat().st_uid
    except OSError:
        return None


def _uid(user: str) -> int | None:
    if user.isdecimal():
        return int(user)
    try:
        return pwd.getpwnam(user).pw_uid
    except KeyError:
        return None


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _with_password(settings: Path) -> Iterator[Path]:
    if settings.is_file() and _PASSWORD.search(settings.read_text("utf-8", "replace")):
        yield settings


def examine_policy(folder: PlatformFolder) -> Iterator[Finding]:
    """Whether records can be verified by the policy, and whether it fits the settings and the key."""
    try:
        trust = load_trust(folder.policy_path)
        if trust is None:  # pragma: no cover - a path was given
            return
        require_apart(trust, folder.origin)
        own_key = folder.read_log_key().verifier
    except Refusal as refusal:
        yield refused("policy", refusal)
        return
    named = {log.key.name: log.key for policy in trust.policies for log in policy.logs}
    if folder.origin not in named:
        yield amiss("policy", "policy-without-log", origin=folder.origin)
    elif named[folder.origin] != own_key:
        yield amiss("policy", "policy-other-key", origin=folder.origin)
    elif not trust.registrars:
        yield amiss("policy", "policy-no-registrar")
    else:
        yield _of_witnesses(folder, trust)


def _of_witnesses(folder: PlatformFolder, trust: TrustPolicy) -> Finding:
    named = {one.name for policy in trust.policies for one in policy.witnesses}
    listed = {one.name for one in folder.witnesses}
    if listed - named:
        return amiss("policy", "witness-not-in-policy", names=sorted(listed - named))
    if named - listed:
        return amiss("policy", "witness-without-address", names=sorted(named - listed))
    if len(named) < WITNESSES:
        return amiss("policy", "policy-few-witnesses", count=len(named))
    return well("policy", "policy-read", count=len(named), registrars=len(trust.registrars))


def examine_disk(path: Path) -> Finding:
    """Room for what comes; where the database lies elsewhere, its disk is not seen from here."""
    used = shutil.disk_usage(path)
    free = f"{used.free / 2**30:.1f} GiB" if used.free >= LOWEST_BYTES else f"{used.free // 2**20} MiB"
    told = {"free": free, "percent": round(100 * used.free / (used.total or 1))}
    if not has_room(path):
        return amiss("disk", "disk-full", **told)
    if used.free < LOWEST_BYTES or used.free < used.total // LOWEST_SHARE:
        return amiss("disk", "disk-low", **told)
    return well("disk", "disk-roomy", **told)


def examine_backup(path: Path, size: int | None, now: datetime) -> Finding:
    """How old the last backup is that `./greentrace backup` made; `size`: entries of the log, if known."""
    try:
        last = orjson.loads((path / LAST_BACKUP).read_bytes())
        at, kept = datetime.fromisoformat(last["at"]).astimezone(UTC), int(last["size"])
    except FileNotFoundError:
        return well("backup", "backup-needless") if size == 0 else amiss("backup", "backup-never")
    except (OSError, ValueError, KeyError, TypeError):
        return unsure("backup", "backup-unknown", file=LAST_BACKUP)
    told = {"at": at.isoformat(), "hours": int((now - at).total_seconds() // 3600)}
    if now - at <= BACKUP_AGE:
        return well("backup", "backup-fresh" if told["hours"] else "backup-new", **told)
    behind = None if size is None else size - kept
    return amiss("backup", "backup-old", behind="?" if behind is None else behind, **told)


def examine_zone(now: datetime) -> Finding:
    """Days of records are days in Shanghai: the data of time zones must be there and say eight hours."""
    try:
        offset = ZoneInfo("Asia/Shanghai").utcoffset(now)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return amiss("zone", "zone-missing")
    if offset != timedelta(hours=8):
        return amiss("zone", "zone-wrong", offset=str(offset))
    return well("zone", "zone-right")
