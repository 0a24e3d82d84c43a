"""The demo's door for phones: https in front of the food platform, by a certificate made for the purpose.

Browsers let a page use the camera and check signatures only where it came by https (a secure context). Nobody
vouches for the certificate, so a phone warns once; its key is never used for anything else.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from trace.ledger.self_signed import ends_at, fingerprint, make_certificate
from trace.platform.clocks import system_clock
from trace.platform.folder import write_secret

_LASTS, _ONE_DAY = timedelta(days=30), timedelta(days=1)
_HEAD: Final = 65_536
_SECONDS: Final = 60.0
_PIECE: Final = 1 << 16
_OURS: Final = re.compile(rb"(?i)^(connection|keep-alive|forwarded|x-forwarded-[a-z]+|x-client-region)\s*:")
"""Headers that the door says itself, or that nobody but a proxy may say."""


def certificate_for(folder: Path, host: str) -> tuple[Path, Path, str]:
    """Certificate and key for an address of the network, and the certificate's SHA-256 as browsers show it.

    They lie in `folder` and are used again for the same address: a phone that went on once need not again.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    certificate, key, now = folder / f"{host}.crt", folder / f"{host}.key", system_clock()
    kept = certificate.is_file() and key.is_file()
    if not (kept and ends_at(certificate.read_bytes()) > now + _ONE_DAY):
        made = make_certificate(f"GreenTrace demo {host}", host, now, _LASTS)
        for path, content in zip((certificate, key), made, strict=True):
            path.unlink(missing_ok=True)
            write_secret(path, content)
    return certificate, key, fingerprint(certificate.read_bytes())


@contextmanager
def secure_door(folder: Path, host: str, port: int, inner: int, listen: str) -> Iterator[str]:
    """Answer https at `port` of `listen` with what the platform at the loopback's `inner` says.

    Gives the certificate's SHA-256. Raises OSError where the port is taken.
    """
    certificate, key, digest = certificate_for(folder, host)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    opened: Future[Callable[[], object]] = Future()
    serving = _serve(_Door(inner), listen, port, context, opened)
    thread = threading.Thread(target=lambda: _run(serving, opened), name="secure-door", daemon=True)
    thread.start()
    close = opened.result()
    try:
        yield digest
    finally:
        close()
        thread.join()


def _run(serving: Coroutine[None, None, None], opened: Future[Callable[[], object]]) -> None:
    try:
        asyncio.run(serving)
    except OSError as error:
        opened.set_exception(error)


async def _serve(
    door: _Door, listen: str, port: int, context: ssl.SSLContext, opened: Future[Callable[[], object]]
) -> None:
    """Serve until what is put into `opened` is called, from whatever thread."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.set_exception_handler(lambda _loop, _told: None)  # a phone that does not go on is no fault
    server = await asyncio.start_server(door.answer, listen, port, ssl=context)
    opened.set_result(lambda: loop.call_soon_threadsafe(ended.set))
    await ended.wait()
    server.close()  # who is still being answered is let go with the loop


class _Door:
    """One request a connection: each is told to be the last, so that every one bears the door's headers."""

    def __init__(self, inner: int) -> None:
        self._inner = inner

    async def answer(self, phone: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            head = await asyncio.wait_for(phone.readuntil(b"\r\n\r\n"), _SECONDS)
            if len(head) <= _HEAD:
                await self._relay(phone, back, _told(head, back.get_extra_info("peername")[0]))
        with suppress(OSError):
            back.close()

    async def _relay(self, phone: asyncio.StreamReader, back: asyncio.StreamWriter, head: bytes) -> None:
        answers, platform = await asyncio.open_connection("127.0.0.1", self._inner)
        platform.write(head)
        sending = asyncio.create_task(_copy(phone, platform))
        try:
            await _copy(answers, back)
        finally:
            sending.cancel()
            platform.close()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await source.read(_PIECE):
            target.write(piece)
            await target.drain()


def _told(head: bytes, peer: str) -> bytes:
    """The head of a request with what a proxy says: who asks, by https, and that one answer is enough."""
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    kept = [line for line in lines if not _OURS.match(line)]
    said = [b"X-Forwarded-For: " + peer.encode("ascii"), b"X-Forwarded-Proto: https", b"Connection: close"]
    return b"\r\n".join([first, *kept, *said, b"", b""])
