"""EPCIS interchange: our facts as events for others, and others' events as lots and links of ours."""

from __future__ import annotations

from trace.chain.interchange.handed import Handed
from trace.chain.interchange.incoming import changes_of, names_in, told_of
from trace.chain.interchange.outgoing import NAMESPACES, event_of, taken_back
from trace.chain.interchange.shipping import sent_with

__all__ = ["NAMESPACES", "Handed", "changes_of", "event_of", "names_in", "sent_with", "taken_back", "told_of"]
