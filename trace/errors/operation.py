"""Refusals that only an operator meets: settings, databases, keys and backups of a data folder.

Unavailable
├── FolderUnfit
│   ├── SettingsUnfit        a line of platform.toml or witness.toml    part, line, setting, expected
│   └── SettingUnknown       a line that nobody reads                   part, line, setting, known
├── DatabaseUnreachable      it cannot be opened                        reason
└── DatabaseUnfit            it opens, and is not ours to use           reason
Malformed
├── DatabaseAddressUnfit     no address of a database                   reason
└── BackupUnfit              a backup that cannot be put back           part, reason
"""

from __future__ import annotations

from trace.errors.access import FolderUnfit
from trace.errors.base import Malformed, Unavailable


class SettingsUnfit(FolderUnfit):
    """A line of a settings file says what it cannot mean; params: part, line, setting, expected."""

    code = "settings-unfit"


class SettingUnknown(FolderUnfit):
    """A setting that there is none of; params: part, line, setting, known."""

    code = "setting-unknown"


class DatabaseUnreachable(Unavailable):
    """The database cannot be opened; params: reason. Never its address: that holds a password."""

    code = "database-unreachable"


class DatabaseUnfit(Unavailable):
    """The database opens and is not to be used for this log; params: reason."""

    code = "database-unfit"


class DatabaseAddressUnfit(Malformed):
    """A text that is no address of a database; params: reason."""

    code = "database-address-unfit"


class BackupUnfit(Malformed):
    """An archive that is no whole backup, or not one that this program can put back; params: part, reason."""

    code = "backup-unfit"


__all__ = [
    "BackupUnfit",
    "DatabaseAddressUnfit",
    "DatabaseUnfit",
    "DatabaseUnreachable",
    "SettingUnknown",
    "SettingsUnfit",
]
