"""Places for dear questions: processes of their own, at low priority, with a budget for each question.

What anybody may ask and takes long to answer (a trace, a bundle, a foreign bundle to verify, a photograph) is
made in another process of the same application: it takes no place and no processor from the pages. Whoever
finds too many waiting before it comes again (503); an answer over its budget is given up with its process
(docs/adr/0061). Who spent least in the last minute is answered first. A long answer comes through a file, so
that neither process holds it.
"""

from __future__ import annotations

import asyncio
import math
import os
import pickle
import select
import struct
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

from api.gateway.answer import Answer
from trace.errors import AnswerTooDear, PlacesTaken, Refusal

SIZE: Final = struct.Struct(">Q")
PART: Final = 256 * 1024
"""How much of a long answer is read at once."""
_ROOT: Final = Path(__file__).resolve().parents[2]
_CHILD: Final = (sys.executable, "-m", "api.gateway.dear_process")
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_LOOK_SECONDS: Final = 0.2
AHEAD_SECONDS: Final = 5.0
_MINUTE: Final = 60.0
_ASKERS: Final = 4_096


@dataclass(frozen=True, slots=True)
class Budget:
    """What dear questions may cost. `cpu`, `wall`: seconds for one answer; `waiting`: questions that wait,
    `each` of one asker; `minute`: seconds of processor for one asker within a minute."""

    cpu: float = 6.0
    wall: float = 30.0
    waiting: int = 16
    each: int = 4
    minute: float = 20.0


KNOWN: Final = Budget(cpu=60.0, wall=300.0, minute=math.inf)
"""For who shows a token: a trace of 10^5 lots is an authority's honest work."""


@dataclass(slots=True, eq=False)
class _Question:
    environ: dict[str, Any]
    body: bytes
    asker: str
    asked: float
    done: asyncio.Future[Answer]
    loop: asyncio.AbstractEventLoop


class DearPlaces:
    """`processes` of `command`, each answering one question at a time; started when first needed, or `ahead`
    seconds after the server, so that who asks first need not wait for it."""

    def __init__(
        self,
        processes: int = 1,
        budget: Budget | None = None,
        command: Sequence[str] = _CHILD,
        ahead: float | None = AHEAD_SECONDS,
    ) -> None:
        self._budget = budget or Budget()
        self._command = command
        self._ahead = ahead
        self._questions: list[_Question] = []
        self._open: dict[str, int] = {}
        self._spent: dict[str, deque[tuple[float, float]]] = {}
        self._wanted = threading.Condition()
        self._threads = [
            threading.Thread(target=self._serve, name=f"dear-{number}", daemon=True)
            for number in range(processes)
        ]
        for thread in self._threads:
            thread.start()

    async def run(self, environ: Mapping[str, Any], body: bytes, asker: str) -> Answer:
        """The answer of the other process; raises PlacesTaken, AnswerTooDear."""
        loop = asyncio.get_running_loop()
        plain = {name: value for name, value in environ.items() if name not in {"wsgi.input", "wsgi.errors"}}
        question = _Question(plain, body, asker, time.monotonic(), loop.create_future(), loop)
        with self._wanted:
            self._require_room(asker)
            self._open[asker] = self._open.get(asker, 0) + 1
            self._questions.append(question)
            self._wanted.notify()
        try:
            return await question.done
        finally:
            with self._wanted:
                self._open[asker] -= 1
                if not self._open[asker]:
                    del self._open[asker]

    def _require_room(self, asker: str) -> None:
        if (
            len(self._questions) >= self._budget.waiting
            or self._open.get(asker, 0) >= self._budget.each
            or self._spent_by(asker) >= self._budget.minute
        ):
            raise PlacesTaken(**{"for": "dear"})

    def _spent_by(self, asker: str) -> float:
        """Seconds of processor within the last minute."""
        spent = self._spent.get(asker, deque())
        since = time.monotonic() - _MINUTE
        while spent and spent[0][0] < since:
            spent.popleft()
        return sum(cost for _, cost in spent)

    def _next(self) -> _Question:
        """Of those that wait the first of who spent least: nobody's many questions keep another waiting."""
        chosen = min(self._questions, key=lambda one: self._spent_by(one.asker))
        self._questions.remove(chosen)
        return chosen

    def _serve(self) -> None:
        child: _Child | None = None
        while True:
            with self._wanted:
                while not self._questions:
                    if not self._wanted.wait(self._ahead) and child is None:
                        with suppress(OSError):  # no file or no memory is left: who asks is told
                            child = _Child(self._command)
                question = self._next()
            begun = time.monotonic()
            outcome: Answer | Refusal
            if begun - question.asked > self._budget.wall:
                outcome = PlacesTaken(**{"for": "dear"})
            else:
                try:
                    child = child or _Child(self._command)
                    outcome, cost = child.ask(question.environ, question.body, self._budget)
                except (OSError, EOFError, pickle.UnpicklingError):
                    cost = time.monotonic() - begun
                    dear = AnswerTooDear(seconds=round(self._budget.cpu))
                    outcome = dear if child is not None else PlacesTaken(**{"for": "dear"})
                if child is not None and not isinstance(outcome, Answer):
                    child.end()
                    child = None
                self._charge(question.asker, cost)
            question.loop.call_soon_threadsafe(_tell, question.done, outcome)

    def _charge(self, asker: str, cost: float) -> None:
        with self._wanted:
            self._spent.setdefault(asker, deque()).append((time.monotonic(), cost))
            if len(self._spent) > _ASKERS:
                self._spent.pop(next(iter(self._spent)))


class _Child:
    """One process of the application, asked over its standard input and output."""

    def __init__(self, command: Sequence[str]) -> None:
        path = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_ROOT,
            env={**os.environ, "PYTHONPATH": path},
        )
        self._started = False

    def ask(
        self, environ: Mapping[str, Any], body: bytes, budget: Budget
    ) -> tuple[Answer | AnswerTooDear, float]:
        """The answer, and the seconds of processor that it cost."""
        into, out = _both(self._process)
        if not self._started:
            self._await(out, time.monotonic() + 2 * budget.wall)  # it says when it has begun
            _read(out)
            self._started = True
        before, begun = self._cpu(), time.monotonic()
        message = pickle.dumps((environ, body))
        into.write(SIZE.pack(len(message)) + message)
        into.flush()
        while not self._await(out, min(time.monotonic() + _LOOK_SECONDS, begun + budget.wall)):
            spent = self._cpu() - before
            if spent > budget.cpu or time.monotonic() - begun >= budget.wall:
                return AnswerTooDear(seconds=round(budget.cpu)), spent
        status, headers, answered, rest, granted = pickle.loads(_read(out))  # noqa: S301 - of our own child
        answer = Answer(status, headers, answered, granted=granted)
        if rest:
            answer.rest, answer.close = _taken_over(Path(rest))
        return answer, self._cpu() - before

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in _both(self._process):
            with suppress(OSError):  # what was not sent to it is of no use
                pipe.close()

    def _await(self, out: IO[bytes], until: float) -> bool:
        """Whether there is something to read before `until`."""
        return bool(select.select([out], [], [], max(0.0, until - time.monotonic()))[0])

    def _cpu(self) -> float:
        """Seconds of processor; of the clock where the system does not say."""
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return time.monotonic()
        return (int(fields[11]) + int(fields[12])) / _TICKS


def _taken_over(rest: Path) -> tuple[Iterator[bytes], Callable[[], None]]:
    """The parts of an answer that its maker left in a file, which from now on has no name any more."""
    opened = rest.open("rb")
    rest.unlink()
    return iter(partial(opened.read, PART), b""), opened.close


def _both(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """What goes into a child and what comes out of it."""
    if process.stdin is None or process.stdout is None:
        raise OSError("a child without pipes")
    return process.stdin, process.stdout


def _read(out: IO[bytes]) -> bytes:
    """One message; raises EOFError where the child has ended."""
    head = out.read(SIZE.size)
    if len(head) < SIZE.size:
        raise EOFError
    return out.read(SIZE.unpack(head)[0])


def _tell(done: asyncio.Future[Answer], outcome: Answer | Refusal) -> None:
    if done.done():
        return
    if isinstance(outcome, Answer):
        done.set_result(outcome)
    else:
        done.set_exception(outcome)
