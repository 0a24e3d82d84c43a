"""Every refusal of the system, by area; see `base` for the tree of kinds."""

from __future__ import annotations

from trace.errors.access import *  # noqa: F403 - one flat namespace of refusals
from trace.errors.accounts import *  # noqa: F403
from trace.errors.analyses import *  # noqa: F403
from trace.errors.base import (
    Conflict,
    Forbidden,
    Gone,
    Inadmissible,
    Malformed,
    Missing,
    Refusal,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from trace.errors.casework import *  # noqa: F403
from trace.errors.codes import *  # noqa: F403
from trace.errors.commitment import *  # noqa: F403
from trace.errors.consumer import *  # noqa: F403
from trace.errors.control import *  # noqa: F403
from trace.errors.deliveries import *  # noqa: F403
from trace.errors.draws import *  # noqa: F403
from trace.errors.epcis import *  # noqa: F403
from trace.errors.exchange import *  # noqa: F403
from trace.errors.farms import *  # noqa: F403
from trace.errors.figures import *  # noqa: F403
from trace.errors.food import *  # noqa: F403
from trace.errors.gs1 import *  # noqa: F403
from trace.errors.handovers import *  # noqa: F403
from trace.errors.identifiers import *  # noqa: F403
from trace.errors.inbox import *  # noqa: F403
from trace.errors.law import *  # noqa: F403
from trace.errors.ledger import *  # noqa: F403
from trace.errors.ledgers import *  # noqa: F403
from trace.errors.lineage import *  # noqa: F403
from trace.errors.links import *  # noqa: F403
from trace.errors.operation import *  # noqa: F403
from trace.errors.orders import *  # noqa: F403
from trace.errors.photos import *  # noqa: F403
from trace.errors.printing import *  # noqa: F403
from trace.errors.privacy import *  # noqa: F403
from trace.errors.provider import *  # noqa: F403
from trace.errors.recalls import *  # noqa: F403
from trace.errors.resolver import *  # noqa: F403
from trace.errors.risk import *  # noqa: F403
from trace.errors.sampling import *  # noqa: F403
from trace.errors.scans import *  # noqa: F403
from trace.errors.sequencing import *  # noqa: F403
from trace.errors.signing import *  # noqa: F403
from trace.errors.status import *  # noqa: F403
from trace.errors.store import *  # noqa: F403
from trace.errors.tables import *  # noqa: F403
from trace.errors.texts import *  # noqa: F403
from trace.errors.uploads import *  # noqa: F403
from trace.errors.visits import *  # noqa: F403

__all__ = [
    "Conflict",
    "Forbidden",
    "Gone",
    "Inadmissible",
    "Malformed",
    "Missing",
    "Refusal",
    "TooLarge",
    "TooMany",
    "Unauthenticated",
    "Unavailable",
]
