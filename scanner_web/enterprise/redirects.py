"""Ways on after a form: to an address of ours, and to no other."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

from flask import redirect
from werkzeug.wrappers import Response as AnyResponse

_OURS: Final = re.compile(r"/(?:desk|office)(?:[/?][\x21-\x5b\x5d-\x7e]*)?")


def to(address: str) -> AnyResponse:
    """See other (RFC 9110 §15.4.4): what was sent is not sent again by going back."""
    return redirect(address, HTTPStatus.SEE_OTHER)


def own_address(given: str) -> str:
    """A page of the workspace that somebody wanted, else its first page."""
    return given if _OURS.fullmatch(given) else "/desk"
