"""A record filled in on a page: an upload of one line a row, so it is checked, mended and signed alike."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

import orjson

from trace.calendar.shanghai import SHANGHAI_TIME
from trace.errors import FormEmpty, FormUnknown
from trace.exchange.tabular.forms import Form
from trace.exchange.tabular.json_lines import FORM
from trace.parties import Actor
from trace.store.transaction import Transactions
from trace.usecases.uploads.forms import FORMS
from trace.usecases.uploads.receive import Announced, announce, take_part


def form_named(name: str) -> Form:
    """The form of that name; raises `FormUnknown`."""
    if name not in FORMS:
        raise FormUnknown(name=name[:40], known="、".join(FORMS))
    return FORMS[name]


def take_record(
    transactions: Transactions,
    actor: Actor,
    form: Form,
    rows: Sequence[Mapping[str, str]],
    captured: datetime | None = None,
) -> str:
    """The upload that holds these rows, member to what was typed; blank rows stay out.

    The same rows sent again are the same upload, as long as it waits. `captured`: when they were filled in,
    where a device kept them without a network; the upload's name says so beside the time at which it came.
    Raises `FormEmpty`.
    """
    filled = [{name: text.strip() for name, text in row.items() if text.strip()} for row in rows]
    body = b"".join(orjson.dumps({FORM: form.name, **row}) + b"\n" for row in filled if row)
    if not body:
        raise FormEmpty
    digest = hashlib.sha256(body).hexdigest()
    at = "" if captured is None else f" · {captured.astimezone(SHANGHAI_TIME):%Y-%m-%d %H:%M}"
    upload, new = announce(transactions, actor, Announced(f"{form.name}{at}", digest, len(body), "jsonl"))
    if new:
        take_part(transactions, actor, upload.id, 0, body)
    return upload.id
