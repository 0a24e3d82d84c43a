"""The GS1-conformant resolver (Resolver 1.2.1, URI Syntax 1.7.0), in front of the pages.

`resolver.py` answers in WSGI before Flask sees the request; what people read (a page, a refusal in words) is
handed on to Flask, with the refusal found here in the environment.
"""

from __future__ import annotations

from api.resolver.resolver import REFUSAL, Resolver
from api.resolver.service import PAGES, install

__all__ = ["PAGES", "REFUSAL", "Resolver", "install"]
