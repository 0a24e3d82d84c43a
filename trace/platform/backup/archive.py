"""The archive of a backup: a tar file whose last member says what must be in it.

    tables/<name>.jsonl   first line the columns, then a row a line; bytes as {"b64": …}
    files/…  policy/…     originals of test reports, and the trust policy
    manifest.json         form, origin, role, schema, size of the log, rows and SHA-256 of every member

Keys lie in an archive of their own, so that whoever keeps the data need not hold them.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryFile
from typing import IO, Any, Final

import orjson

from trace.errors import BackupUnfit

FORM: Final = "greentrace-backup/1"
MANIFEST: Final = "manifest.json"
_CHUNK: Final = 1 << 20


class ArchiveWriter:
    """An archive that appears under its name when it is whole, for its owner alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}.part")
        self._members: dict[str, dict[str, object]] = {}
        descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._raw = os.fdopen(descriptor, "wb")
        self._tar = tarfile.open(fileobj=self._raw, mode="w:gz", compresslevel=6)  # noqa: SIM115 - closed below

    def __enter__(self) -> ArchiveWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            self._tar.close()
            self._raw.flush()
            os.fsync(self._raw.fileno())
        except OSError:
            self._part.unlink(missing_ok=True)
            raise
        finally:
            self._raw.close()
        if kind is None:
            self._part.replace(self._path)
        else:
            self._part.unlink(missing_ok=True)

    def add(self, name: str, content: IO[bytes], **said: object) -> None:
        """Add a member from where the file stands to its end."""
        size = content.seek(0, os.SEEK_END)
        content.seek(0)
        digest = _digest(content)
        content.seek(0)
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self._tar.addfile(member, content)
        self._members[name] = {"sha256": digest, **said}

    def add_table(self, name: str, columns: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Add a table; its rows go through a file of their own, whatever their number."""
        count = 0
        with TemporaryFile() as lines:
            lines.write(orjson.dumps(list(columns)) + b"\n")
            for row in rows:
                lines.write(orjson.dumps(row, default=_plain) + b"\n")
                count += 1
            self.add(f"tables/{name}.jsonl", lines, rows=count)

    def seal(self, told: Mapping[str, object]) -> None:
        """Write what the archive holds; nothing follows."""
        manifest = {"form": FORM, **told, "members": self._members}
        self.add(MANIFEST, io.BytesIO(orjson.dumps(manifest, option=orjson.OPT_INDENT_2)))


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that was read to its end: every member is there and is what its manifest says."""

    path: Path
    told: Mapping[str, Any]

    @property
    def members(self) -> Mapping[str, Mapping[str, Any]]:
        members: Mapping[str, Mapping[str, Any]] = self.told["members"]
        return members

    def read(self) -> Iterator[tuple[str, IO[bytes]]]:
        """Each member in its order, but the manifest."""
        with _opened(self.path) as tar:
            for member in tar:
                if member.name != MANIFEST and (content := tar.extractfile(member)) is not None:
                    yield member.name, content


def open_archive(path: Path) -> Archive:
    """Read the whole of it; raises BackupUnfit for what is missing, altered or of another kind."""
    digests: dict[str, str] = {}
    told: Mapping[str, Any] | None = None
    try:
        with _opened(path) as tar:
            for member in tar:
                _require_plain(path, member)
                content = tar.extractfile(member)
                if content is None:
                    raise BackupUnfit(part=path.name, reason="not-an-archive")
                if member.name == MANIFEST:
                    told = orjson.loads(content.read())
                else:
                    digests[member.name] = _digest(content)
    except (tarfile.TarError, EOFError, orjson.JSONDecodeError, OSError) as error:
        if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
            raise
        raise BackupUnfit(part=path.name, reason="not-an-archive") from None
    if told is None or told.get("form") != FORM:
        raise BackupUnfit(part=path.name, reason="without-manifest")
    expected = {name: one["sha256"] for name, one in told["members"].items()}
    if digests != expected:
        differing = sorted(
            name for name in digests.keys() | expected if digests.get(name) != expected.get(name)
        )
        raise BackupUnfit(part=f"{path.name}: {', '.join(differing[:3])}", reason="member-differs")
    return Archive(path, told)


def read_table(content: IO[bytes]) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Columns and rows of a member that `add_table` wrote."""
    columns: list[str] = orjson.loads(content.readline())
    return columns, (tuple(map(_value, orjson.loads(line))) for line in content)


def unpack(name: str, content: IO[bytes], folder: Path) -> Path:
    """Write a member below `folder`, for its owner alone."""
    target = folder.joinpath(*PurePosixPath(name).parts)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        while chunk := content.read(_CHUNK):
            out.write(chunk)
    return target


def _opened(path: Path) -> tarfile.TarFile:
    return tarfile.open(path, "r:gz")


def _require_plain(path: Path, member: tarfile.TarInfo) -> None:
    """Nothing but files with names that stay below the folder they are written to."""
    parts = PurePosixPath(member.name).parts
    if not member.isreg() or member.name.startswith("/") or not parts or {"..", "."} & set(parts):
        raise BackupUnfit(part=f"{path.name}: {member.name[:60]}", reason="not-a-plain-file")


def _digest(content: IO[bytes]) -> str:
    found = hashlib.sha256()
    while chunk := content.read(_CHUNK):
        found.update(chunk)
    return found.hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return {"b64": b64encode(value).decode()}
    raise TypeError(type(value).__name__)


def _value(value: Any) -> Any:
    return b64decode(value["b64"]) if isinstance(value, dict) else value
