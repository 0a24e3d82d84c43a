"""The layout of a set-up: which folders it makes, and where each witness is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cli.setup.answers import HERE, LATER
from trace.platform.folder import WitnessAddress

_NUMBERS: Final = (1, 2)


@dataclass(frozen=True, slots=True)
class WitnessHere:
    """A witness on this machine, in a folder of its own."""

    name: str
    port: str
    path: Path

    @property
    def unit(self) -> str:
        return f"greentrace-witness-{self.name}.service"


@dataclass(frozen=True, slots=True)
class WitnessElsewhere:
    """A witness that somebody else keeps; `vkey` is "" until they have sent it."""

    name: str
    url: str
    vkey: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths by the platform's folder: nothing of a witness or a registrar lies inside it."""

    data: Path
    answers: Mapping[str, str]

    @property
    def here(self) -> list[WitnessHere]:
        found = []
        for number in _NUMBERS:
            name, place = self.answers[f"witness-{number}-name"], self.answers[f"witness-{number}-place"]
            if place == HERE:
                path = self._beside(f"witness-{name}")
                found.append(WitnessHere(name, self.answers[f"witness-{number}-port"], path))
        return found

    @property
    def elsewhere(self) -> list[WitnessElsewhere]:
        found = []
        for number in _NUMBERS:
            name, place = self.answers[f"witness-{number}-name"], self.answers[f"witness-{number}-place"]
            if place != HERE:
                vkey = self.answers[f"witness-{number}-vkey"]
                found.append(WitnessElsewhere(name, place, "" if vkey == LATER else vkey))
        return found

    @property
    def addresses(self) -> tuple[WitnessAddress, ...]:
        """Where the platform asks its witnesses, in the order of the answers."""
        found = []
        for number in _NUMBERS:
            name, place = self.answers[f"witness-{number}-name"], self.answers[f"witness-{number}-place"]
            own = f"http://127.0.0.1:{self.answers.get(f'witness-{number}-port', '')}"
            found.append(WitnessAddress(name, own if place == HERE else place))
        return tuple(found)

    @property
    def own_address(self) -> str:
        """Where witnesses on this machine read the log."""
        return f"http://127.0.0.1:{self.answers['port']}"

    @property
    def registrar(self) -> Path:
        return self._beside("registrar") / "registrar.pem"

    @property
    def backups(self) -> Path:
        return self._beside("backups")

    @property
    def services(self) -> Path:
        return self.data / "services"

    @property
    def to_send(self) -> Path:
        return self.data / "to-send"

    @property
    def administrator(self) -> Path:
        return self.data / "keys" / "administrator.token"

    def witness_name(self, name: str) -> str:
        """The name in a witness's cosignatures: the log's host and its own name."""
        return f"{self.answers['origin'].partition('/')[0]}/witness/{name}"

    def _beside(self, what: str) -> Path:
        return self.data.with_name(f"{self.data.name}-{what}")
