"""EPCIS interchange: our facts as events for others, and others' events as lots and links of ours."""

from __future__ import annotations

from trace.chain.interchange.incoming import changes_of, names_in
from trace.chain.interchange.outgoing import NAMESPACES, event_of

__all__ = ["NAMESPACES", "changes_of", "event_of", "names_in"]
