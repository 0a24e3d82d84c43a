"""The process that answers dear questions (`python -m api.gateway.dear_process`): one after the other, whole.

It reads what `api.gateway.dear` sends over standard input and answers over what was its standard output; it
ends when its input does. The settings are those of `api.wsgi`.
"""

from __future__ import annotations

import os
import pickle
import sys
from typing import IO, TYPE_CHECKING, Final

from api.gateway.answer import make_answer, next_part
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
    from api.wsgi import read_only  # noqa: PLC0415 - what it loads may print

    application = read_only()
    os.nice(_NICER)
    serve(application, answers)


def serve(application: WSGIApplication, answers: IO[bytes]) -> None:
    """Say that it has begun, then answer each question on standard input."""
    _say(answers, b"")
    while len(head := sys.stdin.buffer.read(SIZE.size)) == SIZE.size:
        environ, body = pickle.loads(sys.stdin.buffer.read(SIZE.unpack(head)[0]))  # noqa: S301 - of our parent
        answer = make_answer(application, {**with_body(environ, body), "wsgi.errors": sys.stderr})
        parts = [answer.body]
        while answer.rest is not None and (part := next_part(answer.rest)) is not None:
            parts.append(part)
        if answer.close is not None:
            answer.close()
        _say(answers, pickle.dumps((answer.status, answer.headers, b"".join(parts))))


def _say(answers: IO[bytes], message: bytes) -> None:
    answers.write(SIZE.pack(len(message)) + message)
    answers.flush()


if __name__ == "__main__":
    main()
