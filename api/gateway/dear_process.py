"""The process that answers dear questions (`python -m api.gateway.dear_process`): one after the other, whole.

It reads what `api.gateway.dear` sends over standard input and answers over what was its standard output; it
ends when its input does. The settings are those of `api.wsgi`.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import tempfile
from collections.abc import Callable, Collection
from typing import IO, TYPE_CHECKING, Any, Final

from api.gateway.answer import Answer, make_answer, next_part
from api.gateway.dear import SIZE
from api.gateway.environ import with_body

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_NICER: Final = 10
"""How far behind the pages it stands in the queue for a processor."""


def main() -> None:
    """Answer until nobody asks any more."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints does not disturb the answers
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it with the server, without a traceback
    os.nice(_NICER)  # before it loads anything: it may be started while others are asked much
    from api.wsgi import granted, read_only, watched  # noqa: PLC0415 - what it loads may print

    application = read_only()
    serve(application, answers, granted, watched)


def serve(
    application: WSGIApplication,
    answers: IO[bytes],
    granted: Callable[[dict[str, Any]], tuple[str, Collection[str]] | None] = lambda _: None,
    watched: Callable[[dict[str, Any]], dict[str, Any]] = dict,
) -> None:
    """Say that it has begun, then answer each question on standard input. `granted`: of a page that was made
    in a `watched` environment, whether who asked may keep it, and what it was made of."""
    _say(answers, b"")
    while len(head := sys.stdin.buffer.read(SIZE.size)) == SIZE.size:
        environ, body = pickle.loads(sys.stdin.buffer.read(SIZE.unpack(head)[0]))  # noqa: S301 - of our parent
        asked = watched({**with_body(environ, body), "wsgi.errors": sys.stderr})
        answer = make_answer(application, asked)
        rest = _rest_of(answer)
        _say(answers, pickle.dumps((answer.status, answer.headers, answer.body, rest, granted(asked))))


def _rest_of(answer: Answer) -> str:
    """What is left of a long answer, in a file that who asked takes over; "" where nothing is."""
    if answer.rest is None:
        return ""
    with tempfile.NamedTemporaryFile(prefix="greentrace-answer-", delete=False) as file:
        while (part := next_part(answer.rest)) is not None:
            file.write(part)
    if answer.close is not None:
        answer.close()
    return file.name


def _say(answers: IO[bytes], message: bytes) -> None:
    answers.write(SIZE.pack(len(message)) + message)
    answers.flush()


if __name__ == "__main__":
    main()
