"""What lies beyond the folder: the witnesses, the public address, other platforms; and their clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from trace.codes.public_address import public_address, require_real
from trace.errors import NoteMalformed, NoteNotVerified, Refusal, TokenMalformed
from trace.exchange.transport import Bounds, NoAnswer, TooMuch, Transport, bearer
from trace.ledger.checkpoint import open_checkpoint
from trace.ledger.note import NoteVerifier
from trace.platform.clocks import system_clock
from trace.platform.examination.clocks import ahead_of
from trace.platform.examination.finding import AMISS, Finding, amiss, refused, unsure, well
from trace.platform.opening import Platform
from trace.usecases.log.guard_fork import guard_fork
from trace.usecases.log.publish_checkpoint import publish_checkpoint

SECONDS: Final = Bounds(connect=3.0, read=5.0, whole=8.0, limit=1_000_000)
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_REFUSED: Final = frozenset({401, 403})


@dataclass(slots=True)
class Neighbours:
    """Asks side by side; `ahead` gathers the clocks of those who answered with a date."""

    ahead: dict[str, float] = field(default_factory=dict)
    _transport: Transport = field(default_factory=lambda: Transport(SECONDS))

    def examine(self, checks: list[Callable[[], list[Finding]]]) -> list[Finding]:
        """The findings of every check, in their order."""
        with ThreadPoolExecutor(max_workers=8) as pool:
            return [one for found in pool.map(lambda check: check(), checks) for one in found]

    def clock_of(self, name: str, url: str) -> None:
        """Note the clock of whoever answers at `url`, whatever the answer is."""
        try:
            self._ask(name, url, "")
        except (NoAnswer, TooMuch):
            return

    def address(self, url: str, log: NoteVerifier) -> list[Finding]:
        """Whether our own platform answers at its public address, as seen from this machine."""
        unfit = examine_address(url)
        if unfit:
            return unfit
        host = str(urlsplit(url).hostname)
        found = self._answering(url, log)
        if host in LOOPBACK and found.state != AMISS:
            return [unsure("address", "address-own-machine", url=url)]
        return [found]

    def _answering(self, url: str, log: NoteVerifier) -> Finding:
        try:
            status, content = self._ask("", f"{url}/log/checkpoint", "")
            if status == 404:  # a log without entries has none; then it is at least a server of ours
                status, _ = self._ask("", f"{url}/healthz", "")
                code = "address-no-checkpoint" if status == 200 else "address-status"
                return (unsure if status == 200 else amiss)("address", code, url=url, status=status)
        except NoAnswer as failure:
            return amiss("address", "address-unreachable", url=url, reason=failure.reason)
        except TooMuch:
            return amiss("address", "address-of-another", url=url)
        if status != 200:
            return amiss("address", "address-status", url=url, status=status)
        try:
            open_checkpoint(content.decode("utf-8", "replace"), log)
        except (NoteMalformed, NoteNotVerified):
            return amiss("address", "address-of-another", url=url)
        if url.lower().startswith("http:"):
            return unsure("address", "address-not-secret", url=url)
        return well("address", "address-answers", url=url)

    def feed(self, url: str, token: str, check: str = "feed") -> list[Finding]:
        """Whether the other platform takes the token that we have for its feed."""
        return [self.token(check, f"{url.rstrip('/')}/api/v1/feed?limit=1", token, url)]

    def token(self, check: str, url: str, token: str, shown: str) -> Finding:
        """Whether `url` opens with a token."""
        if not token:
            return amiss(check, "their-token-none", url=shown)
        try:
            status, _ = self._ask("", url, token)
        except NoAnswer as failure:
            return amiss(check, "they-do-not-answer", url=shown, reason=failure.reason)
        except TooMuch:
            return well(check, "their-token-good", url=shown)
        except TokenMalformed as refusal:
            return refused(check, refusal)
        if status in _REFUSED:
            return amiss(check, "their-token-refused", url=shown)
        if status != 200:
            return amiss(check, "they-answer-otherwise", url=shown, status=status)
        return well(check, "their-token-good", url=shown)

    def _ask(self, name: str, url: str, token: str) -> tuple[int, bytes]:
        sent = system_clock()
        answer = self._transport.ask("GET", url, bearer(token))
        seconds = ahead_of(answer.headers.get("date"), sent, system_clock())
        if seconds is not None and name:
            self.ahead[name] = seconds
        return answer.status, answer.body

    def close(self) -> None:
        self._transport.close()


def examine_address(url: str) -> list[Finding]:
    """What is wrong with the public address as it is written, whoever answers there."""
    if not url:
        return [amiss("address", "address-none")]
    try:
        require_real(public_address(url))
    except Refusal as refusal:
        return [refused("address", refusal)]
    return []


def examine_witness(platform: Platform, number: int, *, behind: bool) -> list[Finding]:
    """What one witness has seen of this log; one that is `behind` is asked to sign what it lacks."""
    cosigner, size = platform.cosigners[number], 0
    name = cosigner.verifier.name
    try:
        guarded = guard_fork(platform.transactions, platform.log_key.verifier, [cosigner])
        size = guarded.size
        if cosigner.newest(platform.origin) is None:
            code = "witness-knows-nothing" if size else "witness-waits"
            found = (amiss if size else well)("witness", code, witness=name)
        else:
            found = well("witness", "witness-agrees", witness=name)
        return [found, *(_kept_from_signing(platform, number) if behind else ())]
    except Refusal as refusal:
        return [refused("witness", refusal)]


def _kept_from_signing(platform: Platform, number: int) -> Iterator[Finding]:
    now: datetime = platform.transactions.clock()
    published = publish_checkpoint(platform.transactions, platform.log_key, [platform.cosigners[number]], now)
    for problem in () if published is None else published.problems:
        yield refused("witness", problem)
