"""docs/setup.md walked from nothing to the first scanned code: its commands, answers and cells, no others.

Changed is only what the page says is the reader's: the folder, three ports, and the address of the database.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import urllib3
from openpyxl import load_workbook

from cli.demo.neighbours import free_port
from cli.setup.answers import QUESTIONS
from tests.architecture.project_files import ROOT
from tests.builders.label_reading import read_pdf
from tests.patience import PATIENCE
from tests.run_time import FIGURES
from tests.servers.databases import Databases
from tests.servers.postgres import USER
from trace.calendar.shanghai import SHANGHAI_TIME
from trace.platform.clocks import system_clock
from trace.wording import say

PAGE = ROOT / "docs" / "setup.md"
PLACE, DATABASE = "export PLACE=/srv/greentrace", "postgresql://gt_food:$password@127.0.0.1:5432/gt_food"
PASSWORD = "a password of the tests"
ROLE = "gt_food"


def _sections() -> list[tuple[str, str]]:
    """Title and text of what the page does on one machine, in its order: up to other people's machines."""
    parts = re.split(r"^## \d+\. (.*)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    walked = list(zip(parts[1::2], parts[2::2], strict=True))
    return walked[: next(n for n, (title, _) in enumerate(walked) if "own bureau" in title)]


def _rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells[2:] if row]


@dataclass
class Newcomer:
    """Somebody who does what the page says; `commands`, `questions`, `typed` and `cells` are counted."""

    copy: Path
    place: Path
    server: Path | None
    changed: dict[str, str]
    exports: list[str] = field(default_factory=list)
    commands: int = 0
    questions: int = 0
    typed: int = 0
    cells: int = 0

    def run(self, block: str, answers: str = "") -> str:
        """Run the lines of a block in one shell, as far as one fails; returns what they said."""
        lines = self._own(block).replace("\\\n", " ").strip().splitlines()
        said = ""
        for line in lines:
            if line.startswith("export "):
                self.exports.append(line)
                continue
            self.commands += 1
            done = subprocess.run(
                ["/bin/bash", "-c", "\n".join(["set -e", *self.exports, line])],
                cwd=self.copy,
                env=self._environment(),
                input=answers,
                capture_output=True,
                text=True,
                timeout=2 * PATIENCE,
                check=False,
                start_new_session=True,  # no terminal: questions are answered from standard input
            )
            log = "".join(one.read_text("utf-8") for one in self.place.glob("*.log"))
            assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}\n{log}"
            said += done.stdout + done.stderr
        return said

    def answer(self, block: str, text: str) -> None:
        """Run `setup` and give the answers of the table; each question is the one of its row."""
        rows = _rows(text)
        answers = [self._own(answer) for _, answer in rows]
        said = self.run(block, "".join(f"{answer}\n" for answer in answers))
        asked = [one.name for one in QUESTIONS if say("en", f"setup.ask.{one.name}") in said]
        assert len(asked) == len(rows), asked
        for name, (question, _) in zip(asked, rows, strict=True):
            assert say("en", f"setup.ask.{name}").startswith(question), name
        self.questions += len(rows)
        self.typed += sum(map(bool, answers))

    def fill(self, path: Path, text: str) -> None:
        """Write the cells of the page's tables into the workbook."""
        then = _working_day(system_clock().astimezone(SHANGHAI_TIME)) - timedelta(hours=5)
        book = load_workbook(path)
        for sheet, table in re.findall(r"^(\S+) \(.*?\):\n\n((?:\|.*\n)+)", text, re.MULTILINE):
            headers = [str(cell.value or "").rstrip("*") for cell in book[sheet][1]]
            for name, *cells in _rows(table):
                for row, said in enumerate(cells, 3):
                    if said:
                        book[sheet].cell(row, headers.index(name) + 1).value = _moment(said, then)
                        self.cells += 1
        book.save(path)

    def _own(self, text: str) -> str:
        for old, new in self.changed.items():
            text = text.replace(old, new)
        return text

    def _environment(self) -> dict[str, str]:
        tools = [f"{sys.prefix}/bin", "/usr/local/bin", "/usr/bin", "/bin"]
        told = {"HOME": str(self.place), "LC_ALL": "C.UTF-8", "VENV": sys.prefix}
        if self.server is not None:
            tools.insert(1, str(self.server / "bin"))
            told |= {"PGHOST": self.changed["127.0.0.1:5432"], "PGUSER": USER}
        return told | {"PATH": ":".join(tools)}


def _working_day(now: datetime) -> datetime:
    """Now, or eleven in the evening before where the day is too young for five hours of work."""
    return now if now.hour >= 6 else now.replace(hour=23, minute=0) - timedelta(days=1)


def _moment(said: str, then: datetime) -> str:
    if found := re.fullmatch(r"(\d) h ago", said):
        return (then + timedelta(hours=5 - int(found[1]))).strftime("%Y-%m-%d %H:%M")
    if said == "in a year":
        return (then.date() + timedelta(days=364)).isoformat()
    return then.date().isoformat() if said == "today" else said


@pytest.fixture
def newcomer(
    fresh_copy: Path, tmp_path: Path, databases: Databases, database_kind: str
) -> Iterator[Newcomer]:
    place = tmp_path / "greentrace"
    place.mkdir()
    changed = {PLACE: f"export PLACE={place}"}
    changed |= {port: str(free_port()) for port in ("8000", "8101", "8102")}
    server = None
    if database_kind == "postgresql":
        folder, server = databases.server.folder, databases.server.programs
        changed[DATABASE] = f"postgresql://{ROLE}@/{ROLE}?host={folder}"
        changed["127.0.0.1:5432"] = str(folder)
    else:
        changed[f"`{DATABASE}`"] = ""
        changed[DATABASE] = ""
    yield Newcomer(fresh_copy, place, server, changed)
    for file in place.glob("*.pid"):
        with suppress(OSError, ValueError):
            os.kill(int(file.read_text("ascii")), signal.SIGTERM)
    if server is not None:
        databases.server.drop(ROLE)
        with databases.server.connect() as connection:
            connection.execute(f"DROP ROLE IF EXISTS {ROLE}")  # type: ignore[arg-type]  # a name of ours


@pytest.mark.slow
def test_from_nothing_to_the_first_scanned_code(
    newcomer: Newcomer, database_kind: str, record_property: Callable[[str, object], None]
) -> None:
    for title, text in _sections():
        blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        if "database" in title:
            if database_kind == "postgresql":
                newcomer.run(*blocks, answers=f"{PASSWORD}\n{PASSWORD}\n")
                newcomer.questions, newcomer.typed = newcomer.questions + 2, newcomer.typed + 2
        elif "| question | answer |" in text:
            newcomer.answer(blocks[0], text)
        elif "| column | row 3 |" in text:
            newcomer.run(blocks[0])
            newcomer.fill(newcomer.place / "first.xlsx", text)
            newcomer.run(blocks[1])
        elif title == "Scan":
            _scan((newcomer.place / "labels.pdf").read_bytes())
            newcomer.run(*blocks)
        else:
            for block in blocks:
                newcomer.run(block)
    record_property(
        FIGURES,
        f"from nothing to the first scanned code on {database_kind}: {newcomer.commands} commands, "
        f"{newcomer.questions} questions ({newcomer.typed} of them typed), {newcomer.cells} cells",
    )
    assert newcomer.commands <= 25
    assert newcomer.typed <= 15


def _scan(sheet: bytes) -> None:
    """What a telephone does: read the symbol on the sheet, open what it says."""
    (address,) = set(read_pdf(sheet))
    pool = urllib3.PoolManager(timeout=PATIENCE)
    page = pool.request("GET", address, headers={"Accept": "text/html", "Accept-Language": "zh"})
    text = page.data.decode()
    assert page.status == 200, text
    assert '<header class="trust ok">' in text
    assert say("zh-CN", "scan.eat.normal") in text
    assert "（演示）番茄酱" in text
