"""Forms as browsers send them: a line's end as one character, as browsers count it.

A browser shows and counts one character for a line's end (`maxlength` too) and sends two (HTML, form
submission). Kept as sent, a text at its limit is over it, by as much as it has lines.
"""

from __future__ import annotations

from typing import IO, Any

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser

_Parsed = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]


class _Forms(FormDataParser):
    """Reads forms of both encodings; files are left as they are."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: Any = None
    ) -> _Parsed:
        rest, form, files = super().parse(stream, mimetype, content_length, options)
        return rest, self.cls([(name, _lines(text)) for name, text in form.items(multi=True)]), files


class PageRequest(Request):
    """A request whose form has lines that end in one character."""

    form_data_parser_class = _Forms


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
