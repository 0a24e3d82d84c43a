"""Databases for the tests: migrated once per kind, then copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import uuid4

from alembic import command
from alembic.config import Config

from tests.servers.postgres import PostgresServer

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = "greentrace_template"


def alembic_config(url: str) -> Config:
    """The configuration of pyproject.toml, pointed at one database."""
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    config.attributes["database_url"] = url
    return config


def migrate(url: str, revision: str = "head") -> None:
    command.upgrade(alembic_config(url), revision)


class Databases:
    """Hands out database URLs: empty ones, or migrated ones copied from a template."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template: Path | None = None
        self._server: PostgresServer | None = None
        self._templated = False

    @property
    def server(self) -> PostgresServer:
        if self._server is None:
            self._server = PostgresServer().start()
        return self._server

    def empty(self, kind: str) -> str:
        name = f"t_{uuid4().hex[:16]}"
        if kind == "sqlite":
            return f"sqlite:///{self._folder / name}.db"
        return self.server.create(name)

    def migrated(self, kind: str) -> str:
        name = f"t_{uuid4().hex[:16]}"
        if kind == "sqlite":
            target = self._folder / f"{name}.db"
            shutil.copyfile(self._sqlite_template(), target)
            return f"sqlite:///{target}"
        if not self._templated:
            migrate(self.server.create(TEMPLATE))
            self._templated = True
        return self.server.create(name, TEMPLATE)

    def discard(self, url: str) -> None:
        if url.startswith("sqlite"):
            path = Path(url.removeprefix("sqlite:///"))
            for each in path.parent.glob(path.name + "*"):
                each.unlink()
        else:
            self.server.drop(url.rpartition("@/")[2].partition("?")[0])

    def close(self) -> None:
        if self._server is not None:
            self._server.remove()

    def _sqlite_template(self) -> Path:
        if self._template is None:
            self._template = self._folder / "template.db"
            migrate(f"sqlite:///{self._template}")
        return self._template
